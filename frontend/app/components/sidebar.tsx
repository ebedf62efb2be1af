/** Opens the side bar on screens too narrow to keep it open. */
import { Menu as MenuIcon } from "lucide-react";
import type { ReactNode } from "react";
import { create } from "zustand";
import { t } from "@/i18n/t";
import { IconButton } from "./Button";

export const useSidebar = create<{ open: boolean }>(() => ({ open: false }));
export const openSidebar = (): void => useSidebar.setState({ open: true });
export const closeSidebar = (): void => useSidebar.setState({ open: false });

export function SidebarToggle(): ReactNode {
  return (
    <IconButton className="lg:hidden" label={t("nav.open")} icon={<MenuIcon aria-hidden />} onClick={openSidebar} />
  );
}
