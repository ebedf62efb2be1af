/** Limits what the workspace, and each person in it, may spend in a day or a month. */
import { useState, type FormEvent, type ReactNode } from "react";
import { unwrap } from "@client/api";
import type { BudgetStanding } from "@client/types";
import { Button } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import { TextField } from "@/components/Field";
import { Problem } from "@/components/Problem";
import { api, queries } from "@/data/client";
import { t } from "@/i18n/t";

const HOLDERS = ["workspace", "user"] as const;
const PERIODS = ["day", "month"] as const;
type Holder = (typeof HOLDERS)[number];
type Period = (typeof PERIODS)[number];

/** In dollars, as typed; empty where nothing is limited. */
type Amounts = Record<`${Holder}.${Period}`, string>;

interface Props {
  workspaceId: string;
  limits: readonly BudgetStanding[];
  onClose: () => void;
}

export function BudgetDialog({ workspaceId, limits, onClose }: Props): ReactNode {
  const [amounts, setAmounts] = useState(() => amountsOf(limits));
  const [error, setError] = useState<unknown>(null);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const limit = (holder: Holder, period: Period) => ({
      cost_micros:
        amounts[`${holder}.${period}`] === "" ? null : Math.round(Number(amounts[`${holder}.${period}`]) * 1e6),
      // Set through the API, kept as they are.
      tokens: limits.find((each) => each.holder === holder && each.period === period)?.tokens ?? null,
    });
    const body = {
      workspace: { day: limit("workspace", "day"), month: limit("workspace", "month") },
      each_user: { day: limit("user", "day"), month: limit("user", "month") },
    };
    const params = { path: { workspace_id: workspaceId } };
    unwrap(api.http.PUT("/api/v1/workspaces/{workspace_id}/budget", { params, body }))
      .then(() => {
        onClose();
        return queries.invalidateQueries({ queryKey: ["budget", workspaceId] });
      })
      .catch(setError);
  };
  return (
    <Dialog title={t("budget.change")} onClose={onClose}>
      <form onSubmit={submit} className="space-y-5">
        <p className="text-sm text-ink-soft">{t("budget.help")}</p>
        <div className="grid gap-4 sm:grid-cols-2">
          {HOLDERS.flatMap((holder) =>
            PERIODS.map((period) => (
              <TextField
                key={`${holder}.${period}`}
                label={t(`budget.${holder}.${period}`)}
                type="number"
                min="0"
                step="0.01"
                inputMode="decimal"
                value={amounts[`${holder}.${period}`]}
                onChange={(event) => setAmounts({ ...amounts, [`${holder}.${period}`]: event.target.value })}
              />
            )),
          )}
        </div>
        {error !== null && <Problem error={error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t("dialog.cancel")}</Button>
          <Button look="primary" type="submit">
            {t("form.save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function amountsOf(limits: readonly BudgetStanding[]): Amounts {
  const amount = (holder: Holder, period: Period): string => {
    const micros = limits.find((each) => each.holder === holder && each.period === period)?.cost_micros;
    return micros === undefined || micros === null ? "" : String(micros / 1e6);
  };
  return {
    "workspace.day": amount("workspace", "day"),
    "workspace.month": amount("workspace", "month"),
    "user.day": amount("user", "day"),
    "user.month": amount("user", "month"),
  };
}
