/** Addresses that are told when documents change state, with what was delivered to them. */
import { useQuery } from "@tanstack/react-query";
import { Send, Trash2, Webhook as WebhookIcon } from "lucide-react";
import { useState, type FormEvent, type ReactNode } from "react";
import { unwrap } from "@client/api";
import type { Webhook, WebhookDelivery } from "@client/types";
import { Button, IconButton } from "@/components/Button";
import { CopyButton } from "@/components/CopyButton";
import { Confirm, Dialog } from "@/components/Dialog";
import { CheckField, TextField } from "@/components/Field";
import { notify } from "@/components/notices";
import { notifyError, Problem } from "@/components/Problem";
import { api, queries } from "@/data/client";
import { formatMoment, t } from "@/i18n/t";
import { Loaded, Nothing, Section } from "./Section";
import type { PartProps } from "./WorkspacePage";

const webhooksKey = (workspaceId: string): readonly string[] => ["webhooks", workspaceId];
const deliveriesKey = (webhookId: string): readonly string[] => ["deliveries", webhookId];
const one = "/api/v1/workspaces/{workspace_id}/webhooks/{webhook_id}" as const;

export function Webhooks({ workspace }: PartProps): ReactNode {
  const [adding, setAdding] = useState(false);
  const params = { path: { workspace_id: workspace.id } };
  const webhooks = useQuery({
    queryKey: webhooksKey(workspace.id),
    queryFn: async () => (await unwrap(api.http.GET("/api/v1/workspaces/{workspace_id}/webhooks", { params }))).items,
  });
  return (
    <Section title={t("settings.webhooks")} about={t("webhooks.about")}>
      <Loaded query={webhooks}>
        {(items) =>
          items.length === 0 ? (
            <Nothing>{t("webhooks.none")}</Nothing>
          ) : (
            <ul className="divide-y divide-line border-y border-line">
              {items.map((webhook) => (
                <WebhookRow key={webhook.id} workspaceId={workspace.id} webhook={webhook} />
              ))}
            </ul>
          )
        }
      </Loaded>
      <Button look="primary" className="mt-5" onClick={() => setAdding(true)}>
        {t("webhooks.add")}
      </Button>
      {adding && <AddWebhook workspaceId={workspace.id} onClose={() => setAdding(false)} />}
    </Section>
  );
}

function WebhookRow({ workspaceId, webhook }: { workspaceId: string; webhook: Webhook }): ReactNode {
  const [removing, setRemoving] = useState(false);
  const [open, setOpen] = useState(false);
  const { id, url, enabled, disabled_reason: reason, failing_since: failing } = webhook;
  const params = { path: { workspace_id: workspaceId, webhook_id: id } };
  const again = (): Promise<void> => queries.invalidateQueries({ queryKey: webhooksKey(workspaceId) });
  const enable = (wanted: boolean): void => {
    unwrap(api.http.PATCH(one, { params, body: { enabled: wanted } }))
      .then(again)
      .catch(notifyError);
  };
  const test = (): void => {
    unwrap(api.http.POST(`${one}/test`, { params }))
      .then((delivery) => {
        const arrived = delivery.state === "delivered";
        notify(arrived ? { text: t("webhooks.arrived") } : { tone: "danger", text: delivery.error });
        return queries.invalidateQueries({ queryKey: deliveriesKey(id) });
      })
      .catch(notifyError);
  };
  return (
    <li className="py-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <WebhookIcon aria-hidden className="size-4 shrink-0 text-ink-faint" />
        <div className="min-w-40 flex-1">
          <p className="font-medium wrap-anywhere">{url}</p>
          <p className="text-sm text-ink-soft">{webhook.events.join(", ")}</p>
          {reason !== "" && <p className="text-sm text-danger">{reason}</p>}
          {failing && reason === "" && (
            <p className="text-sm text-warn">{t("webhooks.failing", { at: formatMoment(failing) })}</p>
          )}
        </div>
        <CheckField
          label={t("webhooks.enabled")}
          checked={enabled}
          onChange={(event) => enable(event.target.checked)}
        />
        <IconButton label={t("webhooks.test", { url })} icon={<Send aria-hidden />} onClick={test} />
        <IconButton
          look="danger"
          label={t("tools.remove", { name: url })}
          icon={<Trash2 aria-hidden />}
          onClick={() => setRemoving(true)}
        />
      </div>
      <details className="mt-1 ps-8 text-sm" onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary className="w-fit cursor-pointer rounded-md text-ink-soft hover:text-ink">
          {t("webhooks.deliveries")}
        </summary>
        {open && <Deliveries workspaceId={workspaceId} webhookId={id} />}
      </details>
      {removing && (
        <Confirm
          title={t("webhooks.remove.title")}
          text={t("webhooks.remove.text", { url })}
          action={t("tools.remove.action")}
          onConfirm={async () => {
            await unwrap(api.http.DELETE(one, { params }));
            await again();
          }}
          onClose={() => setRemoving(false)}
        />
      )}
    </li>
  );
}

function Deliveries({ workspaceId, webhookId }: { workspaceId: string; webhookId: string }): ReactNode {
  const params = { path: { workspace_id: workspaceId, webhook_id: webhookId }, query: { limit: 20 } };
  const deliveries = useQuery({
    queryKey: deliveriesKey(webhookId),
    queryFn: async () => (await unwrap(api.http.GET(`${one}/deliveries`, { params }))).items,
  });
  return (
    <Loaded query={deliveries}>
      {(items) =>
        items.length === 0 ? (
          <p className="mt-2 text-ink-soft">{t("webhooks.nothing")}</p>
        ) : (
          <ul className="mt-2 space-y-1.5">
            {items.map((delivery) => (
              <Delivery key={delivery.id} delivery={delivery} />
            ))}
          </ul>
        )
      }
    </Loaded>
  );
}

function Delivery({ delivery }: { delivery: WebhookDelivery }): ReactNode {
  const { type, at, state, attempts, error } = delivery;
  return (
    <li>
      {formatMoment(at)} · {type} · {t(`webhooks.state.${state}`)} · {t("webhooks.attempts", { count: attempts })}
      {error !== "" && <span className="block text-ink-soft wrap-anywhere">{error}</span>}
    </li>
  );
}

function AddWebhook({ workspaceId, onClose }: { workspaceId: string; onClose: () => void }): ReactNode {
  const [url, setUrl] = useState("");
  const [secret, setSecret] = useState("");
  const [error, setError] = useState<unknown>(null);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setError(null);
    const params = { path: { workspace_id: workspaceId } };
    const body = { url: url.trim(), description: "" };
    unwrap(api.http.POST("/api/v1/workspaces/{workspace_id}/webhooks", { params, body }))
      .then((made) => {
        setSecret(made.secret);
        return queries.invalidateQueries({ queryKey: webhooksKey(workspaceId) });
      })
      .catch(setError);
  };
  return (
    <Dialog title={t("webhooks.add")} onClose={onClose}>
      {secret === "" ? (
        <form onSubmit={submit} className="space-y-5">
          <TextField
            label={t("webhooks.url")}
            help={t("webhooks.url.help")}
            type="url"
            value={url}
            required
            onChange={(event) => setUrl(event.target.value)}
          />
          {error !== null && <Problem error={error} />}
          <div className="flex justify-end gap-2">
            <Button onClick={onClose}>{t("dialog.cancel")}</Button>
            <Button look="primary" type="submit">
              {t("webhooks.add")}
            </Button>
          </div>
        </form>
      ) : (
        <div className="space-y-4">
          <p>{t("webhooks.secret")}</p>
          <div className="flex items-center gap-2">
            <code className="min-w-0 flex-1 rounded-md border border-line-strong bg-canvas px-3 py-2 font-mono text-sm break-all">
              {secret}
            </code>
            <CopyButton text={secret} label={t("webhooks.copy")} />
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
