/** The tools that an answer called: each with what went in and what came out, and a card where the reader is asked. */
import { Check, CircleSlash, LoaderCircle, ShieldQuestion, X } from "lucide-react";
import { useEffect, useState, type ReactNode } from "react";
import type { ToolArguments } from "@client/events";
import type { ToolState, ToolStep } from "@client/turn";
import { Button } from "@/components/Button";
import { announce } from "@/components/notices";
import { notifyError } from "@/components/Problem";
import { t } from "@/i18n/t";

interface Props {
  steps: readonly ToolStep[];
  onDecide: OnDecide;
}

/** Settles once the server has the decision. */
export type OnDecide = (callId: string, approved: boolean) => Promise<void>;

export function ToolSteps({ steps, onDecide }: Props): ReactNode {
  const called = steps.filter(({ state }) => state !== "asked");
  const asked = steps.filter(({ state }) => state === "asked");
  return (
    <>
      {called.length > 0 && (
        <ul aria-label={t("tools.steps")} className="space-y-1">
          {called.map((step) => (
            <li key={step.call_id}>
              <Step step={step} />
            </li>
          ))}
        </ul>
      )}
      {asked.map((step) => (
        <Approval key={step.call_id} step={step} onDecide={onDecide} />
      ))}
    </>
  );
}

const icons: Record<ToolState, ReactNode> = {
  asked: <ShieldQuestion aria-hidden className="text-accent" />,
  running: <LoaderCircle aria-hidden className="animate-spin text-accent" />,
  done: <Check aria-hidden className="text-accent" />,
  failed: <X aria-hidden className="text-danger" />,
  stopped: <CircleSlash aria-hidden className="text-ink-faint" />,
};

function Step({ step }: { step: ToolStep }): ReactNode {
  const { name, state, output } = step;
  return (
    <details className="rounded-md text-sm text-ink-soft open:bg-sunken">
      <summary className="flex cursor-pointer items-center gap-2 rounded-md px-2 py-1 hover:bg-sunken [&_svg]:size-4 [&_svg]:shrink-0">
        {icons[state]}
        <span className="truncate font-mono text-xs">{name}</span>
        <span className="sr-only">{t(`tools.${state}`)}</span>
      </summary>
      <div className="space-y-2 px-2 pt-1 pb-2">
        <Arguments value={step.arguments} />
        {output !== "" && <Detail label={t("tools.result")} text={output} />}
      </div>
    </details>
  );
}

function Approval({ step, onDecide }: { step: ToolStep; onDecide: OnDecide }): ReactNode {
  const [busy, setBusy] = useState(false);
  const title = t("tools.ask", { tool: step.name });
  useEffect(() => announce(title), [title]);

  const decide = async (approved: boolean): Promise<void> => {
    setBusy(true);
    try {
      await onDecide(step.call_id, approved);
    } catch (error) {
      setBusy(false);
      notifyError(error);
    }
  };

  return (
    <section aria-label={title} className="enter space-y-3 rounded-lg border border-line-strong px-4 py-3 text-sm">
      <p className="flex items-center gap-2 font-medium">
        <ShieldQuestion aria-hidden className="size-4 shrink-0 text-accent" />
        {title}
      </p>
      {step.description !== "" && <p className="text-ink-soft">{step.description}</p>}
      <Arguments value={step.arguments} />
      <div className="flex flex-wrap gap-2">
        <Button look="primary" busy={busy} onClick={() => void decide(true)}>
          {t("tools.allow")}
        </Button>
        <Button busy={busy} onClick={() => void decide(false)}>
          {t("tools.deny")}
        </Button>
      </div>
    </section>
  );
}

function Arguments({ value }: { value: ToolArguments }): ReactNode {
  return Object.keys(value).length > 0 ? (
    <Detail label={t("tools.arguments")} text={JSON.stringify(value, null, 2).replace(REORDERING, spelt)} />
  ) : null;
}

/** Characters that turn the order of what follows: what is allowed must read as it will be done. */
const REORDERING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

function spelt(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function Detail({ label, text }: { label: string; text: string }): ReactNode {
  return (
    <div>
      <p className="text-xs text-ink-soft">{label}</p>
      {/* A long text scrolls, also by keyboard. */}
      <pre
        tabIndex={0}
        className="mt-0.5 max-h-48 overflow-auto rounded-sm bg-sunken px-2 py-1.5 font-mono text-xs whitespace-pre-wrap wrap-anywhere"
      >
        {text}
      </pre>
    </div>
  );
}
