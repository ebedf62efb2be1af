/** A conversation that somebody shared, to read. Its token stands behind the #, which no server is sent. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useState, type ReactNode } from "react";
import { Link } from "react-router";
import { unwrap } from "@client/api";
import type { SharedMessage } from "@client/types";
import { Button } from "@/components/Button";
import { HoverCard } from "@/components/HoverCard";
import { Logo } from "@/components/Logo";
import { Markdown } from "@/components/markdown/Markdown";
import { Skeletons, useTitle } from "@/components/Page";
import { Problem } from "@/components/Problem";
import { api } from "@/data/client";
import { formatDate, t } from "@/i18n/t";

export function SharedPage(): ReactNode {
  const token = useFragment();
  return (
    <main className="h-full overflow-y-auto scroll-thin">
      <div className="mx-auto max-w-read px-4 pt-6 pb-16 sm:px-6">
        <a href="/" className="mb-8 inline-block">
          <Logo />
        </a>
        {token === "" ? <Gone error={null} /> : <Shared token={token} />}
      </div>
    </main>
  );
}

function Shared({ token }: { token: string }): ReactNode {
  const shared = useShared(token);
  const first = shared.data?.pages[0];
  useTitle(first?.title ?? "");
  if (shared.isPending) return <Skeletons count={6} className="mb-3 h-5" />;
  if (!first) return <Gone error={shared.error} />;
  return (
    <>
      <h1 dir="auto" className="text-2xl font-semibold tracking-tight wrap-anywhere">
        {first.title}
      </h1>
      <p className="mt-1 mb-8 text-sm text-ink-soft">{t("shared.about", { date: formatDate(first.shared_at) })}</p>
      {shared.data?.pages
        .flatMap(({ items }) => items)
        .map((message, index) => (
          <SharedText key={index} message={message} />
        ))}
      {shared.hasNextPage && (
        <Button busy={shared.isFetchingNextPage} onClick={() => void shared.fetchNextPage()}>
          {t("shared.more")}
        </Button>
      )}
    </>
  );
}

function useShared(token: string) {
  return useInfiniteQuery({
    queryKey: ["shared", token],
    retry: false,
    queryFn: ({ pageParam }) => {
      const params = { path: { token }, query: { limit: 50, ...(pageParam && { cursor: pageParam }) } };
      return unwrap(api.http.GET("/api/v1/shared/{token}", { params }));
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
  });
}

function useFragment(): string {
  const [fragment, setFragment] = useState(location.hash.slice(1));
  useEffect(() => {
    const onChange = (): void => setFragment(location.hash.slice(1));
    addEventListener("hashchange", onChange);
    return () => removeEventListener("hashchange", onChange);
  }, []);
  return fragment;
}

function Gone({ error }: { error: unknown }): ReactNode {
  return (
    <>
      <h1 className="mb-4 text-xl font-semibold tracking-tight">{t("shared.gone.title")}</h1>
      {error ? <Problem error={error} /> : <p className="text-ink-soft">{t("shared.gone.text")}</p>}
      <p className="mt-4">
        <Link
          to="/sign-in"
          state={{ from: location.pathname + location.hash }}
          className="text-accent underline underline-offset-4"
        >
          {t("signIn.action")}
        </Link>
      </p>
    </>
  );
}

function SharedText({ message }: { message: SharedMessage }): ReactNode {
  const { role, text, citations } = message;
  if (role === "user")
    return (
      <h2 dir="auto" className="mt-8 mb-4 text-lg font-[620] tracking-tight whitespace-pre-wrap wrap-anywhere">
        {text}
      </h2>
    );
  const cite = (number: number): ReactNode => {
    const citation = citations.find((each) => each.number === number);
    return citation ? <SharedCitation citation={citation} /> : null;
  };
  return <Markdown text={text} cite={cite} />;
}

function SharedCitation({ citation }: { citation: SharedMessage["citations"][number] }): ReactNode {
  const { number, document_name: name, page, text } = citation;
  const source = page === null ? name : t("citation.source", { document: name, page });
  return (
    <HoverCard
      trigger={(props) => (
        <button
          {...props}
          type="button"
          aria-label={t("citation.label", { number, source })}
          className="mx-[0.15em] inline-grid h-[1.45em] min-w-[1.45em] -translate-y-[0.15em] place-items-center rounded-[0.35em] bg-accent-soft px-[0.35em] align-middle text-[0.72em] leading-none font-semibold text-accent tabular-nums"
        >
          {number}
        </button>
      )}
    >
      <span className="block truncate text-sm font-medium">{source}</span>
      <span dir="auto" className="mt-2 line-clamp-6 border-s-2 border-accent ps-3 text-sm text-ink-soft">
        {text || t("shared.hidden")}
      </span>
    </HoverCard>
  );
}
