/** Shares a conversation by links that can be revoked; a link is shown once, when it is made. */
import { useQuery } from "@tanstack/react-query";
import { Link2, Users } from "lucide-react";
import { useState, type FormEvent, type ReactNode } from "react";
import { unwrap } from "@client/api";
import type { Conversation, Share } from "@client/types";
import { Button } from "@/components/Button";
import { CopyButton } from "@/components/CopyButton";
import { Dialog } from "@/components/Dialog";
import { Select } from "@/components/Field";
import { Skeletons } from "@/components/Page";
import { notifyError, Problem } from "@/components/Problem";
import { api, queries } from "@/data/client";
import { formatDate, t } from "@/i18n/t";

const sharesKey = (conversationId: string): readonly string[] => ["shares", conversationId];
const LIFETIMES = [7, 30, 365] as const;

export function ShareDialog({ conversation, onClose }: { conversation: Conversation; onClose: () => void }): ReactNode {
  const { id } = conversation;
  const params = { path: { conversation_id: id } };
  const shares = useQuery({
    queryKey: sharesKey(id),
    queryFn: async () =>
      (await unwrap(api.http.GET("/api/v1/conversations/{conversation_id}/share", { params }))).items,
  });
  const [link, setLink] = useState("");
  const made = (token: string): void => {
    setLink(`${location.origin}/shared#${token}`);
    void queries.invalidateQueries({ queryKey: sharesKey(id) });
  };
  const revokeAll = async (): Promise<void> => {
    await unwrap(api.http.DELETE("/api/v1/conversations/{conversation_id}/share", { params }));
    setLink("");
    await queries.invalidateQueries({ queryKey: sharesKey(id) });
  };
  return (
    <Dialog title={t("share.title")} onClose={onClose}>
      <div className="space-y-5">
        <p className="text-ink-soft">{t("share.about")}</p>
        {link === "" ? <NewLink conversationId={id} onMade={made} /> : <Made link={link} />}
        {shares.error && <Problem error={shares.error} onRetry={() => void shares.refetch()} />}
        {shares.isPending && <Skeletons count={1} className="h-8" />}
        {shares.data && shares.data.length > 0 && (
          <Links shares={shares.data} onRevoke={() => void revokeAll().catch(notifyError)} />
        )}
      </div>
    </Dialog>
  );
}

function NewLink({ conversationId, onMade }: { conversationId: string; onMade: (token: string) => void }): ReactNode {
  const [audience, setAudience] = useState<Share["audience"]>("workspace");
  const [days, setDays] = useState("30");
  const [error, setError] = useState<unknown>(null);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setError(null);
    const body = { audience, expires_in_days: days === "" ? null : Number(days) };
    const params = { path: { conversation_id: conversationId } };
    unwrap(api.http.POST("/api/v1/conversations/{conversation_id}/share", { params, body }))
      .then(({ token }) => onMade(token))
      .catch(setError);
  };
  return (
    <form onSubmit={submit} className="space-y-4">
      <div className="grid gap-4 sm:grid-cols-2">
        <Select
          label={t("share.audience")}
          value={audience}
          onChange={(event) => setAudience(event.target.value as Share["audience"])}
        >
          <option value="workspace">{t("share.audience.workspace")}</option>
          <option value="public">{t("share.audience.public")}</option>
        </Select>
        <Select label={t("share.expires")} value={days} onChange={(event) => setDays(event.target.value)}>
          {LIFETIMES.map((count) => (
            <option key={count} value={count}>
              {t("share.expires.days", { count })}
            </option>
          ))}
          <option value="">{t("share.expires.never")}</option>
        </Select>
      </div>
      {error !== null && <Problem error={error} />}
      <div className="flex justify-end">
        <Button look="primary" type="submit">
          <Link2 aria-hidden className="size-4" />
          {t("share.make")}
        </Button>
      </div>
    </form>
  );
}

function Made({ link }: { link: string }): ReactNode {
  return (
    <div role="status" className="rounded-lg border border-accent bg-accent-soft p-3">
      <p className="mb-2 text-sm">{t("share.made")}</p>
      <div className="flex items-center gap-2">
        <input
          readOnly
          value={link}
          aria-label={t("share.link")}
          onFocus={(event) => event.target.select()}
          className="h-9 min-w-0 flex-1 rounded-md border border-line-strong bg-surface px-3 font-mono text-xs"
        />
        <CopyButton text={link} label={t("share.copy")} />
      </div>
    </div>
  );
}

function Links({ shares, onRevoke }: { shares: readonly Share[]; onRevoke: () => void }): ReactNode {
  return (
    <section aria-label={t("share.links")} className="border-t border-line pt-4">
      <ul className="mb-3 space-y-2">
        {shares.map((share) => (
          <li key={share.id} className="flex items-center gap-2.5 text-sm">
            {share.audience === "public" ? (
              <Link2 aria-hidden className="size-4 text-ink-faint" />
            ) : (
              <Users aria-hidden className="size-4 text-ink-faint" />
            )}
            <span className="flex-1">{t(`share.audience.${share.audience}`)}</span>
            <span className="text-ink-soft">
              {share.expires_at
                ? t("share.until", { date: formatDate(share.expires_at) })
                : t("share.made.on", { date: formatDate(share.created_at) })}
            </span>
          </li>
        ))}
      </ul>
      <Button look="danger" className="border border-current" onClick={onRevoke}>
        {t("share.revoke", { count: shares.length })}
      </Button>
    </section>
  );
}
