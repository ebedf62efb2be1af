/** Adds documents that are no files: a page of the web, all pages of a sitemap, a pasted text. */
import { useState, type FormEvent, type ReactNode } from "react";
import { unwrap } from "@client/api";
import { asApiError } from "@client/problem";
import type { Collection } from "@client/types";
import { Button } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import { TextArea, TextField } from "@/components/Field";
import { notify } from "@/components/notices";
import { Problem } from "@/components/Problem";
import { api, queries } from "@/data/client";
import { t } from "@/i18n/t";
import { importsKey } from "./Imports";
import { refreshDocuments } from "./useDocuments";

export type Adding = "url" | "sitemap" | "text";

interface Props {
  kind: Adding;
  collection: Collection;
  onClose: () => void;
}

type Body = { url: string } | { sitemap: string; limit: number } | { name: string; text: string };

export function AddDialog({ kind, collection, onClose }: Props): ReactNode {
  const [address, setAddress] = useState("");
  const [limit, setLimit] = useState("200");
  const [name, setName] = useState("");
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  const bodies: Record<Adding, Body> = {
    url: { url: address.trim() },
    sitemap: { sitemap: address.trim(), limit: Number(limit) },
    text: { name: name.trim(), text },
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    add(collection, bodies[kind])
      .then(onClose)
      .catch((refusal: unknown) => {
        setError(refusal);
        setBusy(false);
      });
  };
  return (
    <Dialog title={t(`add.${kind}`)} onClose={onClose}>
      <form onSubmit={submit} className="space-y-5">
        {kind === "text" ? (
          <>
            <TextField
              label={t("add.name")}
              value={name}
              required
              maxLength={100}
              onChange={(event) => setName(event.target.value)}
            />
            <TextArea
              label={t("add.words")}
              value={text}
              required
              rows={10}
              dir="auto"
              className="max-h-80"
              onChange={(event) => setText(event.target.value)}
            />
          </>
        ) : (
          <TextField
            label={t(`add.${kind}.address`)}
            help={t(`add.${kind}.help`)}
            type="url"
            value={address}
            required
            placeholder={kind === "url" ? "https://docs.example.org/warranty" : "https://docs.example.org/sitemap.xml"}
            onChange={(event) => setAddress(event.target.value)}
          />
        )}
        {kind === "sitemap" && (
          <TextField
            label={t("add.limit")}
            type="number"
            min="1"
            max="5000"
            value={limit}
            required
            onChange={(event) => setLimit(event.target.value)}
          />
        )}
        {error !== null && <Problem error={error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t("dialog.cancel")}</Button>
          <Button look="primary" type="submit" busy={busy}>
            {t("add.action")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Throws what the server has against it. */
async function add(collection: Collection, body: Body): Promise<void> {
  const url = `${api.baseUrl}/api/v1/collections/${collection.id}/documents`;
  const headers = { "Content-Type": "application/json" };
  const reply = await unwrap(
    api.fetch(url, { method: "POST", body: JSON.stringify(body), headers }).then(async (response) => {
      const data = (await response.json().catch(() => null)) as Reply | null;
      return { response, data, error: data };
    }),
  );
  const item = reply?.items[0];
  if (item?.error) throw asApiError(item.error, item.error.status ?? 0, null);
  if (item?.outcome === "unchanged") notify({ text: t("upload.unchanged", { name: item.name }) });
  void queries.invalidateQueries({ queryKey: importsKey(collection.id) });
  await refreshDocuments(collection);
}

interface Reply {
  items: { name: string; outcome: string | null; error: { status?: number } | null }[];
}
