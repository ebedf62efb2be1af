/** An error where it happened: what, whose turn it is to act, and the request id to quote. */
import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { ApiError } from "@client/problem";
import { t } from "@/i18n/t";
import { Button } from "./Button";
import { notify } from "./notices";

interface Props {
  error: unknown;
  onRetry?: (() => void) | undefined;
  retryLabel?: string;
  children?: ReactNode;
}

export function Problem({ error, onRetry, retryLabel = t("error.retry"), children }: Props): ReactNode {
  const { detail, hint, requestId } = describe(error);
  return (
    <div role="alert" className="enter flex gap-3 rounded-lg bg-danger-soft px-4 py-3 text-sm">
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-danger" />
      <div className="min-w-0 flex-1">
        <p className="font-medium text-danger">{detail}</p>
        {hint && <p className="mt-0.5 text-ink-soft">{hint}</p>}
        {requestId && (
          <p className="mt-1 font-mono text-xs break-all text-ink-soft">{t("error.request", { id: requestId })}</p>
        )}
        {(onRetry || children) && (
          <div className="mt-3 flex flex-wrap gap-2">
            {onRetry && <Button onClick={onRetry}>{retryLabel}</Button>}
            {children}
          </div>
        )}
      </div>
    </div>
  );
}

export function describe(error: unknown): { detail: string; hint: string; requestId: string } {
  if (error instanceof ApiError) return { detail: error.message, hint: error.hint, requestId: error.requestId };
  return { detail: t("error.unexpected"), hint: error instanceof Error ? error.message : "", requestId: "" };
}

export function notifyError(error: unknown): void {
  const { detail, hint, requestId } = describe(error);
  notify({ tone: "danger", text: [detail, hint].filter(Boolean).join(" "), requestId });
}
