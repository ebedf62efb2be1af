/** Makes a collection, or renames one. */
import { useMutation } from "@tanstack/react-query";
import { useState, type FormEvent, type ReactNode } from "react";
import { useNavigate } from "react-router";
import { unwrap } from "@client/api";
import { ApiError } from "@client/problem";
import type { Collection } from "@client/types";
import { Button } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import { TextField } from "@/components/Field";
import { Problem } from "@/components/Problem";
import { api, queries } from "@/data/client";
import { collectionKeys } from "@/data/collections";
import { t } from "@/i18n/t";

interface Props {
  workspaceId: string;
  collection?: Collection;
  onClose: () => void;
}

export function CollectionDialog({ workspaceId, collection, onClose }: Props): ReactNode {
  const navigate = useNavigate();
  const [name, setName] = useState(collection?.name ?? "");
  const [description, setDescription] = useState(collection?.description ?? "");
  const save = useMutation({
    mutationFn: () => {
      const body = { name: name.trim(), description: description.trim() };
      return unwrap<Collection>(
        collection
          ? api.http.PATCH("/api/v1/collections/{collection_id}", {
              params: { path: { collection_id: collection.id } },
              body,
            })
          : api.http.POST("/api/v1/workspaces/{workspace_id}/collections", {
              params: { path: { workspace_id: workspaceId } },
              body,
            }),
      );
    },
    onSuccess: async (saved) => {
      await queries.invalidateQueries({ queryKey: collectionKeys.list(workspaceId) });
      onClose();
      if (!collection) await navigate(`/w/${workspaceId}/documents/${saved.id}`);
    },
  });
  const fields = save.error instanceof ApiError ? save.error.fields : {};
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Dialog title={t(collection ? "collections.edit" : "collections.create")} onClose={onClose}>
      <form onSubmit={submit} className="space-y-5">
        {save.error && <Problem error={save.error} />}
        <TextField
          label={t("collections.name")}
          value={name}
          required
          maxLength={100}
          error={fields.name}
          onChange={(event) => setName(event.target.value)}
        />
        <TextField
          label={t("collections.description")}
          help={t("collections.description.help")}
          value={description}
          error={fields.description}
          onChange={(event) => setDescription(event.target.value)}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t("dialog.cancel")}</Button>
          <Button look="primary" type="submit" busy={save.isPending} disabled={name.trim() === ""}>
            {t(collection ? "form.save" : "collections.create.action")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
