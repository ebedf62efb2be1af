/** What the workspace used and paid, by day, model, bot or person, beside what it may. */
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { unwrap } from "@client/api";
import type { BudgetStanding, Used } from "@client/types";
import { Button } from "@/components/Button";
import { cx } from "@/components/cx";
import { Select } from "@/components/Field";
import { useBots } from "@/data/bots";
import { api } from "@/data/client";
import { usePeople } from "@/data/people";
import { formatCost, formatDate, formatShare, t } from "@/i18n/t";
import { BudgetDialog } from "./BudgetDialog";
import { Loaded, Nothing, Section } from "./Section";
import type { PartProps } from "./WorkspacePage";

const GROUPINGS = ["day", "model", "bot", "user", "purpose"] as const;
type Grouping = (typeof GROUPINGS)[number];
const SPANS = [7, 30, 90] as const;
const DAY_MS = 86_400_000;

export function Usage({ workspace, mayManage }: PartProps): ReactNode {
  return (
    <div className="space-y-12">
      <Budget workspaceId={workspace.id} mayManage={mayManage} />
      <Spent workspaceId={workspace.id} mayManage={mayManage} />
    </div>
  );
}

interface Props {
  workspaceId: string;
  mayManage: boolean;
}

function Budget({ workspaceId, mayManage }: Props): ReactNode {
  const [changing, setChanging] = useState(false);
  const params = { path: { workspace_id: workspaceId } };
  const budget = useQuery({
    queryKey: ["budget", workspaceId],
    queryFn: async () => (await unwrap(api.http.GET("/api/v1/workspaces/{workspace_id}/budget", { params }))).limits,
  });
  return (
    <Section title={t("budget.title")} about={t("budget.about")}>
      <Loaded query={budget}>
        {(limits) =>
          limits.length === 0 ? (
            <Nothing>{t("budget.none")}</Nothing>
          ) : (
            <ul className="space-y-4">
              {limits.map((limit) => (
                <Standing key={`${limit.holder}.${limit.period}`} limit={limit} />
              ))}
            </ul>
          )
        }
      </Loaded>
      {mayManage && (
        <Button className="mt-5" onClick={() => setChanging(true)}>
          {t("budget.change")}
        </Button>
      )}
      {changing && budget.data && (
        <BudgetDialog workspaceId={workspaceId} limits={budget.data} onClose={() => setChanging(false)} />
      )}
    </Section>
  );
}

function Standing({ limit }: { limit: BudgetStanding }): ReactNode {
  const bars = [
    { of: limit.cost_micros, used: limit.spent_micros + limit.reserved_micros, show: formatCost },
    {
      of: limit.tokens,
      used: limit.spent_tokens + limit.reserved_tokens,
      show: (tokens: number) => t("models.tokens", { count: tokens }),
    },
  ];
  return (
    <li>
      <p className="mb-1.5 flex flex-wrap justify-between gap-x-4 text-sm">
        <span className="font-medium">{t(`budget.${limit.holder}.${limit.period}`)}</span>
        <span className="text-ink-soft">{t("budget.resets", { date: formatDate(limit.resets_at) })}</span>
      </p>
      {bars.map(({ of, used, show }, index) => of !== null && <Bar key={index} of={of} used={used} show={show} />)}
    </li>
  );
}

function Bar({ of, used, show }: { of: number; used: number; show: (amount: number) => string }): ReactNode {
  const share = of === 0 ? 1 : Math.min(1, used / of);
  return (
    <div className="mb-1.5 flex items-center gap-3 text-xs text-ink-soft">
      <div
        role="meter"
        aria-valuenow={Math.round(share * 100)}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuetext={formatShare(share)}
        aria-label={t("budget.used", { used: show(used), of: show(of) })}
        className="h-2 flex-1 overflow-hidden rounded-full bg-sunken"
      >
        <div
          className={cx("h-full", share > 0.9 ? "bg-danger" : "bg-accent")}
          style={{ inlineSize: formatCss(share) }}
        />
      </div>
      <span className="w-48 text-end tabular-nums">{t("budget.used", { used: show(used), of: show(of) })}</span>
    </div>
  );
}

const formatCss = (share: number): string => `${(share * 100).toFixed(1)}%`;

function Spent({ workspaceId, mayManage }: Props): ReactNode {
  const [by, setBy] = useState<Grouping>("day");
  const [days, setDays] = useState<number>(30);
  const [today] = useState(Date.now);
  const from = new Date(today - (days - 1) * DAY_MS).toISOString().slice(0, 10);
  const params = { path: { workspace_id: workspaceId }, query: { by, from } };
  const used = useQuery({
    queryKey: ["usage", workspaceId, mayManage, by, from],
    queryFn: async () => {
      const all = "/api/v1/workspaces/{workspace_id}/usage" as const;
      const mine = "/api/v1/workspaces/{workspace_id}/usage/mine" as const;
      return (await unwrap(mayManage ? api.http.GET(all, { params }) : api.http.GET(mine, { params }))).items;
    },
  });
  return (
    <Section title={t("usage.title")} about={t(mayManage ? "usage.about" : "usage.about.mine")}>
      <div className="mb-5 flex flex-wrap gap-4">
        <Select label={t("usage.by")} value={by} onChange={(event) => setBy(event.target.value as Grouping)}>
          {GROUPINGS.filter((each) => mayManage || each !== "user").map((each) => (
            <option key={each} value={each}>
              {t(`usage.by.${each}`)}
            </option>
          ))}
        </Select>
        <Select label={t("usage.span")} value={days} onChange={(event) => setDays(Number(event.target.value))}>
          {SPANS.map((count) => (
            <option key={count} value={count}>
              {t("share.expires.days", { count })}
            </option>
          ))}
        </Select>
      </div>
      <Loaded query={used}>
        {(rows) =>
          rows.length === 0 ? (
            <Nothing>{t("usage.none")}</Nothing>
          ) : (
            <UsedTable workspaceId={workspaceId} by={by} rows={rows} />
          )
        }
      </Loaded>
    </Section>
  );
}

function UsedTable({ workspaceId, by, rows }: { workspaceId: string; by: Grouping; rows: readonly Used[] }): ReactNode {
  const nameOf = useNames(workspaceId, by);
  const most = Math.max(...rows.map(weight), 1);
  return (
    <div className="overflow-x-auto" tabIndex={0} role="group" aria-label={t("usage.title")}>
      <table className="w-full text-sm tabular-nums">
        <thead className="text-xs text-ink-faint">
          <tr className="[&_th]:py-2 [&_th]:ps-4 [&_th]:text-end [&_th]:font-medium">
            <th scope="col" className="ps-0! text-start!">
              {t(`usage.by.${by}`)}
            </th>
            <th scope="col" className="w-1/4">
              <span className="sr-only">{t("usage.share")}</span>
            </th>
            <th scope="col">{t("usage.calls")}</th>
            <th scope="col">{t("usage.input")}</th>
            <th scope="col">{t("usage.output")}</th>
            <th scope="col">{t("receipt.cost")}</th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line border-y border-line">
          {rows.map((row) => (
            <tr key={row.key} className="[&_td]:py-2 [&_td]:ps-4 [&_td]:text-end">
              <td className="ps-0! text-start! wrap-anywhere">{nameOf(row.key)}</td>
              <td>
                <div
                  aria-hidden
                  className="h-2 rounded-full bg-accent"
                  style={{ inlineSize: formatCss(weight(row) / most) }}
                />
              </td>
              <td>{t("number", { value: row.calls })}</td>
              <td>{t("number", { value: row.input_tokens })}</td>
              <td>{t("number", { value: row.output_tokens })}</td>
              <td>
                {formatCost(row.cost_micros)}
                {row.unpriced_calls > 0 && (
                  <span className="block text-xs text-ink-faint">
                    {t("usage.unpriced", { count: row.unpriced_calls })}
                  </span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const weight = ({ input_tokens: input, output_tokens: output }: Used): number => input + output;

function useNames(workspaceId: string, by: Grouping): (key: string) => string {
  const bots = useBots(workspaceId);
  const members = usePeople(workspaceId);
  const names: Record<Grouping, (key: string) => string | undefined> = {
    day: formatDate,
    model: (key) => key,
    bot: (key) => bots.data?.find(({ id }) => id === key)?.name,
    user: (key) => members.data?.find(({ user_id: id }) => id === key)?.name,
    purpose: (key) => key.replaceAll("_", " "),
  };
  return (key) => (key === "" ? t("usage.nobody") : (names[by](key) ?? t("usage.gone")));
}
