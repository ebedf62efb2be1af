/** The mark and the name. */
import type { ReactNode } from "react";
import { t } from "@/i18n/t";

export function Logo(): ReactNode {
  return (
    <span className="inline-flex items-center gap-2.5 text-lg font-semibold tracking-tight">
      <img src="/favicon.svg" alt="" width="26" height="26" className="size-6.5" />
      {t("app.name")}
    </span>
  );
}
