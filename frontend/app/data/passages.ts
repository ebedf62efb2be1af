/** The passages of a document, in order, page by page. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { unwrap } from "@client/api";
import { api } from "./client";

export function usePassages(documentId: string) {
  return useInfiniteQuery({
    queryKey: ["passages", documentId],
    queryFn: ({ pageParam }) => {
      const params = {
        path: { document_id: documentId },
        query: { limit: 100, ...(pageParam && { cursor: pageParam }) },
      };
      return unwrap(api.http.GET("/api/v1/documents/{document_id}/chunks", { params }));
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
    staleTime: 300_000,
  });
}
