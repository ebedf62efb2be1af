/** One conversation of the list, with its menu: rename, delete. */
import { Ellipsis, Pencil, Trash2 } from "lucide-react";
import { useState, type FormEvent, type ReactNode } from "react";
import { NavLink, useNavigate, useParams } from "react-router";
import type { Conversation } from "@client/types";
import { Button, IconButton } from "@/components/Button";
import { cx } from "@/components/cx";
import { Confirm, Dialog } from "@/components/Dialog";
import { TextField } from "@/components/Field";
import { Menu, MenuItem, type MenuTrigger } from "@/components/Menu";
import { notifyError } from "@/components/Problem";
import { closeSidebar } from "@/components/sidebar";
import { t } from "@/i18n/t";
import { deleteConversation, renameConversation } from "./actions";

interface Props {
  workspaceId: string;
  conversation: Conversation;
}

export function ConversationRow({ workspaceId, conversation }: Props): ReactNode {
  const [asking, setAsking] = useState<"rename" | "delete" | null>(null);
  const title = conversation.title || t("conversations.untitled");
  const close = (): void => setAsking(null);
  const menu = (props: MenuTrigger): ReactNode => (
    <IconButton
      {...props}
      className="absolute end-1 top-0.5 opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 group-has-[:popover-open]:opacity-100 pointer-coarse:opacity-100"
      label={t("conversations.menu", { title })}
      icon={<Ellipsis aria-hidden />}
    />
  );
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
        <span className="truncate">{title}</span>
        {conversation.running_turn_id && (
          <span
            role="img"
            aria-label={t("conversations.running")}
            className="size-1.5 shrink-0 animate-pulse rounded-full bg-accent"
          />
        )}
      </NavLink>
      <Menu trigger={menu} align="end">
        <MenuItem onSelect={() => setAsking("rename")}>
          <Pencil aria-hidden />
          {t("conversations.rename")}
        </MenuItem>
        <MenuItem danger onSelect={() => setAsking("delete")}>
          <Trash2 aria-hidden />
          {t("conversations.delete")}
        </MenuItem>
      </Menu>
      {asking === "rename" && <Rename workspaceId={workspaceId} conversation={conversation} onClose={close} />}
      {asking === "delete" && <Delete workspaceId={workspaceId} conversation={conversation} onClose={close} />}
    </div>
  );
}

interface AskingProps extends Props {
  onClose: () => void;
}

function Rename({ workspaceId, conversation, onClose }: AskingProps): ReactNode {
  const [title, setTitle] = useState(conversation.title);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onClose();
    renameConversation(workspaceId, conversation.id, title.trim()).catch(notifyError);
  };
  return (
    <Dialog title={t("conversations.rename")} onClose={onClose}>
      <form onSubmit={submit} className="space-y-5">
        <TextField
          label={t("conversations.name")}
          value={title}
          maxLength={200}
          required
          onChange={(event) => setTitle(event.target.value)}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t("dialog.cancel")}</Button>
          <Button look="primary" type="submit" disabled={title.trim() === ""}>
            {t("form.save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Delete({ workspaceId, conversation, onClose }: AskingProps): ReactNode {
  const navigate = useNavigate();
  const shown = useParams().conversationId === conversation.id;
  const confirm = async (): Promise<void> => {
    await deleteConversation(workspaceId, conversation.id);
    if (shown) await navigate(`/w/${workspaceId}/chat`);
  };
  return (
    <Confirm
      title={t("conversations.delete.title")}
      text={t("conversations.delete.text", { title: conversation.title || t("conversations.untitled") })}
      action={t("conversations.delete")}
      onConfirm={confirm}
      onClose={onClose}
    />
  );
}
