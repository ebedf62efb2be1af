/** Who belongs to the workspace, with which role. */
import { UserMinus } from "lucide-react";
import { useState, type FormEvent, type ReactNode } from "react";
import { useMutation } from "@tanstack/react-query";
import type { Member, Role } from "@client/types";
import { Button, IconButton } from "@/components/Button";
import { Confirm } from "@/components/Dialog";
import { Select, TextField } from "@/components/Field";
import { notifyError, Problem } from "@/components/Problem";
import { formatDate, t } from "@/i18n/t";
import { usePeople } from "@/data/people";
import { useSession } from "@/data/session";
import { Loaded, Section } from "./Section";
import { addMember, changeRole, removeMember } from "./members";
import type { PartProps } from "./WorkspacePage";

const ROLES: readonly Role[] = ["owner", "admin", "editor", "member", "viewer"];

export function Members({ workspace, mayManage }: PartProps): ReactNode {
  const members = usePeople(workspace.id);
  return (
    <Section title={t("members.title")} about={t("members.about")}>
      <Loaded query={members}>
        {(items) => (
          <ul className="divide-y divide-line border-y border-line">
            {items.map((member) => (
              <MemberRow key={member.user_id} workspaceId={workspace.id} member={member} mayManage={mayManage} />
            ))}
          </ul>
        )}
      </Loaded>
      {mayManage && <AddMember workspaceId={workspace.id} />}
    </Section>
  );
}

interface RowProps {
  workspaceId: string;
  member: Member;
  mayManage: boolean;
}

function MemberRow({ workspaceId, member, mayManage }: RowProps): ReactNode {
  const [removing, setRemoving] = useState(false);
  const self = useSession()?.user.id === member.user_id;
  const { user_id: userId, name, email, role } = member;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3">
      <div className="min-w-40 flex-1">
        <p className="font-medium wrap-anywhere">
          {name}
          {self && <span className="ms-2 text-sm font-normal text-ink-faint">{t("members.you")}</span>}
        </p>
        <p className="text-sm wrap-anywhere text-ink-soft">
          {email} · {t("members.since", { date: formatDate(member.joined_at) })}
        </p>
      </div>
      {mayManage ? (
        <select
          aria-label={t("members.role", { name })}
          value={role}
          onChange={(event) => void changeRole(workspaceId, userId, event.target.value as Role).catch(notifyError)}
          className="h-9 rounded-md border border-line-strong bg-surface ps-2.5 pe-7 text-sm"
        >
          {ROLES.map((each) => (
            <option key={each} value={each}>
              {t(`role.${each}`)}
            </option>
          ))}
        </select>
      ) : (
        <span className="text-sm text-ink-soft">{t(`role.${role}`)}</span>
      )}
      {mayManage && !self && (
        <IconButton
          look="danger"
          label={t("members.remove", { name })}
          icon={<UserMinus aria-hidden />}
          onClick={() => setRemoving(true)}
        />
      )}
      {removing && (
        <Confirm
          title={t("members.remove.title")}
          text={t("members.remove.text", { name })}
          action={t("members.remove.action")}
          onConfirm={() => removeMember(workspaceId, userId)}
          onClose={() => setRemoving(false)}
        />
      )}
    </li>
  );
}

function AddMember({ workspaceId }: { workspaceId: string }): ReactNode {
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("member");
  const add = useMutation({
    mutationFn: () => addMember(workspaceId, email.trim(), role),
    onSuccess: () => setEmail(""),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    add.mutate();
  };
  return (
    <form onSubmit={submit} className="mt-6 max-w-xl space-y-4">
      {add.error && <Problem error={add.error} />}
      <div className="flex flex-wrap items-end gap-3">
        <div className="min-w-56 flex-1">
          <TextField
            label={t("members.email")}
            type="email"
            required
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        </div>
        <div className="w-36">
          <Select label={t("members.newRole")} value={role} onChange={(event) => setRole(event.target.value as Role)}>
            {ROLES.map((each) => (
              <option key={each} value={each}>
                {t(`role.${each}`)}
              </option>
            ))}
          </Select>
        </div>
        <Button look="primary" type="submit" className="h-10" busy={add.isPending}>
          {t("members.add")}
        </Button>
      </div>
      <p className="text-sm text-ink-soft">{t("members.add.help")}</p>
    </form>
  );
}
