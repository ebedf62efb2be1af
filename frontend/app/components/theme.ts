/** The chosen theme; public/theme.js applies it before the first paint, this follows it afterwards. */
import { create } from "zustand";

export type Theme = "light" | "dark" | "system";

const KEY = "parley.theme";
const systemIsDark = matchMedia("(prefers-color-scheme: dark)");

const stored = localStorage.getItem(KEY);

export const useTheme = create<{ theme: Theme }>(() => ({
  theme: stored === "light" || stored === "dark" ? stored : "system",
}));

export function setTheme(theme: Theme): void {
  localStorage.setItem(KEY, theme);
  useTheme.setState({ theme });
}

function apply(): void {
  const { theme } = useTheme.getState();
  const dark = theme === "dark" || (theme === "system" && systemIsDark.matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
}

useTheme.subscribe(apply);
systemIsDark.addEventListener("change", apply);
