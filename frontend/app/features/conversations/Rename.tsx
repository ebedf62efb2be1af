/** Gives a conversation another title. */
import { useState, type FormEvent, type ReactNode } from "react";
import type { Conversation } from "@client/types";
import { Button } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import { TextField } from "@/components/Field";
import { notifyError } from "@/components/Problem";
import { t } from "@/i18n/t";
import { changeConversation } from "./actions";

interface Props {
  workspaceId: string;
  conversation: Conversation;
  onClose: () => void;
}

export function Rename({ workspaceId, conversation, onClose }: Props): ReactNode {
  const [title, setTitle] = useState(conversation.title);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onClose();
    changeConversation(workspaceId, conversation.id, { title: title.trim() }).catch(notifyError);
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
