/** Makes the playground's tuning the setting of a bot. */
import { useState, type FormEvent, type ReactNode } from "react";
import { unwrap } from "@client/api";
import { Button } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import { Select } from "@/components/Field";
import { notify } from "@/components/notices";
import { Problem } from "@/components/Problem";
import { botKeys, useBots } from "@/data/bots";
import { api, queries } from "@/data/client";
import { t } from "@/i18n/t";
import type { Tuning } from "./PlaygroundPage";

interface Props {
  workspaceId: string;
  tuning: Tuning;
  onClose: () => void;
}

export function SaveDialog({ workspaceId, tuning, onClose }: Props): ReactNode {
  const bots = useBots(workspaceId);
  const [chosen, setChosen] = useState("");
  const [error, setError] = useState<unknown>(null);
  const bot = bots.data?.find(({ id }) => id === chosen) ?? bots.data?.[0];

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!bot) return;
    const configuration = { retriever_k: tuning.limit, retriever_weight: tuning.weight, rerank: tuning.rerank };
    const params = { path: { bot_id: bot.id } };
    unwrap(api.http.PATCH("/api/v1/bots/{bot_id}", { params, body: { configuration } }))
      .then((changed) => {
        queries.setQueryData(botKeys.one(changed.id), changed);
        notify({ text: t("playground.saved", { bot: changed.name, version: changed.version }) });
        onClose();
        return queries.invalidateQueries({ queryKey: botKeys.list(workspaceId) });
      })
      .catch(setError);
  };
  return (
    <Dialog title={t("playground.save")} onClose={onClose}>
      <form onSubmit={submit} className="space-y-5">
        <Select label={t("playground.bot")} value={bot?.id ?? ""} onChange={(event) => setChosen(event.target.value)}>
          {bots.data?.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
        {error !== null && <Problem error={error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t("dialog.cancel")}</Button>
          <Button look="primary" type="submit" disabled={!bot}>
            {t("form.save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
