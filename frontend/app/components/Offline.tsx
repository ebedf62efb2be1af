/** Says that the network is away, and goes by itself when it is back. */
import { WifiOff } from "lucide-react";
import { useSyncExternalStore, type ReactNode } from "react";
import { t } from "@/i18n/t";

export function Offline(): ReactNode {
  const online = useSyncExternalStore(subscribe, () => navigator.onLine);
  if (online) return null;
  return (
    <p role="status" className="flex items-center justify-center gap-2 bg-warn-soft px-4 py-1.5 text-sm text-warn">
      <WifiOff aria-hidden className="size-4 shrink-0" />
      {t("offline")}
    </p>
  );
}

function subscribe(changed: () => void): () => void {
  addEventListener("online", changed);
  addEventListener("offline", changed);
  return () => {
    removeEventListener("online", changed);
    removeEventListener("offline", changed);
  };
}
