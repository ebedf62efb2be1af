/** A document: its state while it is taken in, what was read from it, or why it failed. */
import { CircleCheck, Download, Ellipsis, FileText, TextSearch, Trash2, TriangleAlert } from "lucide-react";
import { useState, type ReactNode } from "react";
import type { Document } from "@client/types";
import { Button, IconButton } from "@/components/Button";
import { Confirm } from "@/components/Dialog";
import { Menu, MenuItem, MenuSeparator } from "@/components/Menu";
import { notifyError } from "@/components/Problem";
import { formatBytes, formatDate, t } from "@/i18n/t";
import { ProgressBar } from "./ProgressBar";
import { deleteDocument, downloadOriginal, retryDocument } from "./useDocuments";

interface Props {
  document: Document;
  workspaceId: string;
  mayEdit: boolean;
  onShow: (document: Document) => void;
}

export function DocumentRow({ document, workspaceId, mayEdit, onShow }: Props): ReactNode {
  const [deleting, setDeleting] = useState(false);
  const { name, state, error } = document;
  const retry = (): void => void retryDocument(document).catch(notifyError);
  return (
    <li className="flex items-start gap-3 py-3" data-state={state}>
      <FileText aria-hidden className="mt-0.5 size-5 shrink-0 stroke-[1.5] text-ink-faint" />
      <div className="min-w-0 flex-1">
        {state === "ready" ? (
          <button
            type="button"
            onClick={() => onShow(document)}
            className="max-w-full truncate font-medium underline-offset-4 hover:underline"
          >
            {name}
          </button>
        ) : (
          <p className="truncate font-medium">{name}</p>
        )}
        <Status document={document} />
        {error && (
          <p className="mt-1 text-sm">
            <span className="text-danger">{error.detail}</span> <span className="text-ink-soft">{error.hint}</span>
          </p>
        )}
      </div>
      {state === "failed" && mayEdit && <Button onClick={retry}>{t("error.retry")}</Button>}
      <Menu
        align="end"
        trigger={(props) => (
          <IconButton {...props} label={t("document.menu", { name })} icon={<Ellipsis aria-hidden />} />
        )}
      >
        {state === "ready" && (
          <MenuItem onSelect={() => onShow(document)}>
            <TextSearch aria-hidden />
            {t("document.passages")}
          </MenuItem>
        )}
        <MenuItem onSelect={() => void downloadOriginal(document).catch(notifyError)}>
          <Download aria-hidden />
          {t("document.download")}
        </MenuItem>
        {mayEdit && (
          <>
            <MenuSeparator />
            <MenuItem danger onSelect={() => setDeleting(true)}>
              <Trash2 aria-hidden />
              {t("document.delete")}
            </MenuItem>
          </>
        )}
      </Menu>
      {deleting && (
        <Confirm
          title={t("document.delete.title")}
          text={t("document.delete.text", { name })}
          action={t("document.delete")}
          onConfirm={() => deleteDocument(workspaceId, document)}
          onClose={() => setDeleting(false)}
        />
      )}
    </li>
  );
}

function Status({ document }: { document: Document }): ReactNode {
  const { state, progress, page_count, chunk_count, size_bytes, created_at } = document;
  if (state === "failed")
    return (
      <p className="mt-0.5 flex items-center gap-1.5 text-sm font-medium text-danger">
        <TriangleAlert aria-hidden className="size-4" />
        {t("document.state.failed")}
      </p>
    );
  if (state !== "ready") {
    return (
      <p className="mt-1.5 flex items-center gap-3 text-sm text-ink-soft">
        <ProgressBar value={progress} label={t("document.progress", { name: document.name })} />
        {t(`document.state.${state}`)}
      </p>
    );
  }
  const facts = [
    page_count ? t("document.pages", { count: page_count }) : "",
    t("document.chunks", { count: chunk_count }),
    formatBytes(size_bytes),
    formatDate(created_at),
  ];
  return (
    <p className="mt-0.5 flex flex-wrap items-center gap-x-1.5 text-sm text-ink-soft tabular-nums">
      <CircleCheck aria-hidden className="size-4 text-accent" />
      {[t("document.state.ready"), ...facts].filter(Boolean).join(" · ")}
    </p>
  );
}
