/** One part of the settings: what it is, then what there is. */
import type { ReactNode } from "react";
import { Skeletons } from "@/components/Page";
import { Problem } from "@/components/Problem";

interface Query<T> {
  data: T | undefined;
  error: unknown;
  isPending: boolean;
  refetch: () => unknown;
}

export function Section({ title, about, children }: { title: string; about: string; children: ReactNode }): ReactNode {
  return (
    <section aria-label={title}>
      <h2 className="mb-1 text-lg font-semibold tracking-tight">{title}</h2>
      <p className="mb-5 max-w-prose text-sm text-ink-soft">{about}</p>
      {children}
    </section>
  );
}

/** A query's data once it is there; until then skeletons, or the error with a way to try again. */
export function Loaded<T>({ query, children }: { query: Query<T>; children: (data: T) => ReactNode }): ReactNode {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <Problem error={query.error} onRetry={() => void query.refetch()} />;
  return <Skeletons count={3} className="mb-3 h-10" />;
}

export function Nothing({ children }: { children: ReactNode }): ReactNode {
  return (
    <p className="rounded-lg border border-dashed border-line-strong px-4 py-6 text-sm text-ink-soft">{children}</p>
  );
}
