/** Opens the palette with Ctrl+K and the sheet of keys with "?", from any page. */
import { lazy, Suspense, useEffect, type ReactNode } from "react";
import { closeOverlay, openOverlay, useOverlay, type Overlay } from "./overlays";

const Palette = lazy(async () => ({ default: (await import("./Palette")).Palette }));
const KeySheet = lazy(async () => ({ default: (await import("./KeySheet")).KeySheet }));

export function Overlays(): ReactNode {
  const { open } = useOverlay();

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const wanted = overlayFor(event);
      if (!wanted || event.defaultPrevented || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      openOverlay(wanted);
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, []);

  return (
    <Suspense>
      {open === "palette" && <Palette onClose={closeOverlay} />}
      {open === "keys" && <KeySheet onClose={closeOverlay} />}
    </Suspense>
  );
}

function overlayFor(event: KeyboardEvent): Overlay | null {
  if (event.ctrlKey || event.metaKey) return event.key.toLowerCase() === "k" ? "palette" : null;
  return event.key === "?" && !isTyping(event.target) ? "keys" : null;
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
