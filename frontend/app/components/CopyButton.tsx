/** Copies a text and says that it did, for the eye and for a screen reader. */
import { Check, Copy } from "lucide-react";
import { useEffect, useState, type ReactNode } from "react";
import { t } from "@/i18n/t";
import { IconButton } from "./Button";
import { announce, notify } from "./notices";

const SHOWN_MS = 1_600;

export function CopyButton({ text, label }: { text: string; label: string }): ReactNode {
  const [copied, setCopied] = useState(false);

  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [copied]);

  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
      announce(t("copy.done"));
    } catch {
      notify({ tone: "danger", text: t("copy.refused") });
    }
  };

  return <IconButton label={label} icon={copied ? <Check aria-hidden /> : <Copy aria-hidden />} onClick={copy} />;
}
