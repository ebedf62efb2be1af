/** One field that finds what was said and goes anywhere: places, bots, messages. */
import { useQuery } from "@tanstack/react-query";
import { Bot, Files, MessageSquare, PenLine, Settings, SunMoon, UserRound } from "lucide-react";
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { useNavigate } from "react-router";
import { unwrap } from "@client/api";
import { cx } from "@/components/cx";
import { Dialog } from "@/components/Dialog";
import { Problem } from "@/components/Problem";
import { closeSidebar } from "@/components/sidebar";
import { useSettled } from "@/components/useSettled";
import { setTheme, useTheme, type Theme } from "@/components/theme";
import { useBots } from "@/data/bots";
import { api } from "@/data/client";
import { useWorkspaceId } from "@/data/workspaces";
import { formatDate, t, type Key } from "@/i18n/t";

interface Entry {
  id: string;
  group: Key;
  icon: ReactNode;
  text: string;
  note?: string;
  run: () => void;
}

const FOUND_MOST = 12;
const nextTheme: Record<Theme, Theme> = { system: "light", light: "dark", dark: "system" };

export function Palette({ onClose }: { onClose: () => void }): ReactNode {
  const [query, setQuery] = useState("");
  const [chosen, setChosen] = useState(0);
  const listId = useId();
  const list = useRef<HTMLDivElement>(null);
  const found = useFoundMessages(query.trim());
  const entries = [...usePlaces(query, onClose), ...useMessageEntries(found.data ?? [], onClose)];
  const at = Math.min(chosen, entries.length - 1);

  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [at]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };
    const step = steps[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setChosen((at + step + entries.length) % Math.max(1, entries.length));
    } else if (event.key === "Enter" && !event.nativeEvent.isComposing) {
      event.preventDefault();
      entries[at]?.run();
    }
  };
  return (
    <Dialog title={t("palette.title")} onClose={onClose}>
      <input
        data-first-focus
        role="combobox"
        aria-expanded
        aria-controls={listId}
        aria-activedescendant={entries[at] && `${listId}-${entries[at].id}`}
        aria-label={t("palette.title")}
        placeholder={t("palette.placeholder")}
        value={query}
        dir="auto"
        onChange={(event) => {
          setQuery(event.target.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
        className="h-11 w-full rounded-md border border-line-strong bg-surface px-3 text-base"
      />
      <div
        ref={list}
        id={listId}
        role="listbox"
        aria-label={t("palette.title")}
        className="mt-3 max-h-[50dvh] overflow-y-auto scroll-thin"
      >
        {entries.map((entry, index) => (
          <Row
            key={entry.id}
            id={`${listId}-${entry.id}`}
            entry={entry}
            first={entries[index - 1]?.group !== entry.group}
            chosen={index === at}
            onPoint={() => setChosen(index)}
          />
        ))}
      </div>
      {found.error && <Problem error={found.error} onRetry={() => void found.refetch()} />}
      {entries.length === 0 && !found.isFetching && (
        <p className="px-2 py-3 text-sm text-ink-soft">{t("palette.none", { query })}</p>
      )}
      <p className="mt-3 text-xs text-ink-faint pointer-coarse:hidden">{t("palette.hint")}</p>
    </Dialog>
  );
}

interface RowProps {
  id: string;
  entry: Entry;
  first: boolean;
  chosen: boolean;
  onPoint: () => void;
}

function Row({ id, entry, first, chosen, onPoint }: RowProps): ReactNode {
  return (
    <>
      {first && (
        <p role="presentation" className="px-2.5 pt-2 pb-1 text-xs font-medium text-ink-faint">
          {t(entry.group)}
        </p>
      )}
      {/* The field keeps the focus, and its keys choose; the pointer does the same. */}
      {/* eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus */}
      <div
        id={id}
        role="option"
        aria-selected={chosen}
        onPointerMove={onPoint}
        onClick={entry.run}
        className={cx(
          "flex cursor-pointer items-start gap-2.5 rounded-md px-2.5 py-2 text-sm [&_svg]:mt-0.5 [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-ink-faint",
          chosen && "bg-accent-soft",
        )}
      >
        {entry.icon}
        <span className="min-w-0">
          <span dir="auto" className="block truncate">
            {entry.text}
          </span>
          {entry.note && (
            <span dir="auto" className="line-clamp-2 text-xs text-ink-soft">
              {entry.note}
            </span>
          )}
        </span>
      </div>
    </>
  );
}

function usePlaces(query: string, onClose: () => void): Entry[] {
  const workspaceId = useWorkspaceId();
  const navigate = useNavigate();
  const bots = useBots(workspaceId);
  const { theme } = useTheme();
  const base = `/w/${workspaceId}`;
  const go = (path: string) => () => {
    onClose();
    closeSidebar();
    void navigate(`${base}/${path}`);
  };
  const places: Entry[] = [
    { id: "new", group: "palette.places", icon: <PenLine aria-hidden />, text: t("nav.newChat"), run: go("chat") },
    { id: "bots", group: "palette.places", icon: <Bot aria-hidden />, text: t("nav.bots"), run: go("bots") },
    {
      id: "documents",
      group: "palette.places",
      icon: <Files aria-hidden />,
      text: t("nav.documents"),
      run: go("documents"),
    },
    {
      id: "settings",
      group: "palette.places",
      icon: <Settings aria-hidden />,
      text: t("workspace.title"),
      run: go("settings"),
    },
    {
      id: "profile",
      group: "palette.places",
      icon: <UserRound aria-hidden />,
      text: t("profile.title"),
      run: go("profile"),
    },
    {
      id: "theme",
      group: "palette.places",
      icon: <SunMoon aria-hidden />,
      text: t("palette.theme", { theme: t(`theme.${theme}`) }),
      run: () => setTheme(nextTheme[theme]),
    },
  ];
  const asked = (bots.data ?? []).map((bot): Entry => {
    const note = bot.description === "" ? {} : { note: bot.description };
    return {
      id: bot.id,
      group: "palette.bots",
      icon: <Bot aria-hidden />,
      text: bot.name,
      ...note,
      run: go(`chat?bot=${bot.id}`),
    };
  });
  const wanted = query.trim().toLocaleLowerCase();
  return [...places, ...asked].filter(({ text }) => text.toLocaleLowerCase().includes(wanted));
}

type Found = Awaited<ReturnType<typeof searchMessages>>[number];

function searchMessages(workspaceId: string, q: string) {
  const params = { path: { workspace_id: workspaceId }, query: { q, limit: FOUND_MOST } };
  return unwrap(api.http.GET("/api/v1/workspaces/{workspace_id}/conversations/search", { params })).then(
    ({ items }) => items,
  );
}

function useFoundMessages(query: string) {
  const workspaceId = useWorkspaceId();
  const settled = useSettled(query);
  return useQuery({
    queryKey: ["found", workspaceId, settled],
    enabled: settled.length > 1,
    queryFn: () => searchMessages(workspaceId, settled),
    placeholderData: (before) => (settled === "" ? undefined : before),
  });
}

function useMessageEntries(found: readonly Found[], onClose: () => void): Entry[] {
  const workspaceId = useWorkspaceId();
  const navigate = useNavigate();
  return found.map((message) => ({
    id: message.message_id,
    group: "palette.messages",
    icon: <MessageSquare aria-hidden />,
    text: `${message.title}, ${formatDate(message.created_at)}`,
    note: message.snippet,
    run: () => {
      onClose();
      closeSidebar();
      void navigate(`/w/${workspaceId}/chat/${message.conversation_id}`);
    },
  }));
}
