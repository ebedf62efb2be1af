/** Takes files by drop anywhere on the page, by paste, and by the picker. */
import { Upload } from "lucide-react";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { cx } from "@/components/cx";
import { t } from "@/i18n/t";
import { addFiles } from "./uploads";

/** What the server reads; a file of another kind is still sent, and refused with the reason. */
const ACCEPTED =
  ".pdf,.docx,.docm,.pptx,.pptm,.ppsx,.xlsx,.xlsm,.epub,.eml,.html,.htm,.xhtml,.md,.markdown,.txt,.text,.log," +
  ".csv,.tsv,.json,.jsonl,.ndjson,.png,.jpg,.jpeg,.tif,.tiff";

export function Dropzone({ workspaceId, collectionId }: { workspaceId: string; collectionId: string }): ReactNode {
  const picker = useRef<HTMLInputElement>(null);
  const over = useFilesOnPage((files) => addFiles(workspaceId, collectionId, files));
  return (
    <>
      <button
        type="button"
        onClick={() => picker.current?.click()}
        className={cx(
          "flex w-full flex-col items-center gap-1 rounded-xl border border-dashed px-6 py-8 text-center transition-colors",
          over ? "border-accent bg-accent-soft" : "border-line-strong hover:border-accent hover:bg-sunken",
        )}
      >
        <Upload aria-hidden className="mb-2 size-6 stroke-[1.5] text-accent" />
        <span className="font-medium">{t(over ? "upload.over" : "upload.title")}</span>
        <span className="text-sm text-ink-soft">{t("upload.kinds")}</span>
      </button>
      <input
        ref={picker}
        type="file"
        multiple
        accept={ACCEPTED}
        hidden
        aria-label={t("upload.title")}
        onChange={(event) => {
          addFiles(workspaceId, collectionId, event.target.files ?? []);
          event.target.value = "";
        }}
      />
    </>
  );
}

/** True while files are dragged over the page. */
function useFilesOnPage(take: (files: File[]) => void): boolean {
  const [over, setOver] = useState(false);
  const newest = useRef(take);
  useEffect(() => {
    newest.current = take;
  });

  useEffect(() => {
    const listeners = new AbortController();
    const { signal } = listeners;
    const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;
    addEventListener(
      "dragover",
      (event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        setOver(true);
      },
      { signal },
    );
    addEventListener(
      "dragleave",
      (event) => {
        if (event.relatedTarget === null) setOver(false);
      },
      { signal },
    );
    addEventListener(
      "drop",
      (event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        setOver(false);
        newest.current(Array.from(event.dataTransfer?.files ?? []));
      },
      { signal },
    );
    addEventListener(
      "paste",
      (event) => {
        const files = Array.from(event.clipboardData?.files ?? []);
        if (files.length > 0) newest.current(files);
      },
      { signal },
    );
    return () => listeners.abort();
  }, []);

  return over;
}
