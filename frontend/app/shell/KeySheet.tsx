/** Lists the keys. */
import type { ReactNode } from "react";
import { Dialog } from "@/components/Dialog";
import { t, type Key } from "@/i18n/t";
import { paletteKeys } from "./overlays";

const KEYS: readonly (readonly [keys: string, what: Key])[] = [
  ["Enter", "keys.send"],
  ["Shift Enter", "keys.break"],
  ["Esc", "keys.stop"],
  ["/", "keys.focus"],
  ["↑", "keys.edit"],
  [paletteKeys, "keys.palette"],
  ["?", "keys.sheet"],
];

export function KeySheet({ onClose }: { onClose: () => void }): ReactNode {
  return (
    <Dialog title={t("keys.title")} onClose={onClose}>
      <dl className="space-y-2.5">
        {KEYS.map(([keys, what]) => (
          <div key={what} className="flex items-center justify-between gap-6">
            <dt>{t(what)}</dt>
            <dd className="flex shrink-0 gap-1">
              {keys.split(" ").map((key) => (
                <kbd
                  key={key}
                  className="min-w-7 rounded-md border border-line-strong bg-canvas px-1.5 py-0.5 text-center font-sans text-xs"
                >
                  {key}
                </kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
