/** The name of the workspace, and what may be shared from it. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState, type FormEvent, type ReactNode } from "react";
import { unwrap } from "@client/api";
import { Button } from "@/components/Button";
import { CheckField, TextField } from "@/components/Field";
import { notify } from "@/components/notices";
import { notifyError, Problem } from "@/components/Problem";
import { api, queries } from "@/data/client";
import { t } from "@/i18n/t";
import { Loaded, Section } from "./Section";
import type { PartProps } from "./WorkspacePage";

export function General({ workspace, mayManage }: PartProps): ReactNode {
  return (
    <div className="space-y-12">
      <NameForm workspace={workspace} mayManage={mayManage} />
      {mayManage && <Sharing workspaceId={workspace.id} />}
    </div>
  );
}

function NameForm({ workspace, mayManage }: PartProps): ReactNode {
  const [name, setName] = useState(workspace.name);
  const save = useMutation({
    mutationFn: () =>
      unwrap(
        api.http.PATCH("/api/v1/workspaces/{workspace_id}", {
          params: { path: { workspace_id: workspace.id } },
          body: { name: name.trim() },
        }),
      ),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["workspaces"] });
      notify({ text: t("form.saved") });
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save.mutate();
  };
  const unchanged = name.trim() === "" || name.trim() === workspace.name;
  return (
    <form onSubmit={submit} className="max-w-md space-y-4">
      {save.error && <Problem error={save.error} />}
      <TextField
        label={t("workspace.name")}
        value={name}
        required
        maxLength={200}
        disabled={!mayManage}
        onChange={(event) => setName(event.target.value)}
      />
      {mayManage && (
        <Button look="primary" type="submit" busy={save.isPending} disabled={unchanged}>
          {t("form.save")}
        </Button>
      )}
    </form>
  );
}

function Sharing({ workspaceId }: { workspaceId: string }): ReactNode {
  const params = { path: { workspace_id: workspaceId } };
  const queryKey = ["sharing", workspaceId];
  const policy = useQuery({
    queryKey,
    queryFn: () => unwrap(api.http.GET("/api/v1/workspaces/{workspace_id}/sharing", { params })),
  });
  const change = (body: { public_sharing?: boolean; public_passages?: boolean }): void => {
    unwrap(api.http.PATCH("/api/v1/workspaces/{workspace_id}/sharing", { params, body }))
      .then((changed) => queries.setQueryData(queryKey, changed))
      .catch(notifyError);
  };
  return (
    <Section title={t("sharing.title")} about={t("sharing.about")}>
      <Loaded query={policy}>
        {({ public_sharing: links, public_passages: passages }) => (
          <div className="space-y-3">
            <CheckField
              label={t("sharing.public")}
              checked={links}
              onChange={(event) => change({ public_sharing: event.target.checked })}
            />
            <CheckField
              label={t("sharing.passages")}
              checked={passages}
              disabled={!links}
              onChange={(event) => change({ public_passages: event.target.checked })}
            />
          </div>
        )}
      </Loaded>
    </Section>
  );
}
