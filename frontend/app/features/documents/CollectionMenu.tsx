/** What can be done to a collection. */
import { Ellipsis, Lock, Pencil, RefreshCw, Trash2 } from "lucide-react";
import { lazy, Suspense, useState, type ReactNode } from "react";
import { useNavigate } from "react-router";
import { unwrap } from "@client/api";
import type { Collection } from "@client/types";
import { IconButton } from "@/components/Button";
import { Confirm } from "@/components/Dialog";
import { Menu, MenuItem } from "@/components/Menu";
import { notify } from "@/components/notices";
import { notifyError } from "@/components/Problem";
import { api, queries } from "@/data/client";
import { collectionKeys } from "@/data/collections";
import { t } from "@/i18n/t";
import { CollectionDialog } from "./CollectionDialog";
import { refreshDocuments } from "./useDocuments";

const AccessDialog = lazy(async () => ({ default: (await import("./AccessDialog")).AccessDialog }));

export function CollectionMenu({ collection }: { collection: Collection }): ReactNode {
  const navigate = useNavigate();
  const [asking, setAsking] = useState<"edit" | "access" | "delete" | null>(null);
  const { id, name, workspace_id: workspaceId } = collection;
  const remove = async (): Promise<void> => {
    await unwrap(api.http.DELETE("/api/v1/collections/{collection_id}", { params: { path: { collection_id: id } } }));
    await navigate(`/w/${workspaceId}/documents`);
    await queries.invalidateQueries({ queryKey: collectionKeys.list(workspaceId) });
  };
  return (
    <>
      <Menu
        align="end"
        trigger={(props) => (
          <IconButton {...props} label={t("collections.menu", { name })} icon={<Ellipsis aria-hidden />} />
        )}
      >
        <MenuItem onSelect={() => setAsking("edit")}>
          <Pencil aria-hidden />
          {t("collections.edit")}
        </MenuItem>
        <MenuItem onSelect={() => setAsking("access")}>
          <Lock aria-hidden />
          {t("access.open")}
        </MenuItem>
        <MenuItem onSelect={() => void readAgain(collection).catch(notifyError)}>
          <RefreshCw aria-hidden />
          {t("collections.reread")}
        </MenuItem>
        <MenuItem danger onSelect={() => setAsking("delete")}>
          <Trash2 aria-hidden />
          {t("collections.delete")}
        </MenuItem>
      </Menu>
      {asking === "edit" && (
        <CollectionDialog workspaceId={workspaceId} collection={collection} onClose={() => setAsking(null)} />
      )}
      {asking === "access" && (
        <Suspense>
          <AccessDialog of={{ kind: "collection", id, name }} collection={collection} onClose={() => setAsking(null)} />
        </Suspense>
      )}
      {asking === "delete" && (
        <Confirm
          title={t("collections.delete.title", { name })}
          text={t("collections.delete.text", { count: collection.document_count })}
          action={t("collections.delete")}
          onConfirm={remove}
          onClose={() => setAsking(null)}
        />
      )}
    </>
  );
}

async function readAgain(collection: Collection): Promise<void> {
  const params = { path: { collection_id: collection.id } };
  const { waiting } = await unwrap(api.http.POST("/api/v1/collections/{collection_id}/reread", { params }));
  notify({ text: t("collections.rereading", { count: waiting }) });
  await refreshDocuments(collection);
}
