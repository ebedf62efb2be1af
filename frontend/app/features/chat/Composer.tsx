/** Where a question is written: Enter sends, Shift+Enter breaks, ↑ edits the last one, Esc stops, "/" comes here. */
import { ArrowUp, Square } from "lucide-react";
import { useEffect, useRef, type FormEvent, type KeyboardEvent, type ReactNode } from "react";
import { cx } from "@/components/cx";
import { t } from "@/i18n/t";
import { saveDraft, useDraft } from "./drafts";
import type { Chat } from "./useChat";

interface Props {
  chat: Chat;
  placeholder: string;
  /** Takes the focus when it appears; off where the chat is only a part of the page. */
  focusFirst: boolean;
}

const round = "grid size-9 shrink-0 place-items-center rounded-full transition-colors [&_svg]:size-4";

export function Composer({ chat, placeholder, focusFirst }: Props): ReactNode {
  const { slot, running, stop, send } = chat;
  const draft = useDraft(slot);
  const input = useRef<HTMLTextAreaElement>(null);
  const empty = draft.trim() === "";

  useShortcuts(input, running, stop);

  useEffect(() => {
    // A phone's keyboard would cover the page it was opened for.
    if (focusFirst && matchMedia("(pointer: fine)").matches) input.current?.focus();
  }, [slot, focusFirst]);

  const submit = (event?: FormEvent): void => {
    event?.preventDefault();
    if (empty || running) return;
    saveDraft(slot, "");
    send(draft.trim());
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "ArrowUp" && draft === "") {
      event.preventDefault();
      chat.branches.editLast();
    }
    // Enter also ends the choice of a Chinese or Japanese word; that one is not a send.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    submit();
  };

  return (
    <form
      onSubmit={submit}
      className="flex items-end gap-2 rounded-xl border border-line-strong bg-raised p-1.5 ps-4 shadow-composer transition-colors focus-within:border-accent"
    >
      <textarea
        ref={input}
        rows={Math.min(8, draft.split("\n").length)}
        value={draft}
        dir="auto"
        enterKeyHint="send"
        aria-label={t("chat.composer")}
        aria-keyshortcuts="/"
        placeholder={placeholder}
        onChange={(event) => saveDraft(slot, event.target.value)}
        onKeyDown={onKeyDown}
        className="field-sizing-content max-h-52 min-h-9 w-full flex-1 resize-none bg-transparent py-[0.4rem] text-read leading-6 outline-none"
      />
      {running ? (
        <button
          type="button"
          onClick={stop}
          aria-label={t("chat.stop")}
          title={t("chat.stop.title")}
          className={cx(round, "bg-ink text-surface hover:opacity-85")}
        >
          <Square aria-hidden fill="currentColor" className="size-3!" />
        </button>
      ) : (
        <button
          type="submit"
          disabled={empty}
          aria-label={t("chat.send")}
          title={t("chat.send.title")}
          className={cx(
            round,
            "bg-accent text-on-accent enabled:hover:bg-accent-hover disabled:bg-sunken disabled:text-ink-faint",
          )}
        >
          <ArrowUp aria-hidden />
        </button>
      )}
    </form>
  );
}

function useShortcuts(input: React.RefObject<HTMLTextAreaElement | null>, running: boolean, stop: () => void): void {
  useEffect(() => {
    const onKeyDown = (event: globalThis.KeyboardEvent): void => {
      if (isTaken(event, input.current)) return;
      const actions: Record<string, (() => void) | false> = {
        Escape: running && stop,
        "/": !isEditable(event.target) && (() => input.current?.focus()),
      };
      const action = actions[event.key];
      if (!action) return;
      event.preventDefault();
      action();
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, [input, running, stop]);
}

/** Meant for something else: a dialog or a menu over the chat, a shortcut of the browser. */
function isTaken(event: globalThis.KeyboardEvent, input: Element | null): boolean {
  const modified = event.ctrlKey || event.metaKey || event.altKey;
  const dialog = document.querySelector("dialog[open]");
  const covered = (dialog && !dialog.contains(input)) || document.querySelector("[role=menu]:popover-open");
  return event.defaultPrevented || modified || Boolean(covered);
}

const isEditable = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
