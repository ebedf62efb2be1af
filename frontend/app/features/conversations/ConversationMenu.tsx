/** What can be done to a conversation, from the list and from its own page. */
import { Download, Ellipsis, FileJson, Pencil, Pin, PinOff, Share2, Trash2 } from "lucide-react";
import { lazy, Suspense, useState, type ReactNode } from "react";
import { useNavigate, useParams } from "react-router";
import type { Conversation } from "@client/types";
import { IconButton } from "@/components/Button";
import { Menu, MenuItem, MenuSeparator, type MenuTrigger } from "@/components/Menu";
import { notifyError } from "@/components/Problem";
import { t } from "@/i18n/t";
import { changeConversation, deleteConversation, exportConversation, type ExportFormat } from "./actions";

const Rename = lazy(async () => ({ default: (await import("./Rename")).Rename }));
const ShareDialog = lazy(async () => ({ default: (await import("./ShareDialog")).ShareDialog }));

interface Props {
  workspaceId: string;
  conversation: Conversation;
  className?: string;
}

export function ConversationMenu({ workspaceId, conversation, className }: Props): ReactNode {
  const [asking, setAsking] = useState<"rename" | "share" | null>(null);
  const navigate = useNavigate();
  const shown = useParams().conversationId === conversation.id;
  const title = conversation.title || t("conversations.untitled");
  const close = (): void => setAsking(null);

  const pin = (): void => {
    changeConversation(workspaceId, conversation.id, { pinned: !conversation.pinned }).catch(notifyError);
  };
  const keep = (format: ExportFormat) => (): void => {
    exportConversation(conversation, format).catch(notifyError);
  };
  const remove = (): void => {
    deleteConversation(workspaceId, conversation);
    if (shown) void navigate(`/w/${workspaceId}/chat`);
  };
  const trigger = (props: MenuTrigger): ReactNode => (
    <IconButton
      {...props}
      {...(className === undefined ? {} : { className })}
      label={t("conversations.menu", { title })}
      icon={<Ellipsis aria-hidden />}
    />
  );
  return (
    <>
      <Menu trigger={trigger} align="end">
        <MenuItem onSelect={pin}>
          {conversation.pinned ? <PinOff aria-hidden /> : <Pin aria-hidden />}
          {t(conversation.pinned ? "conversations.unpin" : "conversations.pin")}
        </MenuItem>
        <MenuItem onSelect={() => setAsking("rename")}>
          <Pencil aria-hidden />
          {t("conversations.rename")}
        </MenuItem>
        <MenuItem onSelect={() => setAsking("share")}>
          <Share2 aria-hidden />
          {t("share.open")}
        </MenuItem>
        <MenuItem onSelect={keep("markdown")}>
          <Download aria-hidden />
          {t("conversations.export.markdown")}
        </MenuItem>
        <MenuItem onSelect={keep("json")}>
          <FileJson aria-hidden />
          {t("conversations.export.json")}
        </MenuItem>
        <MenuSeparator />
        <MenuItem danger onSelect={remove}>
          <Trash2 aria-hidden />
          {t("conversations.delete")}
        </MenuItem>
      </Menu>
      <Suspense>
        {asking === "rename" && <Rename workspaceId={workspaceId} conversation={conversation} onClose={close} />}
        {asking === "share" && <ShareDialog conversation={conversation} onClose={close} />}
      </Suspense>
    </>
  );
}
