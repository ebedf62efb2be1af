/** The collections of a workspace, and the documents of the one that is open. */
import { FolderPlus, Library } from "lucide-react";
import { useState, type ReactNode } from "react";
import { NavLink, useParams } from "react-router";
import type { Collection } from "@client/types";
import { Button } from "@/components/Button";
import { cx } from "@/components/cx";
import { Empty, Page, Skeletons } from "@/components/Page";
import { Problem } from "@/components/Problem";
import { useCollections } from "@/data/collections";
import { useMay, useWorkspaceId } from "@/data/workspaces";
import { t } from "@/i18n/t";
import { CollectionDialog } from "./CollectionDialog";
import { CollectionView } from "./CollectionView";

export function DocumentsPage(): ReactNode {
  const workspaceId = useWorkspaceId();
  const collections = useCollections(workspaceId);
  const mayEdit = useMay("editor");
  const [creating, setCreating] = useState(false);
  const create = mayEdit && (
    <Button onClick={() => setCreating(true)}>
      <FolderPlus aria-hidden className="size-4" />
      {t("collections.create")}
    </Button>
  );
  return (
    <Page title={t("documents.title")} about={t("documents.about")} actions={create}>
      {collections.error && <Problem error={collections.error} onRetry={() => void collections.refetch()} />}
      {collections.isPending && (
        <div className="space-y-4">
          <Skeletons count={3} className="h-12" />
        </div>
      )}
      {collections.data?.length === 0 && <NoCollections mayEdit={mayEdit}>{create}</NoCollections>}
      {collections.data && collections.data.length > 0 && (
        <Collections workspaceId={workspaceId} collections={collections.data} mayEdit={mayEdit} />
      )}
      {creating && <CollectionDialog workspaceId={workspaceId} onClose={() => setCreating(false)} />}
    </Page>
  );
}

function NoCollections({ mayEdit, children }: { mayEdit: boolean; children: ReactNode }): ReactNode {
  const [title, text] = mayEdit
    ? (["collections.empty.title", "collections.empty.text"] as const)
    : (["documents.empty.title", "documents.empty.text"] as const);
  return (
    <Empty icon={<Library aria-hidden />} title={t(title)} text={t(text)}>
      {children}
    </Empty>
  );
}

function Collections({
  workspaceId,
  collections,
  mayEdit,
}: {
  workspaceId: string;
  collections: Collection[];
  mayEdit: boolean;
}): ReactNode {
  const { collectionId } = useParams();
  const open = collectionId ? collections.find((each) => each.id === collectionId) : collections[0];
  return (
    <>
      <CollectionTabs workspaceId={workspaceId} collections={collections} openId={open?.id} />
      {open ? (
        <CollectionView key={open.id} collection={open} mayEdit={mayEdit} />
      ) : (
        <Empty icon={<Library aria-hidden />} title={t("collections.gone.title")} text={t("collections.gone.text")} />
      )}
    </>
  );
}

function CollectionTabs({
  workspaceId,
  collections,
  openId,
}: {
  workspaceId: string;
  collections: Collection[];
  openId: string | undefined;
}): ReactNode {
  return (
    <nav aria-label={t("collections.title")} className="-mx-4 mb-6 overflow-x-auto px-4 scroll-thin sm:mx-0 sm:px-0">
      <ul className="flex min-w-max gap-1 border-b border-line">
        {collections.map(({ id, name, document_count }) => (
          <li key={id}>
            <NavLink
              to={`/w/${workspaceId}/documents/${id}`}
              aria-current={id === openId ? "page" : undefined}
              className={cx(
                "-mb-px flex items-baseline gap-2 border-b-2 px-3 py-2.5 text-sm font-medium transition-colors -outline-offset-2",
                id === openId ? "border-accent text-ink" : "border-transparent text-ink-soft hover:text-ink",
              )}
            >
              <span className="max-w-56 truncate">{name}</span>
              <span className="text-xs font-normal text-ink-faint tabular-nums">{document_count}</span>
            </NavLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}
