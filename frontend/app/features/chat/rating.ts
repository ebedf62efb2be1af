/** Says what a reader thinks of an answer: shown at once, taken back when the server refuses. */
import { unwrap } from "@client/api";
import type { Feedback, ListedMessage } from "@client/types";
import { api, queries } from "@/data/client";
import { conversationKeys } from "@/data/conversations";

export type Opinion = Pick<Feedback, "rating" | "comment"> & Partial<Pick<Feedback, "reason">>;

export async function rate(messageId: string, opinion: Opinion): Promise<void> {
  const params = { path: { message_id: messageId } };
  const shown = { reason: null, updated_at: new Date().toISOString(), ...opinion };
  await showing(messageId, shown, () =>
    unwrap(api.http.PUT("/api/v1/messages/{message_id}/feedback", { params, body: opinion })),
  );
}

export async function takeRatingBack(messageId: string): Promise<void> {
  const params = { path: { message_id: messageId } };
  await showing(messageId, null, () => unwrap(api.http.DELETE("/api/v1/messages/{message_id}/feedback", { params })));
}

async function showing(messageId: string, feedback: Feedback | null, send: () => Promise<unknown>): Promise<void> {
  const before = show(messageId, feedback);
  try {
    await send();
  } catch (error) {
    show(messageId, before);
    throw error;
  }
}

/** What was said of it before. */
function show(messageId: string, feedback: Feedback | null): Feedback | null {
  let before: Feedback | null = null;
  queries.setQueriesData<ListedMessage[]>({ queryKey: conversationKeys.allMessages }, (messages) =>
    messages?.map((message) => {
      if (message.id !== messageId) return message;
      before = message.feedback;
      return { ...message, feedback };
    }),
  );
  return before;
}
