/** Groups of members, which carry access to documents. */
import { useQuery } from "@tanstack/react-query";
import { Trash2, UsersRound } from "lucide-react";
import { useState, type FormEvent, type ReactNode } from "react";
import { unwrap } from "@client/api";
import type { Group } from "@client/types";
import { Button, IconButton } from "@/components/Button";
import { Confirm } from "@/components/Dialog";
import { CheckField, TextField } from "@/components/Field";
import { notifyError, Problem } from "@/components/Problem";
import { api, queries } from "@/data/client";
import { peopleKeys, useGroups, usePeople } from "@/data/people";
import { t } from "@/i18n/t";
import { Loaded, Nothing, Section } from "./Section";
import type { PartProps } from "./WorkspacePage";

export function Groups({ workspace, mayManage }: PartProps): ReactNode {
  const groups = useGroups(workspace.id);
  return (
    <Section title={t("groups.title")} about={t("groups.about")}>
      <Loaded query={groups}>
        {(items) =>
          items.length === 0 ? (
            <Nothing>{t("groups.none")}</Nothing>
          ) : (
            <ul className="divide-y divide-line border-y border-line">
              {items.map((group) => (
                <GroupRow key={group.id} group={group} mayManage={mayManage} />
              ))}
            </ul>
          )
        }
      </Loaded>
      {mayManage && <NewGroup workspaceId={workspace.id} />}
    </Section>
  );
}

const refresh = (workspaceId: string): Promise<void> =>
  queries.invalidateQueries({ queryKey: peopleKeys.groups(workspaceId) });

function GroupRow({ group, mayManage }: { group: Group; mayManage: boolean }): ReactNode {
  const [removing, setRemoving] = useState(false);
  const { id, name, workspace_id: workspaceId } = group;
  const remove = async (): Promise<void> => {
    await unwrap(api.http.DELETE("/api/v1/groups/{group_id}", { params: { path: { group_id: id } } }));
    await refresh(workspaceId);
  };
  return (
    <li className="py-3">
      <div className="flex items-center gap-4">
        <UsersRound aria-hidden className="size-4 shrink-0 text-ink-faint" />
        <p className="min-w-0 flex-1 font-medium wrap-anywhere">{name}</p>
        {mayManage && (
          <IconButton
            look="danger"
            label={t("groups.remove", { name })}
            icon={<Trash2 aria-hidden />}
            onClick={() => setRemoving(true)}
          />
        )}
      </div>
      {mayManage ? (
        <MembersOf group={group} />
      ) : (
        <p className="ps-8 text-sm text-ink-soft">{t("groups.members", { count: group.member_count })}</p>
      )}
      {removing && (
        <Confirm
          title={t("groups.remove.title")}
          text={t("groups.remove.text", { name })}
          action={t("tools.remove.action")}
          onConfirm={remove}
          onClose={() => setRemoving(false)}
        />
      )}
    </li>
  );
}

function MembersOf({ group }: { group: Group }): ReactNode {
  const [open, setOpen] = useState(false);
  return (
    <details className="ps-8 text-sm" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="w-fit cursor-pointer rounded-md text-ink-soft hover:text-ink">
        {t("groups.members", { count: group.member_count })}
      </summary>
      {open && <MemberChoices group={group} />}
    </details>
  );
}

function MemberChoices({ group }: { group: Group }): ReactNode {
  const path = { group_id: group.id };
  const inside = useQuery({
    queryKey: peopleKeys.groupMembers(group.id),
    queryFn: async () => (await unwrap(api.http.GET("/api/v1/groups/{group_id}/members", { params: { path } }))).items,
  });
  const people = usePeople(group.workspace_id);
  const toggle = (userId: string, member: boolean): void => {
    const route = "/api/v1/groups/{group_id}/members/{user_id}" as const;
    const params = { path: { ...path, user_id: userId } };
    unwrap(member ? api.http.DELETE(route, { params }) : api.http.PUT(route, { params }))
      .then(() => queries.invalidateQueries({ queryKey: peopleKeys.groupMembers(group.id) }))
      .then(() => refresh(group.workspace_id))
      .catch(notifyError);
  };
  return (
    <div className="mt-2 space-y-2">
      <Loaded query={inside}>
        {(members) =>
          people.data?.map(({ user_id: id, name, email }) => {
            const member = members.some((each) => each.user_id === id);
            return (
              <CheckField key={id} label={`${name} (${email})`} checked={member} onChange={() => toggle(id, member)} />
            );
          })
        }
      </Loaded>
    </div>
  );
}

function NewGroup({ workspaceId }: { workspaceId: string }): ReactNode {
  const [name, setName] = useState("");
  const [error, setError] = useState<unknown>(null);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setError(null);
    const params = { path: { workspace_id: workspaceId } };
    unwrap(api.http.POST("/api/v1/workspaces/{workspace_id}/groups", { params, body: { name: name.trim() } }))
      .then(() => {
        setName("");
        return refresh(workspaceId);
      })
      .catch(setError);
  };
  return (
    <form onSubmit={submit} className="mt-6 max-w-xl space-y-4">
      {error !== null && <Problem error={error} />}
      <div className="flex items-end gap-3">
        <div className="flex-1">
          <TextField
            label={t("groups.new")}
            value={name}
            required
            maxLength={100}
            onChange={(event) => setName(event.target.value)}
          />
        </div>
        <Button look="primary" type="submit" className="h-10" disabled={name.trim() === ""}>
          {t("groups.make")}
        </Button>
      </div>
    </form>
  );
}
