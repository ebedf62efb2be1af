/** The passages of a document, in order, from one of them on and back. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { unwrap } from "@client/api";
import type { Chunk } from "@client/types";
import { api } from "./client";

const PAGE = 60;

interface Span {
  first: number;
  limit: number;
}

/** Ordinals count from 0 without a gap; `around` is in the middle of the first page. */
export function usePassages(documentId: string, around: number) {
  const start = Math.max(0, around - PAGE / 2);
  return useInfiniteQuery({
    queryKey: ["passages", documentId, start],
    queryFn: async ({ pageParam: { first, limit } }): Promise<readonly Chunk[]> => {
      const params = { path: { document_id: documentId }, query: { first, limit } };
      return (await unwrap(api.http.GET("/api/v1/documents/{document_id}/chunks", { params }))).items;
    },
    initialPageParam: { first: start, limit: PAGE } satisfies Span as Span,
    getNextPageParam: (page, _, { first, limit }): Span | undefined =>
      page.length < limit ? undefined : { first: first + limit, limit: PAGE },
    getPreviousPageParam: (_page, _pages, { first }): Span | undefined => {
      const from = Math.max(0, first - PAGE);
      return first === 0 ? undefined : { first: from, limit: first - from };
    },
    staleTime: 300_000,
  });
}
