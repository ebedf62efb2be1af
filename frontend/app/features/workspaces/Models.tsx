/** The models that bots may use, the workspace's own keys for them, and what is wrong with a provider. */
import { useQuery } from "@tanstack/react-query";
import { CircleAlert, CircleCheck, KeyRound } from "lucide-react";
import { useState, type FormEvent, type ReactNode } from "react";
import { unwrap } from "@client/api";
import type { Model, ModelList, ProviderKey } from "@client/types";
import { Button } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import { TextField } from "@/components/Field";
import { notify } from "@/components/notices";
import { notifyError, Problem } from "@/components/Problem";
import { api, queries } from "@/data/client";
import { formatCost, formatDate, t } from "@/i18n/t";
import { Loaded, Section } from "./Section";
import type { PartProps } from "./WorkspacePage";

const keysKey = (workspaceId: string): readonly string[] => ["provider-keys", workspaceId];
const modelsKey = (workspaceId: string): readonly string[] => ["models", workspaceId];

export function Models({ workspace, mayManage }: PartProps): ReactNode {
  const models = useQuery({
    queryKey: modelsKey(workspace.id),
    queryFn: () => unwrap(api.http.GET("/api/v1/models", { params: { query: { workspace_id: workspace.id } } })),
  });
  return (
    <div className="space-y-12">
      {mayManage && <Providers workspaceId={workspace.id} models={models.data} />}
      <Section title={t("settings.models")} about={t("models.about")}>
        <Loaded query={models}>{(list) => <ModelTable list={list} />}</Loaded>
      </Section>
    </div>
  );
}

function ModelTable({ list }: { list: ModelList }): ReactNode {
  return (
    <div className="overflow-x-auto" tabIndex={0} role="group" aria-label={t("settings.models")}>
      <table className="w-full text-sm">
        <thead className="text-start text-xs text-ink-faint">
          <tr className="[&_th]:py-2 [&_th]:pe-4 [&_th]:text-start [&_th]:font-medium">
            <th scope="col">{t("models.name")}</th>
            <th scope="col">{t("models.can")}</th>
            <th scope="col" className="text-end!">
              {t("models.context")}
            </th>
            <th scope="col" className="text-end!">
              {t("models.price")}
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line border-y border-line">
          {list.items.map((model) => (
            <ModelRow key={model.name} model={model} isDefault={model.name === list.default} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ModelRow({ model, isDefault }: { model: Model; isDefault: boolean }): ReactNode {
  const { capabilities, price } = model;
  const can = [
    capabilities.tools && t("models.can.tools"),
    capabilities.images && t("models.can.images"),
    capabilities.thinking && t("models.can.reasoning"),
  ].filter((each) => each !== false);
  return (
    <tr className="[&_td]:py-2.5 [&_td]:pe-4 [&_td]:align-top">
      <td>
        <span className="font-medium wrap-anywhere">{model.name}</span>
        {isDefault && (
          <span className="ms-2 rounded-full bg-accent-soft px-2 py-0.5 text-xs text-accent">
            {t("models.default")}
          </span>
        )}
        {model.note && <span className="block text-xs text-ink-soft">{model.note}</span>}
      </td>
      <td className="text-ink-soft">{can.join(", ")}</td>
      <td className="text-end text-ink-soft tabular-nums">{t("models.tokens", { count: model.context_tokens })}</td>
      <td className="text-end whitespace-nowrap text-ink-soft tabular-nums">
        {price
          ? t("models.price.value", {
              input: formatCost(price.input_micros),
              output: formatCost(price.output_micros),
            })
          : t("models.price.unknown")}
      </td>
    </tr>
  );
}

function Providers({ workspaceId, models }: { workspaceId: string; models: ModelList | undefined }): ReactNode {
  const [changing, setChanging] = useState("");
  const params = { path: { workspace_id: workspaceId } };
  const keys = useQuery({
    queryKey: keysKey(workspaceId),
    queryFn: () => unwrap(api.http.GET("/api/v1/workspaces/{workspace_id}/provider-keys", { params })),
  });
  return (
    <Section title={t("providers.title")} about={t("providers.about")}>
      <Loaded query={keys}>
        {({ items, providers }) => (
          <ul className="divide-y divide-line border-y border-line">
            {providers.map((provider) => (
              <ProviderRow
                key={provider}
                provider={provider}
                stored={items.find((each) => each.provider === provider)}
                models={models}
                onChange={() => setChanging(provider)}
              />
            ))}
          </ul>
        )}
      </Loaded>
      {changing && (
        <KeyDialog
          workspaceId={workspaceId}
          provider={changing}
          stored={keys.data?.items.some((each) => each.provider === changing) ?? false}
          onClose={() => setChanging("")}
        />
      )}
    </Section>
  );
}

interface ProviderRowProps {
  provider: string;
  stored: ProviderKey | undefined;
  models: ModelList | undefined;
  onChange: () => void;
}

function ProviderRow({ provider, stored, models, onChange }: ProviderRowProps): ReactNode {
  const problem = models?.problems.find((each) => each.provider === provider);
  const count = models?.items.filter((each) => each.provider === provider).length ?? 0;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3">
      <KeyRound aria-hidden className="size-4 shrink-0 text-ink-faint" />
      <div className="min-w-40 flex-1">
        <p className="font-medium">{provider}</p>
        <p className="text-sm text-ink-soft">
          {stored
            ? t("providers.stored", { end: stored.last_four, date: formatDate(stored.set_at) })
            : t("providers.none")}
        </p>
        {problem && (
          <p className="mt-1 flex items-start gap-1.5 text-sm text-danger">
            <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
            <span>
              {problem.detail} {problem.hint}
            </span>
          </p>
        )}
        {!problem && count > 0 && (
          <p className="mt-1 flex items-center gap-1.5 text-sm text-ink-soft">
            <CircleCheck aria-hidden className="size-4 text-accent" />
            {t("providers.works", { count })}
          </p>
        )}
      </div>
      <Button onClick={onChange}>{t(stored ? "providers.change" : "providers.set")}</Button>
    </li>
  );
}

interface KeyDialogProps {
  workspaceId: string;
  provider: string;
  stored: boolean;
  onClose: () => void;
}

function KeyDialog({ workspaceId, provider, stored, onClose }: KeyDialogProps): ReactNode {
  const [key, setKey] = useState("");
  const [error, setError] = useState<unknown>(null);
  const params = { path: { workspace_id: workspaceId, provider } };

  const done = async (): Promise<void> => {
    onClose();
    await queries.invalidateQueries({ queryKey: keysKey(workspaceId) });
    const tested = await queries.fetchQuery({
      queryKey: modelsKey(workspaceId),
      queryFn: () => unwrap(api.http.GET("/api/v1/models", { params: { query: { workspace_id: workspaceId } } })),
    });
    const problem = tested.problems.find((each) => each.provider === provider);
    notify(
      problem
        ? { tone: "danger", text: `${problem.detail} ${problem.hint}` }
        : { text: t("providers.tested", { provider }) },
    );
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const path = "/api/v1/workspaces/{workspace_id}/provider-keys/{provider}" as const;
    unwrap(api.http.PUT(path, { params, body: { api_key: key.trim() } }))
      .then(done)
      .catch(setError);
  };
  const remove = (): void => {
    const path = "/api/v1/workspaces/{workspace_id}/provider-keys/{provider}" as const;
    unwrap(api.http.DELETE(path, { params }))
      .then(() => {
        onClose();
        void queries.invalidateQueries({ queryKey: keysKey(workspaceId) });
        void queries.invalidateQueries({ queryKey: modelsKey(workspaceId) });
      })
      .catch(notifyError);
  };
  return (
    <Dialog title={t("providers.key.title", { provider })} onClose={onClose}>
      <form onSubmit={submit} className="space-y-5">
        <TextField
          label={t("providers.key")}
          help={t("providers.key.help")}
          type="password"
          autoComplete="off"
          value={key}
          required
          onChange={(event) => setKey(event.target.value)}
        />
        {error !== null && <Problem error={error} />}
        <div className="flex flex-wrap justify-end gap-2">
          {stored && (
            <Button look="danger" className="me-auto" onClick={remove}>
              {t("providers.remove")}
            </Button>
          )}
          <Button onClick={onClose}>{t("dialog.cancel")}</Button>
          <Button look="primary" type="submit" disabled={key.trim() === ""}>
            {t("providers.save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
