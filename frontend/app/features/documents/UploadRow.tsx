/** A file on its way: how far it is, or why it was refused. */
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { Button, IconButton } from "@/components/Button";
import { describe } from "@/components/Problem";
import { formatBytes, formatShare, t } from "@/i18n/t";
import { ProgressBar } from "./ProgressBar";
import { removeUpload, retryUpload, type Upload } from "./uploads";

export function UploadRow({ upload: { id, file, state, progress, error } }: { upload: Upload }): ReactNode {
  const refused = state === "refused" ? describe(error) : null;
  const status = state === "waiting" ? t("upload.waiting") : t("upload.sending", { share: formatShare(progress) });
  return (
    <li className="flex items-start gap-3 py-3">
      <div className="min-w-0 flex-1">
        <p className="flex items-baseline gap-3">
          <span className="truncate font-medium">{file.name}</span>
          <span className="shrink-0 text-xs text-ink-faint">{formatBytes(file.size)}</span>
        </p>
        {refused ? (
          <p role="alert" className="mt-1 text-sm">
            <span className="text-danger">{refused.detail}</span> <span className="text-ink-soft">{refused.hint}</span>
          </p>
        ) : (
          <div className="mt-1.5 flex items-center gap-3 text-sm text-ink-soft">
            <ProgressBar value={progress} label={t("upload.progress", { name: file.name })} />
            {status}
          </div>
        )}
      </div>
      {refused && <Button onClick={() => retryUpload(id)}>{t("error.retry")}</Button>}
      <IconButton
        label={t(refused ? "upload.dismiss" : "upload.stop", { name: file.name })}
        icon={<X aria-hidden />}
        onClick={() => removeUpload(id)}
      />
    </li>
  );
}
