/** The conversations in the side bar: by day, loaded as one scrolls, smooth at ten thousand. */
import { useRef, type ReactNode } from "react";
import { VList, type VListHandle } from "virtua";
import type { Conversation } from "@client/types";
import { Skeletons } from "@/components/Page";
import { Problem } from "@/components/Problem";
import { useHidden } from "@/components/undo";
import { useConversations, usePinned } from "@/data/conversations";
import { t } from "@/i18n/t";
import { ConversationRow } from "./ConversationRow";
import { withPinned } from "./days";

/** The next page is asked for when this little is left below. */
const AHEAD_PX = 600;

export function ConversationList({ workspaceId }: { workspaceId: string }): ReactNode {
  const list = useConversations(workspaceId);
  const pins = usePinned(workspaceId);
  const { ids: hidden } = useHidden();
  const handle = useRef<VListHandle>(null);

  if (list.isPending)
    return (
      <div className="space-y-2 px-3 pt-2">
        <Skeletons count={6} className="h-6" />
      </div>
    );
  if (list.error && !list.data)
    return (
      <div className="px-2">
        <Problem error={list.error} onRetry={() => void list.refetch()} />
      </div>
    );

  const shown = ({ id }: Conversation): boolean => !hidden.has(id);
  const conversations = (list.data?.pages.flatMap((page) => page.items) ?? []).filter(shown);
  const pinned = (pins.data ?? []).filter(shown);
  if (conversations.length === 0) return <p className="px-4 pt-2 text-sm text-ink-faint">{t("conversations.empty")}</p>;

  const onScroll = (offset: number): void => {
    const { scrollSize = 0, viewportSize = 0 } = handle.current ?? {};
    if (scrollSize - offset - viewportSize < AHEAD_PX && list.hasNextPage && !list.isFetchingNextPage)
      void list.fetchNextPage();
  };

  return (
    <nav aria-label={t("conversations.title")} className="min-h-0 flex-1">
      <VList ref={handle} className="scroll-thin px-2 pb-2" onScroll={onScroll}>
        {withPinned(pinned, conversations, new Date()).map((row) =>
          row.kind === "heading" ? (
            <h2 key={row.key} className="px-2.5 pt-4 pb-1 text-xs font-medium text-ink-faint">
              {t(row.key)}
            </h2>
          ) : (
            <ConversationRow key={row.conversation.id} workspaceId={workspaceId} conversation={row.conversation} />
          ),
        )}
      </VList>
    </nav>
  );
}
