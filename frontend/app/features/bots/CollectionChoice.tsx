/** Which collections a bot reads. */
import type { ReactNode } from "react";
import { Link } from "react-router";
import { Problem } from "@/components/Problem";
import { useCollections } from "@/data/collections";
import { t } from "@/i18n/t";

interface Props {
  workspaceId: string;
  value: readonly string[];
  onChange: (ids: string[]) => void;
  disabled?: boolean;
}

export function CollectionChoice({ workspaceId, value, onChange, disabled = false }: Props): ReactNode {
  const collections = useCollections(workspaceId);
  const toggle = (id: string, on: boolean): void => onChange(on ? [...value, id] : value.filter((each) => each !== id));
  return (
    <fieldset disabled={disabled}>
      <legend className="mb-1.5 text-sm font-medium">{t("bot.collections")}</legend>
      {collections.error && <Problem error={collections.error} onRetry={() => void collections.refetch()} />}
      {collections.isPending && <div className="skeleton h-10" />}
      {collections.data?.length === 0 && (
        <p className="text-sm text-ink-soft">
          {t("bot.collections.none")}{" "}
          <Link to={`/w/${workspaceId}/documents`} className="text-accent underline underline-offset-4">
            {t("nav.documents")}
          </Link>
        </p>
      )}
      <ul className="divide-y divide-line overflow-hidden rounded-md border border-line-strong empty:hidden">
        {collections.data?.map((collection) => (
          <li key={collection.id}>
            <label className="flex items-center gap-3 px-3 py-2 hover:bg-sunken">
              <input
                type="checkbox"
                className="size-4 accent-accent"
                checked={value.includes(collection.id)}
                onChange={(event) => toggle(collection.id, event.target.checked)}
              />
              <span className="min-w-0 flex-1 truncate">{collection.name}</span>
              <span className="text-xs text-ink-soft tabular-nums">
                {t("documents.count", { count: collection.document_count })}
              </span>
            </label>
          </li>
        ))}
      </ul>
      <p className="mt-1.5 text-sm text-ink-soft">{t("bot.collections.help")}</p>
    </fieldset>
  );
}
