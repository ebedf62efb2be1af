/** The door: sign in, or on a fresh server make the account that owns it. */
import { useState, type FormEvent, type ReactNode } from "react";
import { ApiError } from "@client/problem";
import { Button } from "@/components/Button";
import { TextField } from "@/components/Field";
import { Logo } from "@/components/Logo";
import { Skeletons, useTitle } from "@/components/Page";
import { Problem } from "@/components/Problem";
import { t, type Key } from "@/i18n/t";
import { useAuthStatus, useRegister, useSignIn } from "./useSignIn";

type Mode = "login" | "register" | "first";

const heads: Record<Mode, { title: Key; about: Key }> = {
  login: { title: "signIn.title", about: "signIn.about" },
  register: { title: "signUp.title", about: "signUp.about" },
  first: { title: "signUp.first.title", about: "signUp.first.about" },
};

export function SignInPage(): ReactNode {
  const status = useAuthStatus();
  const [chosen, setChosen] = useState<"login" | "register">("login");
  const mode: Mode = status.data?.has_users === false ? "first" : chosen;
  const { title, about } = heads[mode];
  useTitle(t(title));

  return (
    <main className="grid h-full overflow-y-auto bg-canvas lg:grid-cols-[minmax(0,5fr)_minmax(0,6fr)]">
      <div className="flex flex-col px-6 py-8 sm:px-12">
        <Logo />
        <div className="m-auto w-full max-w-sm py-10">
          <h1 className="text-2xl font-semibold tracking-tight">{t(title)}</h1>
          <p className="mt-2 mb-7 text-ink-soft">{t(about)}</p>
          {status.error && <Problem error={status.error} onRetry={() => void status.refetch()} />}
          {status.isPending && (
            <div className="space-y-4">
              <Skeletons count={3} className="h-14" />
            </div>
          )}
          {status.data && (mode === "login" ? <SignInForm /> : <SignUpForm first={mode === "first"} />)}
          {status.data?.registration_open && mode !== "first" && <OtherMode mode={mode} onChange={setChosen} />}
        </div>
      </div>
      <Showcase />
    </main>
  );
}

function OtherMode({
  mode,
  onChange,
}: {
  mode: "login" | "register";
  onChange: (mode: "login" | "register") => void;
}): ReactNode {
  const login = mode === "login";
  return (
    <p className="mt-6 text-sm text-ink-soft">
      {t(login ? "signIn.noAccount" : "signUp.haveAccount")}{" "}
      <button
        type="button"
        className="font-medium text-accent underline underline-offset-4"
        onClick={() => onChange(login ? "register" : "login")}
      >
        {t(login ? "signUp.action" : "signIn.action")}
      </button>
    </p>
  );
}

function SignInForm(): ReactNode {
  const signIn = useSignIn();
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    signIn.mutate({ email: text(form, "email"), password: secret(form) });
  };
  return (
    <form onSubmit={submit} className="space-y-5">
      {signIn.error && <Problem error={signIn.error} />}
      <TextField label={t("field.email")} name="email" type="email" autoComplete="username" required />
      <TextField label={t("field.password")} name="password" type="password" autoComplete="current-password" required />
      <Button look="primary" type="submit" className="h-10 w-full" busy={signIn.isPending}>
        {t("signIn.action")}
      </Button>
    </form>
  );
}

function SignUpForm({ first }: { first: boolean }): ReactNode {
  const register = useRegister();
  const fields = register.error instanceof ApiError ? register.error.fields : {};
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    register.mutate({
      email: text(form, "email"),
      name: text(form, "name"),
      password: secret(form),
      workspaceName: text(form, "workspace"),
    });
  };
  return (
    <form onSubmit={submit} className="space-y-5">
      {register.error && <Problem error={register.error} />}
      <TextField label={t("field.name")} name="name" autoComplete="name" required maxLength={200} error={fields.name} />
      <TextField
        label={t("field.email")}
        name="email"
        type="email"
        autoComplete="username"
        required
        error={fields.email}
      />
      <TextField
        label={t("field.password")}
        name="password"
        type="password"
        autoComplete="new-password"
        required
        minLength={8}
        help={t("signUp.password.help")}
        error={fields.password}
      />
      {!first && (
        <TextField
          label={t("signUp.workspace")}
          name="workspace"
          autoComplete="organization"
          maxLength={200}
          help={t("signUp.workspace.help")}
          error={fields.workspace_name}
        />
      )}
      <Button look="primary" type="submit" className="h-10 w-full" busy={register.isPending}>
        {t(first ? "signUp.first.action" : "signUp.action")}
      </Button>
    </form>
  );
}

const secret = (form: FormData): string => String(form.get("password") ?? "");
const text = (form: FormData, name: string): string => String(form.get(name) ?? "").trim();

/** What the product does, shown as it does it: a sentence, its source, and the words that hold it. */
function Showcase(): ReactNode {
  return (
    <aside
      aria-label={t("promise.label")}
      className="hidden flex-col justify-center border-s border-line bg-surface px-16 py-12 lg:flex"
    >
      <div className="max-w-xl">
        <p className="text-lg font-[620] tracking-tight">{t("promise.question")}</p>
        <p className="mt-3 text-read">
          {t("promise.answer")}{" "}
          <span className="inline-grid h-[1.35em] min-w-[1.35em] -translate-y-[0.15em] place-items-center rounded-[0.35em] bg-accent-soft align-middle text-[0.72em] leading-none font-semibold text-accent">
            1
          </span>
        </p>
        <figure className="mt-7 rounded-xl border border-line bg-canvas p-5">
          <figcaption className="mb-2 flex justify-between gap-4 text-sm">
            <span className="font-medium">{t("promise.document")}</span>
            <span className="text-ink-soft">{t("passages.page", { page: 3 })}</span>
          </figcaption>
          <p className="text-ink-soft">
            {t("promise.before")}{" "}
            <mark className="bg-mark box-decoration-clone px-0.5 text-on-mark">{t("promise.passage")}</mark>{" "}
            {t("promise.after")}
          </p>
        </figure>
        <p className="mt-8 max-w-md text-ink-soft">{t("promise.text")}</p>
      </div>
    </aside>
  );
}
