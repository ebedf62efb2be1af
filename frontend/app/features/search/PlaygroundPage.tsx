/** The search playground: what a question finds, why, and how the ranking can be tuned. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { TextSearch } from "lucide-react";
import { useState, type FormEvent, type ReactNode } from "react";
import { useSearchParams } from "react-router";
import { unwrap } from "@client/api";
import type { FoundPassage, FoundPassages } from "@client/types";
import { Button } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import { DocumentViewer } from "@/components/DocumentViewer";
import { CheckField, Select } from "@/components/Field";
import { Empty, Page, Skeletons } from "@/components/Page";
import { Problem } from "@/components/Problem";
import { api } from "@/data/client";
import { useCollections } from "@/data/collections";
import { useMay, useWorkspaceId } from "@/data/workspaces";
import { formatShare, t } from "@/i18n/t";
import { Found } from "./Found";
import { SaveDialog } from "./SaveDialog";

/** How a search is tuned; `weight` null lets the question's language decide. */
export interface Tuning {
  limit: number;
  weight: number | null;
  rerank: boolean;
}

export function PlaygroundPage(): ReactNode {
  const workspaceId = useWorkspaceId();
  const [address, setAddress] = useSearchParams();
  const collectionId = address.get("collection") ?? "";
  const asked = address.get("q") ?? "";
  const [tuning, setTuning] = useState<Tuning>({ limit: 6, weight: null, rerank: false });
  const [saving, setSaving] = useState(false);
  const mayEdit = useMay("editor");
  const results = useResults(workspaceId, collectionId, asked, tuning);

  const change = (key: string, value: string): void => {
    const next = new URLSearchParams(address);
    if (value === "") next.delete(key);
    else next.set(key, value);
    setAddress(next, { replace: true });
  };
  const save = mayEdit && <Button onClick={() => setSaving(true)}>{t("playground.save")}</Button>;
  return (
    <Page title={t("playground.title")} about={t("playground.about")} actions={save}>
      <Question key={asked} asked={asked} onAsk={(q) => change("q", q)} />
      <Knobs
        workspaceId={workspaceId}
        collectionId={collectionId}
        tuning={tuning}
        results={results.data}
        onCollection={(id) => change("collection", id)}
        onTune={setTuning}
      />
      {results.error && <Problem error={results.error} onRetry={() => void results.refetch()} />}
      {results.isLoading && <Skeletons count={4} className="mb-4 h-24" />}
      {results.data && <Results results={results.data} />}
      {asked === "" && (
        <Empty
          icon={<TextSearch aria-hidden />}
          title={t("playground.empty.title")}
          text={t("playground.empty.text")}
        />
      )}
      {saving && <SaveDialog workspaceId={workspaceId} tuning={tuning} onClose={() => setSaving(false)} />}
    </Page>
  );
}

function useResults(workspaceId: string, collectionId: string, query: string, tuning: Tuning) {
  const body = { query, limit: tuning.limit, retriever_weight: tuning.weight, rerank: tuning.rerank };
  return useQuery({
    queryKey: ["playground", workspaceId, collectionId, body],
    enabled: query !== "",
    placeholderData: keepPreviousData,
    queryFn: () => {
      if (collectionId === "") {
        const params = { path: { workspace_id: workspaceId } };
        return unwrap(
          api.http.POST("/api/v1/workspaces/{workspace_id}/search", { params, body: { ...body, collections: [] } }),
        );
      }
      const params = { path: { collection_id: collectionId } };
      return unwrap(api.http.POST("/api/v1/collections/{collection_id}/search", { params, body }));
    },
  });
}

function Question({ asked, onAsk }: { asked: string; onAsk: (question: string) => void }): ReactNode {
  const [words, setWords] = useState(asked);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onAsk(words.trim());
  };
  return (
    <form role="search" onSubmit={submit} className="flex gap-2">
      <input
        type="search"
        value={words}
        dir="auto"
        maxLength={2_000}
        aria-label={t("playground.question")}
        placeholder={t("playground.question")}
        onChange={(event) => setWords(event.target.value)}
        className="h-11 min-w-0 flex-1 rounded-md border border-line-strong bg-surface px-3.5 text-base"
      />
      <Button look="primary" type="submit" className="h-11!" disabled={words.trim() === ""}>
        {t("palette.open")}
      </Button>
    </form>
  );
}

interface KnobsProps {
  workspaceId: string;
  collectionId: string;
  tuning: Tuning;
  results: FoundPassages | undefined;
  onCollection: (id: string) => void;
  onTune: (tuning: Tuning) => void;
}

function Knobs({ workspaceId, collectionId, tuning, results, onCollection, onTune }: KnobsProps): ReactNode {
  const collections = useCollections(workspaceId);
  const weight = tuning.weight ?? results?.retriever_weight ?? 0.5;
  return (
    <div className="my-6 flex flex-wrap items-end gap-x-8 gap-y-4">
      <Select label={t("playground.where")} value={collectionId} onChange={(event) => onCollection(event.target.value)}>
        <option value="">{t("playground.everywhere")}</option>
        {collections.data?.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </Select>
      <Slider
        label={t("playground.k", { count: tuning.limit })}
        min={1}
        max={20}
        value={tuning.limit}
        onChange={(limit) => onTune({ ...tuning, limit })}
      />
      <div>
        <Slider
          label={t("playground.weight", { share: formatShare(weight) })}
          min={0}
          max={20}
          value={Math.round(weight * 20)}
          onChange={(step) => onTune({ ...tuning, weight: step / 20 })}
        />
        <CheckField
          className="mt-1"
          label={t("playground.automatic")}
          checked={tuning.weight === null}
          onChange={(event) => onTune({ ...tuning, weight: event.target.checked ? null : weight })}
        />
      </div>
      {results && results.available_reranker !== "" && (
        <CheckField
          label={t("playground.rerank", { name: results.available_reranker })}
          checked={tuning.rerank}
          onChange={(event) => onTune({ ...tuning, rerank: event.target.checked })}
        />
      )}
    </div>
  );
}

interface SliderProps {
  label: string;
  min: number;
  max: number;
  value: number;
  onChange: (value: number) => void;
}

function Slider({ label, min, max, value, onChange }: SliderProps): ReactNode {
  return (
    <label className="block w-52 text-sm">
      <span className="mb-2 block font-medium">{label}</span>
      <input
        type="range"
        min={min}
        max={max}
        value={value}
        onChange={(event) => onChange(Number(event.target.value))}
        className="w-full accent-accent"
      />
    </label>
  );
}

function Results({ results }: { results: FoundPassages }): ReactNode {
  const [shown, setShown] = useState<FoundPassage | null>(null);
  return (
    <section aria-label={t("playground.results")}>
      {results.degraded !== "" && (
        <p role="status" className="mb-4 rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
          {results.degraded}
        </p>
      )}
      <p className="mb-4 text-sm text-ink-soft">
        {results.terms.length > 0
          ? t("playground.terms", { terms: results.terms.join(", ") })
          : t("playground.terms.none")}
      </p>
      {results.items.length === 0 && <p className="py-6 text-ink-soft">{t("playground.none")}</p>}
      <ol className="divide-y divide-line border-y border-line">
        {results.items.map((found, index) => (
          <Found
            key={`${found.document_id}.${found.chunk}`}
            found={found}
            rank={index + 1}
            best={results.items}
            onShow={setShown}
          />
        ))}
      </ol>
      {shown && (
        <Dialog shape="sheet-end" title={shown.document_name} onClose={() => setShown(null)}>
          <DocumentViewer
            documentId={shown.document_id}
            place={{
              chunk: shown.chunk,
              page: shown.page,
              charStart: shown.char_start,
              charEnd: shown.char_end,
              quotes: [],
            }}
          />
        </Dialog>
      )}
    </section>
  );
}
