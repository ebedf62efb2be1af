/** The side bar: workspace, the places one can go, the conversations, and the signed-in user. */
import { Bot, Files, Keyboard, LogOut, Monitor, Moon, PenLine, Search, Sun, UserRound } from "lucide-react";
import { lazy, Suspense, type ReactNode } from "react";
import { Link, NavLink, useNavigate } from "react-router";
import { cx } from "@/components/cx";
import { Menu, MenuItem, MenuSeparator, type MenuTrigger } from "@/components/Menu";
import { closeSidebar } from "@/components/sidebar";
import { setTheme, useTheme, type Theme } from "@/components/theme";
import { signOut, useSession } from "@/data/session";
import { useWorkspaceId } from "@/data/workspaces";
import { openOverlay, paletteKeys } from "./overlays";
import { WorkspaceMenu } from "@/features/workspaces/WorkspaceMenu";
import { t } from "@/i18n/t";

const ConversationList = lazy(async () => ({
  default: (await import("@/features/conversations/ConversationList")).ConversationList,
}));

const place =
  "flex h-9 items-center gap-2.5 rounded-md px-2.5 text-sm font-medium transition-colors [&_svg]:size-4 [&_svg]:text-ink-faint";

export function Sidebar(): ReactNode {
  const workspaceId = useWorkspaceId();
  const base = `/w/${workspaceId}`;
  const look = ({ isActive }: { isActive: boolean }): string =>
    cx(place, isActive ? "bg-accent-soft text-ink" : "text-ink-soft hover:bg-sunken hover:text-ink");
  return (
    <div className="flex h-full flex-col">
      <div className="flex items-center px-2 pt-2.5 pb-2">
        <WorkspaceMenu />
      </div>
      <nav aria-label={t("nav.places")} className="space-y-0.5 px-2 pb-2">
        <Link
          to={`${base}/chat`}
          onClick={closeSidebar}
          className={cx(place, "mb-1.5 border border-line bg-surface hover:border-line-strong")}
        >
          <PenLine aria-hidden />
          {t("nav.newChat")}
        </Link>
        <button
          type="button"
          onClick={() => openOverlay("palette")}
          aria-keyshortcuts="Control+K Meta+K"
          className={cx(place, "w-full text-ink-soft hover:bg-sunken hover:text-ink")}
        >
          <Search aria-hidden />
          <span className="flex-1 text-start">{t("palette.open")}</span>
          <kbd className="font-sans text-xs text-ink-faint pointer-coarse:hidden">{paletteKeys}</kbd>
        </button>
        <NavLink to={`${base}/bots`} onClick={closeSidebar} className={look}>
          <Bot aria-hidden />
          {t("nav.bots")}
        </NavLink>
        <NavLink to={`${base}/documents`} onClick={closeSidebar} className={look}>
          <Files aria-hidden />
          {t("nav.documents")}
        </NavLink>
      </nav>
      <div className="flex min-h-0 flex-1 flex-col">
        <Suspense>
          <ConversationList workspaceId={workspaceId} />
        </Suspense>
      </div>
      <div className="border-t border-line p-2">
        <UserMenu base={base} />
      </div>
    </div>
  );
}

const nextTheme: Record<Theme, Theme> = { system: "light", light: "dark", dark: "system" };
const themeIcons = { system: <Monitor aria-hidden />, light: <Sun aria-hidden />, dark: <Moon aria-hidden /> };

function UserMenu({ base }: { base: string }): ReactNode {
  const user = useSession()?.user;
  const { theme } = useTheme();
  const navigate = useNavigate();
  if (!user) return null;
  const openProfile = (): void => {
    closeSidebar();
    void navigate(`${base}/profile`);
  };
  const trigger = (props: MenuTrigger): ReactNode => (
    <button
      {...props}
      type="button"
      className="flex w-full items-center gap-2.5 rounded-md px-2 py-1.5 text-start text-sm hover:bg-sunken"
    >
      <span
        aria-hidden
        className="grid size-7 shrink-0 place-items-center rounded-full bg-accent-soft text-xs font-semibold text-accent uppercase"
      >
        {[...user.name][0]}
      </span>
      <span className="min-w-0 flex-1 truncate font-medium">
        <span className="sr-only">{t("user.menu")} </span>
        {user.name}
      </span>
    </button>
  );
  return (
    <Menu trigger={trigger} side="top">
      <MenuItem onSelect={openProfile}>
        <UserRound aria-hidden />
        {t("profile.title")}
      </MenuItem>
      <MenuItem onSelect={() => openOverlay("keys")}>
        <Keyboard aria-hidden />
        {t("keys.open")}
      </MenuItem>
      <MenuItem onSelect={() => setTheme(nextTheme[theme])}>
        {themeIcons[theme]}
        {t("theme.menu", { theme: t(`theme.${theme}`) })}
      </MenuItem>
      <MenuSeparator />
      <MenuItem onSelect={() => void signOut()}>
        <LogOut aria-hidden />
        {t("user.signOut")}
      </MenuItem>
    </Menu>
  );
}
