/** Uploads one file with progress, which `fetch` cannot report. */
import type { Api } from "./api";
import { asApiError, unreachable } from "./problem";
import type { SessionStore } from "./session";
import type { Uploads } from "./types";

interface Upload {
  collectionId: string;
  file: File;
  /** Share of the bytes sent, 0 to 1. */
  onProgress: (share: number) => void;
  signal: AbortSignal;
}

export type Outcome = Uploads["items"][number]["outcome"];

/** What became of it: a new document, another version of one, or nothing new. Throws `ApiError` with the server's reason when the file is refused. */
export async function uploadFile(api: Api, session: SessionStore, upload: Upload): Promise<Outcome> {
  const token = await session.freshToken();
  const reply = await send(api, token, upload);
  if (reply.status !== 401) return outcomeOf(reply);
  return outcomeOf(await send(api, await session.replace(token), upload));
}

interface Reply {
  status: number;
  body: unknown;
  requestId: string | null;
}

function send(api: Api, token: string, { collectionId, file, onProgress, signal }: Upload): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.append("files", file, file.name);
    request.open("POST", `${api.baseUrl}/api/v1/collections/${collectionId}/documents`);
    request.setRequestHeader("Authorization", `Bearer ${token}`);
    request.responseType = "json";
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onload = () =>
      resolve({ status: request.status, body: request.response, requestId: request.getResponseHeader("X-Request-ID") });
    request.onerror = () => reject(unreachable());
    request.onabort = () => reject(new DOMException("The upload was stopped.", "AbortError"));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(form);
  });
}

function outcomeOf({ status, body, requestId }: Reply): Outcome {
  const item = (body as Partial<Uploads> | null)?.items?.[0];
  if (item?.document) return item.outcome;
  throw asApiError(item?.error ?? body, item?.error?.status ?? status, requestId);
}
