/** Makes a bot from a name and the documents it reads; everything else has a default. */
import { useMutation } from "@tanstack/react-query";
import { useState, type FormEvent, type ReactNode } from "react";
import { useNavigate } from "react-router";
import { unwrap } from "@client/api";
import { ApiError } from "@client/problem";
import { Button } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import { TextArea, TextField } from "@/components/Field";
import { Problem } from "@/components/Problem";
import { api, queries } from "@/data/client";
import { botKeys } from "@/data/bots";
import { useCollections } from "@/data/collections";
import { t } from "@/i18n/t";
import { CollectionChoice } from "./CollectionChoice";

export function CreateBot({ workspaceId, onClose }: { workspaceId: string; onClose: () => void }): ReactNode {
  const navigate = useNavigate();
  const collections = useCollections(workspaceId).data;
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const [chosen, setChosen] = useState<string[] | null>(null);
  const reads = chosen ?? collections?.map((collection) => collection.id) ?? [];

  const create = useMutation({
    mutationFn: () => {
      const body = { name: name.trim(), description: description.trim(), configuration: { collections: reads } };
      return unwrap(
        api.http.POST("/api/v1/workspaces/{workspace_id}/bots", {
          params: { path: { workspace_id: workspaceId } },
          body,
        }),
      );
    },
    onSuccess: (bot) => {
      void queries.invalidateQueries({ queryKey: botKeys.list(workspaceId) });
      void navigate(`/w/${workspaceId}/bots/${bot.id}`);
    },
  });
  const fields = create.error instanceof ApiError ? create.error.fields : {};

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    create.mutate();
  };

  return (
    <Dialog title={t("bots.create")} onClose={onClose}>
      <form onSubmit={submit} className="space-y-5">
        {create.error && <Problem error={create.error} />}
        <TextField
          label={t("bot.name")}
          value={name}
          required
          maxLength={100}
          error={fields.name}
          onChange={(event) => setName(event.target.value)}
        />
        <TextArea
          label={t("bot.description")}
          help={t("bot.description.help")}
          value={description}
          error={fields.description}
          onChange={(event) => setDescription(event.target.value)}
        />
        <CollectionChoice workspaceId={workspaceId} value={reads} onChange={setChosen} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t("dialog.cancel")}</Button>
          <Button look="primary" type="submit" busy={create.isPending} disabled={name.trim() === ""}>
            {t("bots.create.action")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
