/** The documents of a collection, watched while any of them is being taken in, and what can be done to them. */
import { keepPreviousData, useInfiniteQuery, useQuery, type InfiniteData } from "@tanstack/react-query";
import { unwrap } from "@client/api";
import type { Collection, CollectionProgress, Document, DocumentPage, DocumentState } from "@client/types";
import { deleteWithUndo } from "@/components/undo";
import { save } from "@/components/download";
import { api, queries } from "@/data/client";
import { collectionKeys } from "@/data/collections";
import { t } from "@/i18n/t";

export interface Filter {
  state: DocumentState | "";
  q: string;
}

export const documentKeys = {
  all: (collectionId: string) => ["documents", collectionId] as const,
  list: (collectionId: string, filter: Filter) => ["documents", collectionId, "list", filter] as const,
  progress: (collectionId: string) => ["documents", collectionId, "progress"] as const,
};

const WATCH_MS = 1_500;
const UNDER_WAY: readonly DocumentState[] = ["received", "reading", "embedding"];

export const isUnderWay = ({ state }: Pick<Document, "state">): boolean => UNDER_WAY.includes(state);

export function useDocuments(collectionId: string, filter: Filter) {
  return useInfiniteQuery({
    queryKey: documentKeys.list(collectionId, filter),
    queryFn: async ({ pageParam }): Promise<DocumentPage> => {
      const { state, q } = filter;
      const query = { limit: 100, ...(state && { state }), ...(q && { q }), ...(pageParam && { cursor: pageParam }) };
      const params = { path: { collection_id: collectionId }, query };
      return unwrap(api.http.GET("/api/v1/collections/{collection_id}/documents", { params }));
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
    refetchInterval: (query) =>
      query.state.data?.pages.some((page) => page.items.some(isUnderWay)) ? WATCH_MS : false,
  });
}

export const waits = ({ counts }: CollectionProgress): boolean => UNDER_WAY.some((state) => (counts[state] ?? 0) > 0);

export function useProgress(collectionId: string) {
  return useQuery({
    queryKey: documentKeys.progress(collectionId),
    queryFn: () => {
      const params = { path: { collection_id: collectionId } };
      return unwrap(api.http.GET("/api/v1/collections/{collection_id}/progress", { params }));
    },
    refetchInterval: (query) => (query.state.data && waits(query.state.data) ? WATCH_MS : false),
  });
}

export async function refreshDocuments({ id, workspace_id: workspaceId }: Collection): Promise<void> {
  void queries.invalidateQueries({ queryKey: collectionKeys.list(workspaceId) });
  await queries.invalidateQueries({ queryKey: documentKeys.all(id) });
}

const steps = {
  retry: "/api/v1/documents/{document_id}/retry",
  cancel: "/api/v1/documents/{document_id}/cancel",
  refresh: "/api/v1/documents/{document_id}/refresh",
} as const;
type Step = keyof typeof steps;

/** Reads a failed one again, stops one that is read, or asks the web for it anew; shown as the server answers. */
export async function act(document: Document, step: Step): Promise<void> {
  const params = { path: { document_id: document.id } };
  const changed: Document = await unwrap(api.http.POST(steps[step], { params }));
  queries.setQueriesData<InfiniteData<DocumentPage>>(
    { queryKey: [...documentKeys.all(document.collection_id), "list"] },
    (old) =>
      old && {
        ...old,
        pages: old.pages.map((page) => ({
          ...page,
          items: page.items.map((each) => (each.id === changed.id ? changed : each)),
        })),
      },
  );
  await queries.invalidateQueries({ queryKey: documentKeys.all(document.collection_id) });
}

export function deleteDocument(collection: Collection, { id, name }: Document): void {
  deleteWithUndo(id, t("document.deleted", { name }), async () => {
    const params = { path: { document_id: id } };
    await unwrap(api.http.DELETE("/api/v1/documents/{document_id}", { params, keepalive: true }));
    await refreshDocuments(collection);
  });
}

/** Another content for the same document; searches find the old one until the new one is read. */
export async function replaceDocument(document: Document, file: File): Promise<void> {
  const url = `${api.baseUrl}/api/v1/documents/${document.id}/original`;
  const headers = { "Content-Type": file.type || "application/octet-stream" };
  await unwrap(
    api.fetch(url, { method: "PUT", body: file, headers }).then(async (response) => {
      const body: unknown = await response.json().catch(() => null);
      return { response, data: body, error: body };
    }),
  );
  await queries.invalidateQueries({ queryKey: documentKeys.all(document.collection_id) });
}

export type Bulk = "retry" | "cancel" | "delete";

/** On the documents named, or on all in one state; the number that it was for. */
export async function actOnMany(
  collection: Collection,
  action: Bulk,
  which: { ids: string[] } | { state: DocumentState },
): Promise<number> {
  const params = { path: { collection_id: collection.id } };
  let changed = 0;
  for (;;) {
    const body = { action, ...which };
    const reply = await unwrap(
      api.http.POST("/api/v1/collections/{collection_id}/documents/actions", { params, body }),
    );
    changed += reply.changed;
    if (reply.complete) break;
  }
  await refreshDocuments(collection);
  return changed;
}

/** The file as it was uploaded, handed to the browser to keep. */
export async function downloadOriginal({ id, name }: Document): Promise<void> {
  const parseAs = "blob" as const;
  const blob = (await unwrap(
    api.http.GET("/api/v1/documents/{document_id}/original", { params: { path: { document_id: id } }, parseAs }),
  )) as unknown as Blob;
  save(blob, name);
}
