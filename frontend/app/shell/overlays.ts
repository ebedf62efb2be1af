/** What can lie over any page: the palette and the sheet of keys. */
import { create } from "zustand";

export type Overlay = "palette" | "keys";

export const useOverlay = create<{ open: Overlay | null }>(() => ({ open: null }));
export const openOverlay = (open: Overlay): void => useOverlay.setState({ open });
export const closeOverlay = (): void => useOverlay.setState({ open: null });

export const paletteKeys = /Mac|iPhone|iPad/.test(navigator.userAgent) ? "⌘ K" : "Ctrl K";
