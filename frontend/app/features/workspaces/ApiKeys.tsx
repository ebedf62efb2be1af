/** Keys for programs: what each may do, when it was last used, and a new one shown once. */
import { useQuery } from "@tanstack/react-query";
import { KeyRound, Trash2 } from "lucide-react";
import { useState, type FormEvent, type ReactNode } from "react";
import { unwrap } from "@client/api";
import type { ApiKey, KeyScope } from "@client/types";
import { Button, IconButton } from "@/components/Button";
import { CopyButton } from "@/components/CopyButton";
import { Confirm, Dialog } from "@/components/Dialog";
import { CheckField, Select, TextField } from "@/components/Field";
import { Problem } from "@/components/Problem";
import { api, queries } from "@/data/client";
import { formatDate, formatMoment, t } from "@/i18n/t";
import { Loaded, Nothing, Section } from "./Section";
import type { PartProps } from "./WorkspacePage";

const SCOPES: readonly KeyScope[] = ["chat", "models", "embeddings", "documents.read", "documents.write", "mcp"];
const LIFETIMES = [30, 90, 365] as const;
const DAY_MS = 86_400_000;

const keysKey = (workspaceId: string): readonly string[] => ["api-keys", workspaceId];

export function ApiKeys({ workspace }: PartProps): ReactNode {
  const [making, setMaking] = useState(false);
  const params = { path: { workspace_id: workspace.id } };
  const keys = useQuery({
    queryKey: keysKey(workspace.id),
    queryFn: async () => (await unwrap(api.http.GET("/api/v1/workspaces/{workspace_id}/api-keys", { params }))).items,
  });
  return (
    <Section title={t("settings.keys")} about={t("keys.about")}>
      <Loaded query={keys}>
        {(items) =>
          items.length === 0 ? (
            <Nothing>{t("apiKeys.none")}</Nothing>
          ) : (
            <ul className="divide-y divide-line border-y border-line">
              {items.map((key) => (
                <KeyRow key={key.id} workspaceId={workspace.id} apiKey={key} />
              ))}
            </ul>
          )
        }
      </Loaded>
      <Button look="primary" className="mt-5" onClick={() => setMaking(true)}>
        {t("apiKeys.new")}
      </Button>
      {making && <NewKey workspaceId={workspace.id} onClose={() => setMaking(false)} />}
    </Section>
  );
}

function KeyRow({ workspaceId, apiKey }: { workspaceId: string; apiKey: ApiKey }): ReactNode {
  const [revoking, setRevoking] = useState(false);
  const { id, name, prefix, scopes, expires_at: expires, last_used_at: used } = apiKey;
  const revoke = async (): Promise<void> => {
    const params = { path: { workspace_id: workspaceId, key_id: id } };
    await unwrap(api.http.DELETE("/api/v1/workspaces/{workspace_id}/api-keys/{key_id}", { params }));
    await queries.invalidateQueries({ queryKey: keysKey(workspaceId) });
  };
  return (
    <li className="flex items-center gap-4 py-3">
      <KeyRound aria-hidden className="size-4 shrink-0 text-ink-faint" />
      <div className="min-w-0 flex-1">
        <p className="font-medium wrap-anywhere">
          {name} <code className="ms-1 font-mono text-xs font-normal text-ink-soft">{prefix}…</code>
        </p>
        <p className="text-sm text-ink-soft">
          {scopes.map((scope) => t(`apiKeys.scope.${scope}`)).join(", ")}
          {" · "}
          {used ? t("apiKeys.used", { at: formatMoment(used) }) : t("apiKeys.unused")}
          {expires && ` · ${t("apiKeys.until", { date: formatDate(expires) })}`}
        </p>
      </div>
      <IconButton
        look="danger"
        label={t("apiKeys.revoke", { name })}
        icon={<Trash2 aria-hidden />}
        onClick={() => setRevoking(true)}
      />
      {revoking && (
        <Confirm
          title={t("apiKeys.revoke.title")}
          text={t("apiKeys.revoke.text", { name })}
          action={t("apiKeys.revoke.action")}
          onConfirm={revoke}
          onClose={() => setRevoking(false)}
        />
      )}
    </li>
  );
}

function NewKey({ workspaceId, onClose }: { workspaceId: string; onClose: () => void }): ReactNode {
  const [made, setMade] = useState("");
  return (
    <Dialog title={t("apiKeys.new")} onClose={onClose}>
      {made === "" ? (
        <NewKeyForm workspaceId={workspaceId} onMade={setMade} onCancel={onClose} />
      ) : (
        <div className="space-y-4">
          <p>{t("apiKeys.made")}</p>
          <div className="flex items-center gap-2">
            <code className="min-w-0 flex-1 rounded-md border border-line-strong bg-canvas px-3 py-2 font-mono text-sm break-all">
              {made}
            </code>
            <CopyButton text={made} label={t("apiKeys.copy")} />
          </div>
          <div className="flex justify-end">
            <Button look="primary" onClick={onClose}>
              {t("dialog.done")}
            </Button>
          </div>
        </div>
      )}
    </Dialog>
  );
}

interface FormProps {
  workspaceId: string;
  onMade: (key: string) => void;
  onCancel: () => void;
}

function NewKeyForm({ workspaceId, onMade, onCancel }: FormProps): ReactNode {
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<readonly KeyScope[]>(["chat", "models"]);
  const [days, setDays] = useState("90");
  const [error, setError] = useState<unknown>(null);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const expires = days === "" ? null : new Date(Date.now() + Number(days) * DAY_MS).toISOString();
    const body = { name: name.trim(), scopes: [...scopes], expires_at: expires };
    const params = { path: { workspace_id: workspaceId } };
    unwrap(api.http.POST("/api/v1/workspaces/{workspace_id}/api-keys", { params, body }))
      .then(({ key }) => {
        void queries.invalidateQueries({ queryKey: keysKey(workspaceId) });
        onMade(key);
      })
      .catch(setError);
  };
  const toggle = (scope: KeyScope): void =>
    setScopes((chosen) => (chosen.includes(scope) ? chosen.filter((each) => each !== scope) : [...chosen, scope]));
  return (
    <form onSubmit={submit} className="space-y-5">
      <TextField
        label={t("apiKeys.name")}
        help={t("apiKeys.name.help")}
        value={name}
        required
        maxLength={100}
        onChange={(event) => setName(event.target.value)}
      />
      <fieldset className="space-y-2.5">
        <legend className="mb-2 text-sm font-medium">{t("apiKeys.scopes")}</legend>
        {SCOPES.map((scope) => (
          <CheckField
            key={scope}
            label={t(`apiKeys.scope.${scope}`)}
            checked={scopes.includes(scope)}
            onChange={() => toggle(scope)}
          />
        ))}
      </fieldset>
      <Select label={t("share.expires")} value={days} onChange={(event) => setDays(event.target.value)}>
        {LIFETIMES.map((count) => (
          <option key={count} value={count}>
            {t("share.expires.days", { count })}
          </option>
        ))}
        <option value="">{t("share.expires.never")}</option>
      </Select>
      {error !== null && <Problem error={error} />}
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>{t("dialog.cancel")}</Button>
        <Button look="primary" type="submit" disabled={name.trim() === "" || scopes.length === 0}>
          {t("apiKeys.make")}
        </Button>
      </div>
    </form>
  );
}
