/** The settings of a workspace: its name and its members. */
import { useMutation } from "@tanstack/react-query";
import { useState, type FormEvent, type ReactNode } from "react";
import { unwrap } from "@client/api";
import type { Workspace } from "@client/types";
import { Button } from "@/components/Button";
import { TextField } from "@/components/Field";
import { notify } from "@/components/notices";
import { Page, Skeletons } from "@/components/Page";
import { Problem } from "@/components/Problem";
import { api, queries } from "@/data/client";
import { useMay, useWorkspace, useWorkspaces } from "@/data/workspaces";
import { t } from "@/i18n/t";
import { Members } from "./Members";

export function WorkspacePage(): ReactNode {
  const workspace = useWorkspace();
  const { error, refetch } = useWorkspaces();
  const mayManage = useMay("admin");
  return (
    <Page title={t("workspace.title")} about={workspace && t("workspace.about", { role: t(`role.${workspace.role}`) })}>
      {error && <Problem error={error} onRetry={() => void refetch()} />}
      {!workspace && !error && <Skeletons count={2} className="mb-4 h-14 max-w-md" />}
      {workspace && (
        <div className="space-y-12">
          <NameForm key={workspace.id} workspace={workspace} mayManage={mayManage} />
          <Members workspaceId={workspace.id} mayManage={mayManage} />
        </div>
      )}
    </Page>
  );
}

function NameForm({ workspace, mayManage }: { workspace: Workspace; mayManage: boolean }): ReactNode {
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
        <Button
          look="primary"
          type="submit"
          busy={save.isPending}
          disabled={name.trim() === "" || name.trim() === workspace.name}
        >
          {t("form.save")}
        </Button>
      )}
    </form>
  );
}
