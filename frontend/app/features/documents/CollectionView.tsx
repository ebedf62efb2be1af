/** The documents of one collection: what is on its way, what is there, and the place to drop more. */
import { Ellipsis, FileText, Pencil, Trash2 } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useNavigate } from "react-router";
import { unwrap } from "@client/api";
import type { Collection, Document } from "@client/types";
import { Button, IconButton } from "@/components/Button";
import { Confirm, Dialog } from "@/components/Dialog";
import { Menu, MenuItem } from "@/components/Menu";
import { Empty, Skeletons } from "@/components/Page";
import { PassageViewer } from "@/components/PassageViewer";
import { Problem } from "@/components/Problem";
import { api, queries } from "@/data/client";
import { collectionKeys } from "@/data/collections";
import { t } from "@/i18n/t";
import { CollectionDialog } from "./CollectionDialog";
import { DocumentRow } from "./DocumentRow";
import { Dropzone } from "./Dropzone";
import { Unread } from "./Unread";
import { UploadRow } from "./UploadRow";
import { useDocuments } from "./useDocuments";
import { useUploads } from "./uploads";

interface Props {
  collection: Collection;
  mayEdit: boolean;
}

export function CollectionView({ collection, mayEdit }: Props): ReactNode {
  return (
    <section aria-label={collection.name}>
      <div className="mb-4 flex items-start gap-2">
        <div className="min-w-0 flex-1">
          <h2 className="text-lg font-semibold tracking-tight wrap-anywhere">{collection.name}</h2>
          {collection.description && <p className="text-ink-soft">{collection.description}</p>}
        </div>
        {mayEdit && <CollectionMenu collection={collection} />}
      </div>
      {mayEdit && <Dropzone workspaceId={collection.workspace_id} collectionId={collection.id} />}
      {mayEdit && collection.document_count > 0 && <Unread collection={collection} />}
      <DocumentList collection={collection} mayEdit={mayEdit} />
    </section>
  );
}

function DocumentList({ collection, mayEdit }: Props): ReactNode {
  const documents = useDocuments(collection.id);
  const uploads = useUploads((state) => state.uploads).filter((each) => each.collectionId === collection.id);
  const [shown, setShown] = useState<Document | null>(null);
  const items = documents.data?.pages.flatMap((page) => page.items) ?? [];
  if (documents.error && !documents.data)
    return (
      <div className="mt-6">
        <Problem error={documents.error} onRetry={() => void documents.refetch()} />
      </div>
    );
  return (
    <>
      <ul className="mt-6 divide-y divide-line" aria-label={t("documents.title")}>
        {uploads.map((upload) => (
          <UploadRow key={upload.id} upload={upload} />
        ))}
        {documents.isPending && <Skeletons count={4} className="my-3 h-12" />}
        {items.map((document) => (
          <DocumentRow
            key={document.id}
            document={document}
            workspaceId={collection.workspace_id}
            mayEdit={mayEdit}
            onShow={setShown}
          />
        ))}
      </ul>
      {documents.data && items.length + uploads.length === 0 && <NoDocuments mayEdit={mayEdit} />}
      {documents.hasNextPage && (
        <div className="pt-4 text-center">
          <Button busy={documents.isFetchingNextPage} onClick={() => void documents.fetchNextPage()}>
            {t("documents.more")}
          </Button>
        </div>
      )}
      {shown && (
        <Dialog shape="sheet-end" title={shown.name} onClose={() => setShown(null)}>
          <PassageViewer documentId={shown.id} />
        </Dialog>
      )}
    </>
  );
}

function NoDocuments({ mayEdit }: { mayEdit: boolean }): ReactNode {
  if (mayEdit) return <p className="text-center text-sm text-ink-soft">{t("documents.empty.next")}</p>;
  return <Empty icon={<FileText aria-hidden />} title={t("documents.empty.title")} text={t("documents.empty.text")} />;
}

function CollectionMenu({ collection }: { collection: Collection }): ReactNode {
  const navigate = useNavigate();
  const [asking, setAsking] = useState<"edit" | "delete" | null>(null);
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
        <MenuItem danger onSelect={() => setAsking("delete")}>
          <Trash2 aria-hidden />
          {t("collections.delete")}
        </MenuItem>
      </Menu>
      {asking === "edit" && (
        <CollectionDialog workspaceId={workspaceId} collection={collection} onClose={() => setAsking(null)} />
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
