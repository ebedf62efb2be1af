/** The frame of every page beside the chat: a title, its actions, and one scrolling column. */
import { useEffect, type ReactNode } from "react";
import { t } from "@/i18n/t";
import { SidebarToggle } from "./sidebar";

interface Props {
  title: string;
  about?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

export function Page({ title, about, actions, children }: Props): ReactNode {
  useTitle(title);
  return (
    <div className="h-full overflow-y-auto scroll-thin">
      <div className="mx-auto max-w-page px-4 pb-16 sm:px-8">
        <header className="flex flex-wrap items-center gap-x-3 gap-y-2 pt-3 pb-6 sm:pt-10">
          <SidebarToggle />
          <h1 className="min-w-40 flex-1 text-xl font-semibold tracking-tight wrap-anywhere sm:text-2xl">{title}</h1>
          {about && (
            <div className="order-1 basis-full text-ink-soft sm:order-2">
              <p className="max-w-prose">{about}</p>
            </div>
          )}
          {actions && <div className="order-2 flex flex-wrap gap-2 max-sm:mt-2 sm:order-1">{actions}</div>}
        </header>
        {children}
      </div>
    </div>
  );
}

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title ? `${title} · ${t("app.name")}` : t("app.name");
  }, [title]);
}

interface EmptyProps {
  icon: ReactNode;
  title: string;
  text: string;
  children?: ReactNode;
}

/** An empty list teaches the next step. */
export function Empty({ icon, title, text, children }: EmptyProps): ReactNode {
  return (
    <div className="flex flex-col items-center rounded-xl border border-dashed border-line-strong px-6 py-14 text-center">
      <span className="mb-4 text-accent [&_svg]:size-7 [&_svg]:stroke-[1.5]">{icon}</span>
      <h2 className="text-lg font-semibold tracking-tight">{title}</h2>
      <p className="mt-1.5 max-w-md text-ink-soft">{text}</p>
      {children && <div className="mt-6 flex flex-wrap justify-center gap-x-5 gap-y-2">{children}</div>}
    </div>
  );
}

/** Stands where a list will be, so that nothing jumps when it comes. */
export function Skeletons({ count, className }: { count: number; className: string }): ReactNode {
  return (
    <div role="status" aria-label={t("app.loading")} className="contents">
      {Array.from({ length: count }, (_, index) => (
        <div key={index} className={`skeleton ${className}`} />
      ))}
    </div>
  );
}
