/** What readers said of answers. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { ThumbsDown, ThumbsUp } from "lucide-react";
import { useState, type ReactNode } from "react";
import { unwrap } from "@client/api";
import type { RatedAnswer } from "@client/types";
import { Button } from "@/components/Button";
import { Select } from "@/components/Field";
import { useBots } from "@/data/bots";
import { api } from "@/data/client";
import { usePeople } from "@/data/people";
import { formatMoment, t } from "@/i18n/t";
import { Loaded, Nothing, Section } from "./Section";
import type { PartProps } from "./WorkspacePage";

type Wanted = RatedAnswer["rating"] | "";

export function FeedbackList({ workspace }: PartProps): ReactNode {
  const [rating, setRating] = useState<Wanted>("");
  const rated = useInfiniteQuery({
    queryKey: ["feedback", workspace.id, rating],
    queryFn: ({ pageParam }) => {
      const query = { ...(rating && { rating }), ...(pageParam && { cursor: pageParam }) };
      const params = { path: { workspace_id: workspace.id }, query };
      return unwrap(api.http.GET("/api/v1/workspaces/{workspace_id}/feedback", { params }));
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
  });
  return (
    <Section title={t("settings.feedback")} about={t("feedback.about")}>
      <div className="mb-5 w-52">
        <Select label={t("feedback.show")} value={rating} onChange={(event) => setRating(event.target.value as Wanted)}>
          <option value="">{t("feedback.all")}</option>
          <option value="down">{t("rating.down")}</option>
          <option value="up">{t("rating.up")}</option>
        </Select>
      </div>
      <Loaded query={rated}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) return <Nothing>{t("feedback.none")}</Nothing>;
          return (
            <ul className="divide-y divide-line border-y border-line">
              {items.map((each) => (
                <Rated key={each.message_id} workspaceId={workspace.id} rated={each} />
              ))}
            </ul>
          );
        }}
      </Loaded>
      {rated.hasNextPage && (
        <Button className="mt-4" busy={rated.isFetchingNextPage} onClick={() => void rated.fetchNextPage()}>
          {t("shared.more")}
        </Button>
      )}
    </Section>
  );
}

function Rated({ workspaceId, rated }: { workspaceId: string; rated: RatedAnswer }): ReactNode {
  const bot = useBots(workspaceId).data?.find(({ id }) => id === rated.bot_id);
  const member = usePeople(workspaceId).data?.find(({ user_id: id }) => id === rated.user_id);
  const { rating, reason, comment, exchange } = rated;
  return (
    <li className="flex gap-3 py-4 text-sm">
      {rating === "up" ? (
        <ThumbsUp role="img" aria-label={t("rating.up")} className="mt-0.5 size-4 shrink-0 text-accent" />
      ) : (
        <ThumbsDown role="img" aria-label={t("rating.down")} className="mt-0.5 size-4 shrink-0 text-danger" />
      )}
      <div className="min-w-0 flex-1 space-y-1.5">
        <p className="text-ink-soft">
          {[member?.name, bot?.name, formatMoment(rated.updated_at)].filter(Boolean).join(" · ")}
        </p>
        {reason && <p className="font-medium">{t(`rating.reason.${reason}`)}</p>}
        {comment && (
          <p dir="auto" className="wrap-anywhere">
            {comment}
          </p>
        )}
        {exchange && (
          <details>
            <summary className="cursor-pointer rounded-md text-ink-soft hover:text-ink">{exchange.question}</summary>
            <p dir="auto" className="mt-2 border-s-2 border-line ps-3 whitespace-pre-wrap wrap-anywhere">
              {exchange.answer}
            </p>
          </details>
        )}
      </div>
    </li>
  );
}
