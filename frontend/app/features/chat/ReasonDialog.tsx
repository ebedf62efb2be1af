/** Asks what was wrong with an answer. */
import { useState, type FormEvent, type ReactNode } from "react";
import type { FeedbackReason } from "@client/types";
import { Button } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import { TextArea } from "@/components/Field";
import { notify } from "@/components/notices";
import { Problem } from "@/components/Problem";
import { t } from "@/i18n/t";
import { rate } from "./rating";

const REASONS: readonly FeedbackReason[] = ["wrong", "incomplete", "not_in_sources", "unsafe", "other"];

export function ReasonDialog({ messageId, onClose }: { messageId: string; onClose: () => void }): ReactNode {
  const [reason, setReason] = useState<FeedbackReason | null>(null);
  const [comment, setComment] = useState("");
  const [error, setError] = useState<unknown>(null);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    rate(messageId, { rating: "down", reason, comment: comment.trim() })
      .then(() => {
        notify({ text: t("rating.thanks") });
        onClose();
      })
      .catch(setError);
  };
  return (
    <Dialog title={t("rating.down.title")} onClose={onClose}>
      <form onSubmit={submit} className="space-y-5">
        <fieldset>
          <legend className="sr-only">{t("rating.reason")}</legend>
          <div className="flex flex-wrap gap-2">
            {REASONS.map((each) => (
              <label
                key={each}
                className="flex cursor-pointer items-center rounded-full border border-line-strong px-3.5 py-1.5 text-sm transition-colors hover:bg-sunken has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
              >
                <input
                  type="radio"
                  name="reason"
                  className="sr-only"
                  checked={reason === each}
                  onChange={() => setReason(each)}
                />
                {t(`rating.reason.${each}`)}
              </label>
            ))}
          </div>
        </fieldset>
        <TextArea
          label={t("rating.comment")}
          help={t("rating.comment.help")}
          value={comment}
          maxLength={2_000}
          onChange={(event) => setComment(event.target.value)}
        />
        {error !== null && <Problem error={error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t("dialog.cancel")}</Button>
          <Button look="primary" type="submit">
            {t("rating.send")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
