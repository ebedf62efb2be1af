/** The documents of a collection, watched while any of them is being taken in. */
import { useInfiniteQuery, type InfiniteData } from "@tanstack/react-query";
import { unwrap } from "@client/api";
import type { Document, DocumentPage } from "@client/types";
import { save } from "@/components/download";
import { api, queries } from "@/data/client";
import { collectionKeys } from "@/data/collections";

export const documentKeys = { list: (collectionId: string) => ["documents", collectionId] as const };

const WATCH_MS = 1_000;

export const isUnderWay = ({ state }: Document): boolean => state !== "ready" && state !== "failed";

export function useDocuments(collectionId: string) {
  return useInfiniteQuery({
    queryKey: documentKeys.list(collectionId),
    queryFn: async ({ pageParam }): Promise<DocumentPage> => {
      const params = {
        path: { collection_id: collectionId },
        query: { limit: 100, ...(pageParam && { cursor: pageParam }) },
      };
      return unwrap(api.http.GET("/api/v1/collections/{collection_id}/documents", { params }));
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: (query) =>
      query.state.data?.pages.some((page) => page.items.some(isUnderWay)) ? WATCH_MS : false,
  });
}

export async function retryDocument({ id, collection_id }: Document): Promise<void> {
  const retried = await unwrap(
    api.http.POST("/api/v1/documents/{document_id}/retry", { params: { path: { document_id: id } } }),
  );
  queries.setQueryData<InfiniteData<DocumentPage>>(
    documentKeys.list(collection_id),
    (old) =>
      old && {
        ...old,
        pages: old.pages.map((page) => ({
          ...page,
          items: page.items.map((each) => (each.id === id ? retried : each)),
        })),
      },
  );
  await queries.invalidateQueries({ queryKey: documentKeys.list(collection_id) });
}

export async function deleteDocument(workspaceId: string, { id, collection_id }: Document): Promise<void> {
  await unwrap(api.http.DELETE("/api/v1/documents/{document_id}", { params: { path: { document_id: id } } }));
  await queries.invalidateQueries({ queryKey: documentKeys.list(collection_id) });
  void queries.invalidateQueries({ queryKey: collectionKeys.list(workspaceId) });
}

/** The file as it was uploaded, handed to the browser to keep. */
export async function downloadOriginal({ id, name }: Document): Promise<void> {
  const parseAs = "blob" as const;
  const blob = (await unwrap(
    api.http.GET("/api/v1/documents/{document_id}/original", { params: { path: { document_id: id } }, parseAs }),
  )) as unknown as Blob;
  save(blob, name);
}
