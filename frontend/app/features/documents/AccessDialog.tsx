/** Who may read a document, or what new documents of a collection begin with. */
import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent, type ReactNode } from "react";
import { unwrap } from "@client/api";
import type { Access, Collection } from "@client/types";
import { Button } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import { CheckField } from "@/components/Field";
import { notify } from "@/components/notices";
import { Skeletons } from "@/components/Page";
import { Problem } from "@/components/Problem";
import { api } from "@/data/client";
import { useGroups, usePeople } from "@/data/people";
import { useMay } from "@/data/workspaces";
import { t } from "@/i18n/t";
import { refreshDocuments } from "./useDocuments";

export interface Subject {
  kind: "document" | "collection";
  id: string;
  name: string;
}

interface Props {
  of: Subject;
  collection: Collection;
  onClose: () => void;
}

export function AccessDialog({ of, collection, onClose }: Props): ReactNode {
  const access = useQuery({
    queryKey: ["access", of.kind, of.id],
    gcTime: 0,
    queryFn: () =>
      of.kind === "document"
        ? unwrap(api.http.GET("/api/v1/documents/{document_id}/access", { params: { path: { document_id: of.id } } }))
        : unwrap(
            api.http.GET("/api/v1/collections/{collection_id}/access", { params: { path: { collection_id: of.id } } }),
          ),
  });
  return (
    <Dialog title={t(`access.title.${of.kind}`, { name: of.name })} onClose={onClose}>
      {access.error && <Problem error={access.error} onRetry={() => void access.refetch()} />}
      {access.isPending && <Skeletons count={3} className="mb-3 h-8" />}
      {access.data && <AccessForm of={of} collection={collection} access={access.data} onClose={onClose} />}
    </Dialog>
  );
}

function AccessForm({ of, collection, access, onClose }: Props & { access: Access }): ReactNode {
  const mayManage = useMay("admin");
  const [list, setList] = useState(access);
  const [all, setAll] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const groups = useGroups(collection.workspace_id);
  const people = usePeople(collection.workspace_id);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setError(null);
    saveAccess(of, list, all)
      .then(() => {
        notify({ text: t("form.saved") });
        onClose();
        return refreshDocuments(collection);
      })
      .catch(setError);
  };
  const toggle = (kind: "users" | "groups", id: string) => () => {
    const chosen = list[kind];
    setList({ ...list, [kind]: chosen.includes(id) ? chosen.filter((each) => each !== id) : [...chosen, id] });
  };
  return (
    <form onSubmit={submit} className="space-y-5">
      <fieldset className="space-y-2.5">
        <legend className="sr-only">{t("access.who")}</legend>
        <Radio
          label={t("access.everyone")}
          checked={list.everyone}
          onChange={() => setList({ everyone: true, users: [], groups: [] })}
        />
        <Radio
          label={t("access.some")}
          checked={!list.everyone}
          onChange={() => setList({ ...list, everyone: false })}
        />
      </fieldset>
      {!list.everyone && (
        <div className="max-h-72 space-y-5 overflow-y-auto border-s-2 border-line ps-4 scroll-thin">
          <Choices
            title={t("groups.title")}
            none={t("access.noGroups")}
            items={(groups.data ?? []).map(({ id, name }) => ({ id, name }))}
            chosen={list.groups}
            onToggle={(id) => toggle("groups", id)()}
          />
          <Choices
            title={t("members.title")}
            none=""
            items={(people.data ?? []).map(({ user_id: id, name, email }) => ({ id, name: `${name} (${email})` }))}
            chosen={list.users}
            onToggle={(id) => toggle("users", id)()}
          />
        </div>
      )}
      {of.kind === "collection" && mayManage && (
        <CheckField label={t("access.all")} checked={all} onChange={(event) => setAll(event.target.checked)} />
      )}
      <p className="text-sm text-ink-soft">{t(`access.help.${of.kind}`)}</p>
      {error !== null && <Problem error={error} />}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{t("dialog.cancel")}</Button>
        <Button look="primary" type="submit">
          {t("form.save")}
        </Button>
      </div>
    </form>
  );
}

function saveAccess(of: Subject, list: Access, all: boolean): Promise<Access> {
  if (of.kind === "document") {
    const params = { path: { document_id: of.id } };
    return unwrap(api.http.PUT("/api/v1/documents/{document_id}/access", { params, body: list }));
  }
  const params = { path: { collection_id: of.id } };
  const body = { ...list, apply_to_all: all };
  return unwrap(api.http.PUT("/api/v1/collections/{collection_id}/access", { params, body }));
}

function Radio({ label, checked, onChange }: { label: string; checked: boolean; onChange: () => void }): ReactNode {
  return (
    <label className="flex items-start gap-2.5 text-sm">
      <input
        type="radio"
        name="access"
        checked={checked}
        onChange={onChange}
        className="mt-0.5 size-4 shrink-0 accent-accent"
      />
      {label}
    </label>
  );
}

interface ChoicesProps {
  title: string;
  none: string;
  items: readonly { id: string; name: string }[];
  chosen: readonly string[];
  onToggle: (id: string) => void;
}

function Choices({ title, none, items, chosen, onToggle }: ChoicesProps): ReactNode {
  return (
    <fieldset className="space-y-2">
      <legend className="mb-2 text-sm font-medium">{title}</legend>
      {items.length === 0 && none !== "" && <p className="text-sm text-ink-soft">{none}</p>}
      {items.map(({ id, name }) => (
        <CheckField key={id} label={name} checked={chosen.includes(id)} onChange={() => onToggle(id)} />
      ))}
    </fieldset>
  );
}
