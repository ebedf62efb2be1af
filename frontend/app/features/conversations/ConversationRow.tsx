/** One conversation of the list, with its menu. */
import type { ReactNode } from "react";
import { NavLink } from "react-router";
import type { Conversation } from "@client/types";
import { cx } from "@/components/cx";
import { closeSidebar } from "@/components/sidebar";
import { t } from "@/i18n/t";
import { ConversationMenu } from "./ConversationMenu";

interface Props {
  workspaceId: string;
  conversation: Conversation;
}

export function ConversationRow({ workspaceId, conversation }: Props): ReactNode {
  return (
    <div className="group relative">
      <NavLink
        to={`/w/${workspaceId}/chat/${conversation.id}`}
        onClick={closeSidebar}
        dir="auto"
        className={({ isActive }) =>
          cx(
            "flex h-9 items-center gap-2 rounded-md ps-2.5 pe-9 text-sm transition-colors",
            isActive ? "bg-accent-soft font-medium text-ink" : "text-ink-soft hover:bg-sunken hover:text-ink",
          )
        }
      >
        <span className="truncate">{conversation.title || t("conversations.untitled")}</span>
        {conversation.running_turn_id && (
          <span
            role="img"
            aria-label={t("conversations.running")}
            className="size-1.5 shrink-0 animate-pulse rounded-full bg-accent"
          />
        )}
      </NavLink>
      <ConversationMenu
        workspaceId={workspaceId}
        conversation={conversation}
        className="absolute end-1 top-0.5 opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 group-has-[:popover-open]:opacity-100 pointer-coarse:opacity-100"
      />
    </div>
  );
}
