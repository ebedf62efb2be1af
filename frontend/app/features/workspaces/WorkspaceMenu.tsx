/** Which workspace one is in, and the way to another. */
import { ChevronsUpDown, Plus, Settings } from "lucide-react";
import { useState, type FormEvent, type ReactNode } from "react";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { unwrap } from "@client/api";
import { Button } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import { TextField } from "@/components/Field";
import { Menu, MenuChoice, MenuItem, MenuSeparator, type MenuTrigger } from "@/components/Menu";
import { Problem } from "@/components/Problem";
import { closeSidebar } from "@/components/sidebar";
import { api, queries } from "@/data/client";
import { useWorkspace, useWorkspaces } from "@/data/workspaces";
import { t } from "@/i18n/t";

export function WorkspaceMenu(): ReactNode {
  const workspace = useWorkspace();
  const workspaces = useWorkspaces().data ?? [];
  const navigate = useNavigate();
  const [creating, setCreating] = useState(false);
  const go = (path: string): void => {
    closeSidebar();
    void navigate(path);
  };
  const name = workspace?.name ?? "";
  const trigger = (props: MenuTrigger): ReactNode => (
    <button
      {...props}
      type="button"
      aria-label={t("workspace.switch", { name })}
      className="flex h-9 min-w-0 flex-1 items-center gap-2 rounded-md px-2 text-start font-semibold tracking-tight hover:bg-sunken"
    >
      <img src="/favicon.svg" alt="" width="22" height="22" className="size-5.5 shrink-0" />
      <span className="min-w-0 flex-1 truncate">{name}</span>
      <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-ink-faint" />
    </button>
  );
  return (
    <>
      <Menu trigger={trigger}>
        <MenuChoice
          label={t("workspace.all")}
          value={workspace?.id ?? ""}
          onChange={(id) => go(`/w/${id}/chat`)}
          options={workspaces.map(({ id, name: text }) => ({ value: id, text }))}
        />
        <MenuSeparator />
        <MenuItem onSelect={() => go(`/w/${workspace?.id ?? ""}/settings`)}>
          <Settings aria-hidden />
          {t("workspace.title")}
        </MenuItem>
        <MenuItem onSelect={() => setCreating(true)}>
          <Plus aria-hidden />
          {t("workspace.create")}
        </MenuItem>
      </Menu>
      {creating && <CreateWorkspace onClose={() => setCreating(false)} onCreated={(id) => go(`/w/${id}/documents`)} />}
    </>
  );
}

function CreateWorkspace({ onClose, onCreated }: { onClose: () => void; onCreated: (id: string) => void }): ReactNode {
  const [name, setName] = useState("");
  const create = useMutation({
    mutationFn: () => unwrap(api.http.POST("/api/v1/workspaces", { body: { name: name.trim() } })),
    onSuccess: async (created) => {
      await queries.invalidateQueries({ queryKey: ["workspaces"] });
      onClose();
      onCreated(created.id);
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <Dialog title={t("workspace.create")} onClose={onClose}>
      <form onSubmit={submit} className="space-y-5">
        {create.error && <Problem error={create.error} />}
        <TextField
          label={t("workspace.name")}
          help={t("workspace.create.help")}
          value={name}
          required
          maxLength={200}
          onChange={(event) => setName(event.target.value)}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t("dialog.cancel")}</Button>
          <Button look="primary" type="submit" busy={create.isPending} disabled={name.trim() === ""}>
            {t("workspace.create.action")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
