/** The files on their way to the server: a few at a time, each with its progress, going on while one looks elsewhere. */
import { create } from "zustand";
import { uploadFile } from "@client/upload";
import { notify } from "@/components/notices";
import { api, queries, session } from "@/data/client";
import { collectionKeys } from "@/data/collections";
import { t } from "@/i18n/t";
import { documentKeys } from "./useDocuments";

export interface Upload {
  readonly id: string;
  readonly workspaceId: string;
  readonly collectionId: string;
  readonly file: File;
  readonly state: "waiting" | "sending" | "refused";
  /** Share of the bytes sent, 0 to 1. */
  readonly progress: number;
  readonly error: unknown;
}

const AT_ONCE = 3;

export const useUploads = create<{ uploads: readonly Upload[] }>(() => ({ uploads: [] }));

const controllers = new Map<string, AbortController>();

function patch(id: string, change: Partial<Upload>): void {
  useUploads.setState(({ uploads }) => ({
    uploads: uploads.map((each) => (each.id === id ? { ...each, ...change } : each)),
  }));
}

export function addFiles(workspaceId: string, collectionId: string, files: Iterable<File>): void {
  const added = Array.from(files, (file): Upload => ({
    id: crypto.randomUUID(),
    workspaceId,
    collectionId,
    file,
    state: "waiting",
    progress: 0,
    error: null,
  }));
  useUploads.setState(({ uploads }) => ({ uploads: [...uploads, ...added] }));
  pump();
}

export function retryUpload(id: string): void {
  patch(id, { state: "waiting", progress: 0, error: null });
  pump();
}

export function removeUpload(id: string): void {
  controllers.get(id)?.abort();
  useUploads.setState(({ uploads }) => ({ uploads: uploads.filter((each) => each.id !== id) }));
}

function pump(): void {
  const { uploads } = useUploads.getState();
  const free = AT_ONCE - uploads.filter((each) => each.state === "sending").length;
  for (const upload of uploads.filter((each) => each.state === "waiting").slice(0, Math.max(0, free)))
    void send(upload);
}

async function send({ id, workspaceId, collectionId, file }: Upload): Promise<void> {
  const controller = new AbortController();
  controllers.set(id, controller);
  patch(id, { state: "sending" });
  try {
    const onProgress = (progress: number): void => patch(id, { progress });
    const outcome = await uploadFile(api, session, { collectionId, file, onProgress, signal: controller.signal });
    if (outcome === "unchanged") notify({ text: t("upload.unchanged", { name: file.name }) });
    await queries.invalidateQueries({ queryKey: documentKeys.all(collectionId) });
    void queries.invalidateQueries({ queryKey: collectionKeys.list(workspaceId) });
    removeUpload(id);
  } catch (error) {
    if (!controller.signal.aborted) patch(id, { state: "refused", error });
  } finally {
    controllers.delete(id);
    pump();
  }
}
