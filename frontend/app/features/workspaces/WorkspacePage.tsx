/** The settings of a workspace, part by part; each part has an address. */
import { lazy, Suspense, type ComponentType, type ReactNode } from "react";
import { NavLink, useParams } from "react-router";
import { cx } from "@/components/cx";
import { Page, Skeletons } from "@/components/Page";
import { Problem } from "@/components/Problem";
import { useMay, useWorkspace, useWorkspaces } from "@/data/workspaces";
import type { Role, Workspace } from "@client/types";
import { t, type Key } from "@/i18n/t";

/** What every part is given. */
export interface PartProps {
  workspace: Workspace;
  /** Whether the reader is an admin or owner. */
  mayManage: boolean;
}

interface Part {
  path: string;
  name: Key;
  least: Role;
  View: ComponentType<PartProps>;
}

const PARTS: readonly Part[] = [
  {
    path: "general",
    name: "settings.general",
    least: "viewer",
    View: lazy(async () => ({ default: (await import("./General")).General })),
  },
  {
    path: "members",
    name: "members.title",
    least: "viewer",
    View: lazy(async () => ({ default: (await import("./Members")).Members })),
  },
  {
    path: "groups",
    name: "groups.title",
    least: "viewer",
    View: lazy(async () => ({ default: (await import("./Groups")).Groups })),
  },
  {
    path: "models",
    name: "settings.models",
    least: "editor",
    View: lazy(async () => ({ default: (await import("./Models")).Models })),
  },
  {
    path: "tools",
    name: "settings.tools",
    least: "editor",
    View: lazy(async () => ({ default: (await import("./ToolServers")).ToolServers })),
  },
  {
    path: "keys",
    name: "settings.keys",
    least: "admin",
    View: lazy(async () => ({ default: (await import("./ApiKeys")).ApiKeys })),
  },
  {
    path: "webhooks",
    name: "settings.webhooks",
    least: "admin",
    View: lazy(async () => ({ default: (await import("./Webhooks")).Webhooks })),
  },
  {
    path: "usage",
    name: "settings.usage",
    least: "member",
    View: lazy(async () => ({ default: (await import("./Usage")).Usage })),
  },
  {
    path: "feedback",
    name: "settings.feedback",
    least: "editor",
    View: lazy(async () => ({ default: (await import("./FeedbackList")).FeedbackList })),
  },
];

export function WorkspacePage(): ReactNode {
  const workspace = useWorkspace();
  const { error, refetch } = useWorkspaces();
  return (
    <Page title={t("workspace.title")} about={workspace && t("workspace.about", { role: t(`role.${workspace.role}`) })}>
      {error && <Problem error={error} onRetry={() => void refetch()} />}
      {!workspace && !error && <Skeletons count={2} className="mb-4 h-14 max-w-md" />}
      {workspace && <Parts key={workspace.id} workspace={workspace} />}
    </Page>
  );
}

function Parts({ workspace }: { workspace: Workspace }): ReactNode {
  const path = useParams().part ?? "general";
  const mayManage = useMay("admin");
  const mayEdit = useMay("editor");
  const mayAsk = useMay("member");
  const may: Record<Role, boolean> = {
    viewer: true,
    member: mayAsk,
    editor: mayEdit,
    admin: mayManage,
    owner: mayManage,
  };
  const open = PARTS.filter(({ least }) => may[least]);
  const shown = open.find((part) => part.path === path) ?? PARTS[0];
  return (
    <div className="gap-10 md:grid md:grid-cols-[11rem_1fr]">
      <nav
        aria-label={t("workspace.title")}
        className="mb-6 flex gap-1 overflow-x-auto md:flex-col md:overflow-visible"
      >
        {open.map((part) => (
          <NavLink
            key={part.path}
            to={`/w/${workspace.id}/settings/${part.path}`}
            aria-current={part === shown ? "page" : undefined}
            className={cx(
              "rounded-md px-2.5 py-1.5 text-sm font-medium whitespace-nowrap transition-colors",
              part === shown ? "bg-accent-soft text-ink" : "text-ink-soft hover:bg-sunken hover:text-ink",
            )}
          >
            {t(part.name)}
          </NavLink>
        ))}
      </nav>
      <div className="min-w-0">
        <Suspense fallback={<Skeletons count={3} className="mb-3 h-10" />}>
          {shown && <shown.View workspace={workspace} mayManage={mayManage} />}
        </Suspense>
      </div>
    </div>
  );
}
