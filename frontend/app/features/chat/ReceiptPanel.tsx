/** Why this answer: what was searched, found, asked and paid for it. */
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { unwrap } from "@client/api";
import type { Receipt } from "@client/types";
import { Dialog } from "@/components/Dialog";
import { Skeletons } from "@/components/Page";
import { Problem } from "@/components/Problem";
import { api } from "@/data/client";
import { formatCost, formatScore, formatSeconds, t } from "@/i18n/t";
import { sourceOf } from "./CitationChip";

export function ReceiptPanel({ turnId, onClose }: { turnId: string; onClose: () => void }): ReactNode {
  const receipt = useQuery({
    queryKey: ["receipt", turnId],
    queryFn: () => unwrap(api.http.GET("/api/v1/turns/{turn_id}/receipt", { params: { path: { turn_id: turnId } } })),
  });
  return (
    <Dialog shape="sheet-end" title={t("receipt.title")} onClose={onClose}>
      {receipt.error && <Problem error={receipt.error} onRetry={() => void receipt.refetch()} />}
      {receipt.isPending && <Skeletons count={6} className="h-5" />}
      {receipt.data && <Content receipt={receipt.data} />}
    </Dialog>
  );
}

function Content({ receipt }: { receipt: Receipt }): ReactNode {
  return (
    <div className="space-y-7 text-sm">
      <Facts receipt={receipt} />
      {receipt.query !== "" && <Search receipt={receipt} />}
      {receipt.tool_calls.length > 0 && <Tools receipt={receipt} />}
      {receipt.model_calls.length > 0 && <Calls receipt={receipt} />}
    </div>
  );
}

function Facts({ receipt }: { receipt: Receipt }): ReactNode {
  const { usage, cost_micros: cost, timings_ms: timings } = receipt;
  const facts: [string, string][] = [
    [t("receipt.model"), receipt.cached ? t("receipt.cached", { model: receipt.model }) : receipt.model],
    [t("receipt.version"), t("receipt.version.value", { version: receipt.bot_version })],
  ];
  if (usage) {
    const counted = { input: usage.input_tokens, output: usage.output_tokens };
    facts.push([t("receipt.tokens"), t(usage.estimated ? "receipt.tokens.about" : "receipt.tokens.value", counted)]);
  }
  facts.push([t("receipt.cost"), cost === null ? t("receipt.cost.unknown") : formatCost(cost)]);
  for (const [step, ms] of Object.entries(timings)) facts.push([stepName(step), formatSeconds(ms / 1_000)]);
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1.5">
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-ink-soft">{name}</dt>
          <dd className="text-end tabular-nums wrap-anywhere">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Steps are named by the server; one that is not known yet is shown by its own name. */
function stepName(step: string): string {
  return t("receipt.time", { step: step.replaceAll("_", " ").replace(/ ms$/, "") });
}

const heading = "mb-2 text-xs font-medium text-ink-faint";

function Search({ receipt }: { receipt: Receipt }): ReactNode {
  return (
    <section aria-label={t("receipt.search")}>
      <h3 className={heading}>{t("receipt.search")}</h3>
      <p dir="auto" className="rounded-md bg-sunken px-3 py-2 wrap-anywhere">
        {receipt.query}
      </p>
      {receipt.degraded && <p className="mt-2 rounded-md bg-warn-soft px-3 py-2 text-warn">{receipt.degraded}</p>}
      <ol className="mt-3 space-y-3">
        {receipt.passages.map((passage) => (
          <li key={passage.number} className="grid grid-cols-[1.5rem_1fr_auto] gap-2">
            <span className="font-semibold text-accent tabular-nums">{passage.number}</span>
            <div className="min-w-0">
              <p className="truncate font-medium">{sourceOf(passage)}</p>
              <p dir="auto" className="line-clamp-2 text-ink-soft">
                {passage.withheld ? t("receipt.withheld") : passage.text}
              </p>
            </div>
            <span className="text-ink-soft tabular-nums" title={t("receipt.score")}>
              {formatScore(passage.score)}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Tools({ receipt }: { receipt: Receipt }): ReactNode {
  return (
    <section aria-label={t("receipt.tools")}>
      <h3 className={heading}>{t("receipt.tools")}</h3>
      <ul className="space-y-2">
        {receipt.tool_calls.map((call, index) => (
          <li key={index}>
            <Folded title={call.name}>{call.output}</Folded>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Calls({ receipt }: { receipt: Receipt }): ReactNode {
  return (
    <section aria-label={t("receipt.calls")}>
      <h3 className={heading}>{t("receipt.calls")}</h3>
      <ul className="space-y-2">
        {receipt.model_calls.map((call, index) => (
          <li key={index}>
            <Folded title={t(`receipt.purpose.${call.purpose}`)} note={`${call.model}, ${formatSeconds(call.seconds)}`}>
              {call.messages.map(({ role, text }) => `${role}:\n${text}`).join("\n\n")}
            </Folded>
            {call.attempts
              .filter(({ error }) => error !== null)
              .map((attempt, place) => (
                <p key={place} className="mt-1 ps-3 text-xs text-warn">
                  {t("receipt.attempt", { model: attempt.model, detail: attempt.detail })}
                </p>
              ))}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Folded({ title, note, children }: { title: string; note?: string; children: ReactNode }): ReactNode {
  return (
    <details className="rounded-md border border-line">
      <summary className="flex cursor-pointer items-baseline gap-3 rounded-md px-3 py-2 hover:bg-sunken">
        <span className="min-w-0 flex-1 truncate font-medium">{title}</span>
        {note && <span className="truncate text-xs text-ink-soft">{note}</span>}
      </summary>
      <pre
        dir="auto"
        className="max-h-80 overflow-y-auto border-t border-line px-3 py-2 font-mono text-xs whitespace-pre-wrap wrap-anywhere"
      >
        {children}
      </pre>
    </details>
  );
}
