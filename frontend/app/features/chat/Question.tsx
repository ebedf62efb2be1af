/** A question, its edits to walk through, and the field it is edited in. */
import { Pencil } from "lucide-react";
import { useEffect, useRef, useState, type FormEvent, type KeyboardEvent, type ReactNode } from "react";
import { Button, IconButton } from "@/components/Button";
import { cx } from "@/components/cx";
import { t } from "@/i18n/t";
import type { ExchangeActions } from "./ExchangeView";
import { SiblingWalker } from "./SiblingWalker";
import type { Exchange } from "./thread";

interface Props {
  exchange: Exchange;
  text: string;
  editing: boolean;
  actions: ExchangeActions;
}

export function Question({ exchange, text, editing, actions }: Props): ReactNode {
  if (editing) return <Editor exchange={exchange} text={text} actions={actions} />;
  const { live, questionSiblings } = exchange;
  const busy = live?.phase === "sending" || live?.phase === "running";
  return (
    <header className="group/question mb-2">
      <h2
        dir="auto"
        className={cx(
          "text-lg font-[620] tracking-tight whitespace-pre-wrap wrap-anywhere",
          live?.phase === "sending" && "text-ink-soft",
        )}
      >
        {text}
      </h2>
      {/* Always as tall as its buttons: what stands beneath must not move when the answer ends. */}
      <div className="-ms-2 flex h-8 items-center gap-1">
        {!busy && exchange.questionId !== null && (
          <>
            <SiblingWalker siblings={questionSiblings} label={t("branches.questions")} onWalk={actions.walkTo} />
            <IconButton
              className="opacity-0 group-focus-within/question:opacity-100 group-hover/question:opacity-100 focus-visible:opacity-100 pointer-coarse:opacity-100"
              label={t("chat.edit")}
              icon={<Pencil aria-hidden />}
              onClick={() => actions.edit(exchange)}
            />
          </>
        )}
      </div>
    </header>
  );
}

/** Enter asks, Shift+Enter breaks the line, Esc leaves the question as it was. */
function Editor({ exchange, text, actions }: Omit<Props, "editing">): ReactNode {
  const [words, setWords] = useState(text);
  const input = useRef<HTMLTextAreaElement>(null);
  const unchanged = words.trim() === text.trim() || words.trim() === "";

  useEffect(() => {
    const field = input.current;
    field?.focus();
    field?.setSelectionRange(field.value.length, field.value.length);
  }, []);

  const submit = (event?: FormEvent): void => {
    event?.preventDefault();
    if (!unchanged) actions.askInstead(exchange, words.trim());
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape") {
      event.preventDefault();
      actions.cancelEdit();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      submit();
    }
  };
  return (
    <form onSubmit={submit} className="mb-4 space-y-3 rounded-xl border border-line-strong bg-raised p-3">
      <textarea
        ref={input}
        value={words}
        dir="auto"
        aria-label={t("chat.edit")}
        onChange={(event) => setWords(event.target.value)}
        onKeyDown={onKeyDown}
        className="field-sizing-content max-h-80 w-full resize-none bg-transparent px-1 text-lg tracking-tight outline-none"
      />
      <div className="flex flex-wrap items-center justify-end gap-2">
        <p className="me-auto ps-1 text-xs text-ink-faint">{t("branches.kept")}</p>
        <Button onClick={actions.cancelEdit}>{t("dialog.cancel")}</Button>
        <Button look="primary" type="submit" disabled={unchanged}>
          {t("chat.send")}
        </Button>
      </div>
    </form>
  );
}
