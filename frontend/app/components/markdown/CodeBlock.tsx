/** A block of code with its language and a button that copies it. */
import type { ReactNode } from "react";
import { t } from "@/i18n/t";
import { CopyButton } from "../CopyButton";

export function CodeBlock({ code, language }: { code: string; language: string }): ReactNode {
  return (
    <figure className="code">
      <figcaption>
        <span>{language.split(/\s/)[0] || t("code.plain")}</span>
        <CopyButton text={code} label={t("code.copy")} />
      </figcaption>
      {/* Long lines scroll inside the block, by keyboard too. */}
      <pre tabIndex={0}>
        <code>{code}</code>
      </pre>
    </figure>
  );
}
