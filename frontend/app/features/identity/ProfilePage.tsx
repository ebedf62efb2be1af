/** The signed-in user: name, theme. */
import { useMutation } from "@tanstack/react-query";
import { useState, type FormEvent, type ReactNode } from "react";
import { unwrap } from "@client/api";
import { Button } from "@/components/Button";
import { Select, TextField } from "@/components/Field";
import { notify } from "@/components/notices";
import { Page } from "@/components/Page";
import { Problem } from "@/components/Problem";
import { setTheme, useTheme, type Theme } from "@/components/theme";
import { api, session } from "@/data/client";
import { useSession } from "@/data/session";
import { formatDate, t } from "@/i18n/t";

export function ProfilePage(): ReactNode {
  const user = useSession()?.user;
  const { theme } = useTheme();
  if (!user) return null;
  return (
    <Page
      title={t("profile.title")}
      about={t("profile.about", { email: user.email, date: formatDate(user.created_at) })}
    >
      <div className="max-w-md space-y-10">
        <NameForm name={user.name} />
        <Select
          label={t("theme.title")}
          help={t("theme.help")}
          value={theme}
          onChange={(event) => setTheme(event.target.value as Theme)}
        >
          <option value="system">{t("theme.system")}</option>
          <option value="light">{t("theme.light")}</option>
          <option value="dark">{t("theme.dark")}</option>
        </Select>
      </div>
    </Page>
  );
}

function NameForm({ name: stored }: { name: string }): ReactNode {
  const [name, setName] = useState(stored);
  const save = useMutation({
    mutationFn: () => unwrap(api.http.PATCH("/api/v1/me", { body: { name: name.trim() } })),
    onSuccess: (user) => {
      session.rename(user);
      notify({ text: t("form.saved") });
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit} className="space-y-4">
      {save.error && <Problem error={save.error} />}
      <TextField
        label={t("field.name")}
        value={name}
        required
        maxLength={200}
        autoComplete="name"
        onChange={(event) => setName(event.target.value)}
      />
      <Button
        look="primary"
        type="submit"
        busy={save.isPending}
        disabled={name.trim() === "" || name.trim() === stored}
      >
        {t("form.save")}
      </Button>
    </form>
  );
}
