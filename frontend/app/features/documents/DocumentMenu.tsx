/** What can be done to one document. */
import { Download, Ellipsis, FileUp, Lock, RefreshCw, TextSearch, Trash2 } from "lucide-react";
import { lazy, Suspense, useRef, useState, type ReactNode } from "react";
import type { Collection, Document } from "@client/types";
import { IconButton } from "@/components/Button";
import { Menu, MenuItem, MenuSeparator } from "@/components/Menu";
import { notifyError } from "@/components/Problem";
import { t } from "@/i18n/t";
import { act, deleteDocument, downloadOriginal, replaceDocument } from "./useDocuments";

const AccessDialog = lazy(async () => ({ default: (await import("./AccessDialog")).AccessDialog }));

interface Props {
  document: Document;
  collection: Collection;
  mayEdit: boolean;
  onShow: (document: Document) => void;
}

export function DocumentMenu({ document, collection, mayEdit, onShow }: Props): ReactNode {
  const [sharing, setSharing] = useState(false);
  const picker = useRef<HTMLInputElement>(null);
  const { id, name, searchable } = document;
  return (
    <>
      <Menu
        align="end"
        trigger={(props) => (
          <IconButton {...props} label={t("document.menu", { name })} icon={<Ellipsis aria-hidden />} />
        )}
      >
        {searchable && (
          <MenuItem onSelect={() => onShow(document)}>
            <TextSearch aria-hidden />
            {t("document.passages")}
          </MenuItem>
        )}
        <MenuItem onSelect={() => void downloadOriginal(document).catch(notifyError)}>
          <Download aria-hidden />
          {t("document.download")}
        </MenuItem>
        {mayEdit && (
          <>
            <MenuSeparator />
            {document.source_url ? (
              <MenuItem onSelect={() => void act(document, "refresh").catch(notifyError)}>
                <RefreshCw aria-hidden />
                {t("document.refresh")}
              </MenuItem>
            ) : (
              <MenuItem onSelect={() => picker.current?.click()}>
                <FileUp aria-hidden />
                {t("document.replace")}
              </MenuItem>
            )}
            <MenuItem onSelect={() => setSharing(true)}>
              <Lock aria-hidden />
              {t("access.open")}
            </MenuItem>
            <MenuItem danger onSelect={() => deleteDocument(collection, document)}>
              <Trash2 aria-hidden />
              {t("document.delete")}
            </MenuItem>
          </>
        )}
      </Menu>
      <input
        ref={picker}
        type="file"
        hidden
        aria-label={t("document.replace")}
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = "";
          if (file) replaceDocument(document, file).catch(notifyError);
        }}
      />
      {sharing && (
        <Suspense>
          <AccessDialog of={{ kind: "document", id, name }} collection={collection} onClose={() => setSharing(false)} />
        </Suspense>
      )}
    </>
  );
}
