/** Servers of tools that bots may use: OpenAPI documents and MCP servers, and what each offers. */
import { useQuery } from "@tanstack/react-query";
import { RefreshCw, Trash2, Wrench } from "lucide-react";
import { useState, type FormEvent, type ReactNode } from "react";
import { unwrap } from "@client/api";
import type { ToolServer } from "@client/types";
import { Button, IconButton } from "@/components/Button";
import { Confirm, Dialog } from "@/components/Dialog";
import { Select, TextField } from "@/components/Field";
import { notify } from "@/components/notices";
import { notifyError, Problem } from "@/components/Problem";
import { api, queries } from "@/data/client";
import { t } from "@/i18n/t";
import { Loaded, Nothing, Section } from "./Section";
import type { PartProps } from "./WorkspacePage";

const serversKey = (workspaceId: string): readonly string[] => ["tool-servers", workspaceId];
const serverPath = "/api/v1/workspaces/{workspace_id}/tool-servers/{tool_server_id}" as const;

export function ToolServers({ workspace, mayManage }: PartProps): ReactNode {
  const [adding, setAdding] = useState(false);
  const params = { path: { workspace_id: workspace.id } };
  const servers = useQuery({
    queryKey: serversKey(workspace.id),
    queryFn: async () =>
      (await unwrap(api.http.GET("/api/v1/workspaces/{workspace_id}/tool-servers", { params }))).items,
  });
  return (
    <Section title={t("settings.tools")} about={t("tools.about")}>
      <Loaded query={servers}>
        {(items) =>
          items.length === 0 ? (
            <Nothing>{t("tools.none")}</Nothing>
          ) : (
            <ul className="divide-y divide-line border-y border-line">
              {items.map((server) => (
                <ServerRow key={server.id} workspaceId={workspace.id} server={server} mayManage={mayManage} />
              ))}
            </ul>
          )
        }
      </Loaded>
      {mayManage && (
        <Button look="primary" className="mt-5" onClick={() => setAdding(true)}>
          {t("tools.add")}
        </Button>
      )}
      {adding && <AddServer workspaceId={workspace.id} onClose={() => setAdding(false)} />}
    </Section>
  );
}

interface RowProps {
  workspaceId: string;
  server: ToolServer;
  mayManage: boolean;
}

function ServerRow({ workspaceId, server, mayManage }: RowProps): ReactNode {
  const [removing, setRemoving] = useState(false);
  const params = { path: { workspace_id: workspaceId, tool_server_id: server.id } };
  const again = (): Promise<void> => queries.invalidateQueries({ queryKey: serversKey(workspaceId) });
  const refresh = (): void => {
    unwrap(api.http.POST(`${serverPath}/refresh`, { params }))
      .then(({ tools }) => {
        notify({ text: t("tools.refreshed", { count: tools.length }) });
        return again();
      })
      .catch(notifyError);
  };
  return (
    <li className="py-3">
      <div className="flex items-center gap-4">
        <Wrench aria-hidden className="size-4 shrink-0 text-ink-faint" />
        <div className="min-w-0 flex-1">
          <p className="font-medium">
            {server.kind}:{server.name}
          </p>
          <p className="truncate text-sm text-ink-soft">{server.url}</p>
        </div>
        {mayManage && (
          <>
            <IconButton
              label={t("tools.refresh", { name: server.name })}
              icon={<RefreshCw aria-hidden />}
              onClick={refresh}
            />
            <IconButton
              look="danger"
              label={t("tools.remove", { name: server.name })}
              icon={<Trash2 aria-hidden />}
              onClick={() => setRemoving(true)}
            />
          </>
        )}
      </div>
      <details className="mt-1 ps-8 text-sm">
        <summary className="cursor-pointer rounded-md text-ink-soft hover:text-ink">
          {t("tools.offers", { count: server.tools.length })}
        </summary>
        <dl className="mt-2 space-y-2">
          {server.tools.map((tool) => (
            <div key={tool.name}>
              <dt className="font-mono text-xs wrap-anywhere">
                {tool.name}
                {tool.changes_things && <span className="ms-2 font-sans text-warn">{t("tools.changes")}</span>}
              </dt>
              <dd className="line-clamp-2 text-ink-soft">{tool.description}</dd>
            </div>
          ))}
        </dl>
      </details>
      {removing && (
        <Confirm
          title={t("tools.remove.title")}
          text={t("tools.remove.text", { name: server.name })}
          action={t("tools.remove.action")}
          onConfirm={async () => {
            await unwrap(api.http.DELETE(serverPath, { params }));
            await again();
          }}
          onClose={() => setRemoving(false)}
        />
      )}
    </li>
  );
}

const KINDS = ["openapi", "mcp"] as const;

function AddServer({ workspaceId, onClose }: { workspaceId: string; onClose: () => void }): ReactNode {
  const [kind, setKind] = useState<ToolServer["kind"]>("openapi");
  const [name, setName] = useState("");
  const [url, setUrl] = useState("");
  const [authorization, setAuthorization] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    const headers: Record<string, string> = authorization === "" ? {} : { Authorization: authorization };
    const body = { kind, name: name.trim(), url: url.trim(), base_url: "", headers };
    unwrap(
      api.http.POST("/api/v1/workspaces/{workspace_id}/tool-servers", {
        params: { path: { workspace_id: workspaceId } },
        body,
      }),
    )
      .then(() => {
        onClose();
        return queries.invalidateQueries({ queryKey: serversKey(workspaceId) });
      })
      .catch((refusal: unknown) => {
        setError(refusal);
        setBusy(false);
      });
  };
  return (
    <Dialog title={t("tools.add")} onClose={onClose}>
      <form onSubmit={submit} className="space-y-5">
        <Select
          label={t("tools.kind")}
          value={kind}
          onChange={(event) => setKind(event.target.value as ToolServer["kind"])}
        >
          {KINDS.map((each) => (
            <option key={each} value={each}>
              {t(`tools.kind.${each}`)}
            </option>
          ))}
        </Select>
        <TextField
          label={t("tools.name")}
          help={t("tools.name.help", { kind })}
          value={name}
          required
          maxLength={24}
          pattern="[a-z0-9]+(-[a-z0-9]+)*"
          onChange={(event) => setName(event.target.value)}
        />
        <TextField
          label={t(`tools.url.${kind}`)}
          type="url"
          value={url}
          required
          onChange={(event) => setUrl(event.target.value)}
        />
        <TextField
          label={t("tools.authorization")}
          help={t("tools.authorization.help")}
          type="password"
          autoComplete="off"
          value={authorization}
          onChange={(event) => setAuthorization(event.target.value)}
        />
        {error !== null && <Problem error={error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t("dialog.cancel")}</Button>
          <Button look="primary" type="submit" busy={busy}>
            {t("tools.add")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
