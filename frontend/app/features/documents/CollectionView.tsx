/** The documents of one collection: what is on its way, what is there, and the place to drop more. */
import { ClipboardPaste, FileText, Globe, TextSearch } from "lucide-react";
import { lazy, Suspense, useState, type ReactNode } from "react";
import { Link } from "react-router";
import type { Collection, Document } from "@client/types";
import { Button } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import { Empty, Skeletons } from "@/components/Page";
import { DocumentViewer } from "@/components/DocumentViewer";
import { Problem } from "@/components/Problem";
import { useHidden } from "@/components/undo";
import { useSettled } from "@/components/useSettled";
import { t } from "@/i18n/t";
import type { Adding } from "./AddDialog";
import { CollectionMenu } from "./CollectionMenu";
import { DocumentRow } from "./DocumentRow";
import { Dropzone } from "./Dropzone";
import { BulkActions, Filters } from "./Filters";
import { Imports } from "./Imports";
import { Unread } from "./Unread";
import { UploadRow } from "./UploadRow";
import { useDocuments, useProgress, type Filter } from "./useDocuments";
import { useUploads } from "./uploads";

const AddDialog = lazy(async () => ({ default: (await import("./AddDialog")).AddDialog }));

interface Props {
  collection: Collection;
  mayEdit: boolean;
}

export function CollectionView({ collection, mayEdit }: Props): ReactNode {
  const { id, workspace_id: workspaceId } = collection;
  return (
    <section aria-label={collection.name}>
      <div className="mb-4 flex items-start gap-2">
        <div className="min-w-0 flex-1">
          <h2 className="text-lg font-semibold tracking-tight wrap-anywhere">{collection.name}</h2>
          {collection.description && <p className="text-ink-soft">{collection.description}</p>}
        </div>
        <Link
          to={`/w/${workspaceId}/search?collection=${id}`}
          className="inline-flex h-8 items-center gap-2 rounded-md px-2.5 text-sm font-medium text-ink-soft hover:bg-sunken hover:text-ink"
        >
          <TextSearch aria-hidden className="size-4" />
          {t("playground.open")}
        </Link>
        {mayEdit && <CollectionMenu collection={collection} />}
      </div>
      {mayEdit && <Dropzone workspaceId={workspaceId} collectionId={id} />}
      {mayEdit && <AddMore collection={collection} />}
      {mayEdit && collection.document_count > 0 && <Unread collection={collection} />}
      <Imports collectionId={id} mayEdit={mayEdit} />
      <DocumentList collection={collection} mayEdit={mayEdit} />
    </section>
  );
}

function AddMore({ collection }: { collection: Collection }): ReactNode {
  const [adding, setAdding] = useState<Adding | null>(null);
  return (
    <div className="mt-3 flex flex-wrap gap-2">
      {(["url", "sitemap", "text"] as const).map((kind) => (
        <Button key={kind} look="quiet" className="h-8!" onClick={() => setAdding(kind)}>
          {kind === "text" ? (
            <ClipboardPaste aria-hidden className="size-4" />
          ) : (
            <Globe aria-hidden className="size-4" />
          )}
          {t(`add.${kind}`)}
        </Button>
      ))}
      {adding && (
        <Suspense>
          <AddDialog kind={adding} collection={collection} onClose={() => setAdding(null)} />
        </Suspense>
      )}
    </div>
  );
}

function DocumentList({ collection, mayEdit }: Props): ReactNode {
  const [filter, setFilter] = useState<Filter>({ state: "", q: "" });
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const progress = useProgress(collection.id);
  const filtered = filter.q !== "" || filter.state !== "";
  const toggle = (id: string): void => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  return (
    <>
      {(collection.document_count > 0 || filtered) && (
        <Filters filter={filter} progress={progress.data} onChange={setFilter} />
      )}
      {mayEdit && (
        <BulkActions
          collection={collection}
          progress={progress.data}
          chosen={chosen}
          onDone={() => setChosen(new Set())}
        />
      )}
      <Rows collection={collection} mayEdit={mayEdit} filter={filter} chosen={chosen} onToggle={toggle} />
    </>
  );
}

interface RowsProps extends Props {
  filter: Filter;
  chosen: ReadonlySet<string>;
  onToggle: (id: string) => void;
}

function Rows({ collection, mayEdit, filter, chosen, onToggle }: RowsProps): ReactNode {
  const documents = useDocuments(collection.id, useSettled(filter));
  const uploads = useUploads((state) => state.uploads).filter((each) => each.collectionId === collection.id);
  const { ids: hidden } = useHidden();
  const [shown, setShown] = useState<Document | null>(null);
  if (!documents.data)
    return documents.error ? (
      <div className="mt-6">
        <Problem error={documents.error} onRetry={() => void documents.refetch()} />
      </div>
    ) : (
      <Skeletons count={4} className="my-3 h-12" />
    );
  const items = documents.data.pages.flatMap((page) => page.items).filter(({ id }) => !hidden.has(id));
  const selection = (id: string) => (mayEdit ? { chosen: chosen.has(id), onToggle: () => onToggle(id) } : undefined);
  return (
    <>
      <ul className="mt-3 divide-y divide-line" aria-label={t("documents.title")}>
        {uploads.map((upload) => (
          <UploadRow key={upload.id} upload={upload} />
        ))}
        {items.map((document) => (
          <DocumentRow
            key={document.id}
            document={document}
            collection={collection}
            mayEdit={mayEdit}
            selection={selection(document.id)}
            onShow={setShown}
          />
        ))}
      </ul>
      {items.length + uploads.length === 0 && (
        <NoDocuments mayEdit={mayEdit} filtered={filter.q !== "" || filter.state !== ""} />
      )}
      {documents.hasNextPage && (
        <div className="pt-4 text-center">
          <Button busy={documents.isFetchingNextPage} onClick={() => void documents.fetchNextPage()}>
            {t("documents.more")}
          </Button>
        </div>
      )}
      {shown && (
        <Dialog shape="sheet-end" title={shown.name} onClose={() => setShown(null)}>
          <DocumentViewer documentId={shown.id} />
        </Dialog>
      )}
    </>
  );
}

function NoDocuments({ mayEdit, filtered }: { mayEdit: boolean; filtered: boolean }): ReactNode {
  if (filtered) return <p className="py-6 text-center text-sm text-ink-soft">{t("documents.noneFound")}</p>;
  if (mayEdit) return <p className="text-center text-sm text-ink-soft">{t("documents.empty.next")}</p>;
  return <Empty icon={<FileText aria-hidden />} title={t("documents.empty.title")} text={t("documents.empty.text")} />;
}
