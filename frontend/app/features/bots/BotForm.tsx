/** Every key of a bot's configuration with what it does, and one place to save. */
import type { FormEvent, ReactNode } from "react";
import { Button } from "@/components/Button";
import { Select, TextArea, TextField } from "@/components/Field";
import { Problem } from "@/components/Problem";
import { useModels } from "@/data/bots";
import { t } from "@/i18n/t";
import { CollectionChoice } from "./CollectionChoice";
import { Examples } from "./Examples";
import { LinesField } from "./LinesField";
import type { BotEditor } from "./useBotEditor";

interface Props {
  workspaceId: string;
  editor: BotEditor;
  readOnly: boolean;
}

export function BotForm({ workspaceId, editor, readOnly }: Props): ReactNode {
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    editor.save();
  };
  return (
    <form onSubmit={submit} className="max-w-xl">
      <fieldset disabled={readOnly} className="min-w-0 space-y-12">
        <Section title={t("bot.section.about")}>
          <About editor={editor} />
        </Section>
        <Section title={t("bot.section.knowledge")}>
          <CollectionChoice
            workspaceId={workspaceId}
            value={editor.draft.configuration.collections}
            onChange={(collections) => editor.configure({ collections })}
          />
          <NumberKey editor={editor} name="retriever_k" min={1} max={50} />
        </Section>
        <Section title={t("bot.section.model")}>
          <ModelKeys editor={editor} />
        </Section>
        <Section title={t("bot.section.instructions")}>
          <Instructions editor={editor} />
        </Section>
        <Section title={t("bot.section.reach")}>
          <LinesKey editor={editor} name="tools" />
          <LinesKey editor={editor} name="guardrails" />
        </Section>
      </fieldset>
      {!readOnly && <SaveBar editor={editor} />}
    </form>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }): ReactNode {
  return (
    <section className="space-y-6">
      <h2 className="border-b border-line pb-2 font-semibold tracking-tight">{title}</h2>
      {children}
    </section>
  );
}

function About({ editor: { draft, set, configure, errorOf } }: { editor: BotEditor }): ReactNode {
  const { greeting, suggested_questions } = draft.configuration;
  return (
    <>
      <TextField
        label={t("bot.name")}
        value={draft.name}
        required
        maxLength={100}
        error={errorOf("name")}
        onChange={(event) => set({ name: event.target.value })}
      />
      <TextArea
        label={t("bot.description")}
        help={t("bot.description.help")}
        value={draft.description}
        error={errorOf("description")}
        onChange={(event) => set({ description: event.target.value })}
      />
      <TextArea
        label={t("bot.greeting")}
        help={t("bot.greeting.help")}
        value={greeting}
        error={errorOf("greeting")}
        onChange={(event) => configure({ greeting: event.target.value })}
      />
      <LinesField
        label={t("bot.suggested_questions")}
        help={t("bot.suggested_questions.help")}
        value={suggested_questions}
        error={errorOf("suggested_questions")}
        onChange={(lines) => configure({ suggested_questions: lines })}
      />
    </>
  );
}

function ModelKeys({ editor }: { editor: BotEditor }): ReactNode {
  const { draft, configure, errorOf } = editor;
  const { agent_type, llm_model } = draft.configuration;
  const models = useModels().data;
  const fallback = models?.items.find((model) => model.name === models.default)?.label ?? "";
  const chosen = models?.items.find((model) => model.name === (llm_model ?? models.default));
  return (
    <>
      <Select
        label={t("bot.agent_type")}
        help={t(`bot.agent_type.${agent_type}`)}
        value={agent_type}
        error={errorOf("agent_type")}
        onChange={(event) => configure({ agent_type: event.target.value as typeof agent_type })}
      >
        <option value="rag">{t("bot.agent_type.rag.name")}</option>
        <option value="tools">{t("bot.agent_type.tools.name")}</option>
        <option value="plain">{t("bot.agent_type.plain.name")}</option>
      </Select>
      <TextField
        label={t("bot.llm_model")}
        help={[t("bot.llm_model.help"), chosen?.note].filter(Boolean).join(" ")}
        list="bot-models"
        placeholder={t("bot.llm_model.default", { model: fallback })}
        value={llm_model ?? ""}
        error={errorOf("llm_model")}
        onChange={(event) => configure({ llm_model: event.target.value.trim() || null })}
      />
      <datalist id="bot-models">
        {models?.items.map((model) => (
          <option key={model.name} value={model.name}>
            {model.label}
          </option>
        ))}
      </datalist>
      <LinesKey editor={editor} name="fallbacks" />
      <NumberKey editor={editor} name="temperature" min={0} max={2} step={0.1} />
    </>
  );
}

function Instructions({ editor }: { editor: BotEditor }): ReactNode {
  const { draft, configure, errorOf } = editor;
  return (
    <>
      <TextArea
        label={t("bot.system_prompt")}
        help={t("bot.system_prompt.help")}
        rows={6}
        value={draft.configuration.system_prompt}
        error={errorOf("system_prompt")}
        onChange={(event) => configure({ system_prompt: event.target.value })}
      />
      <Examples value={draft.configuration.few_shot} onChange={(few_shot) => configure({ few_shot })} />
      <NumberKey editor={editor} name="chat_history_length" min={0} max={100} />
    </>
  );
}

interface NumberProps {
  editor: BotEditor;
  name: "temperature" | "retriever_k" | "chat_history_length";
  min: number;
  max: number;
  step?: number;
}

function NumberKey({ editor: { draft, configure, errorOf }, name, min, max, step = 1 }: NumberProps): ReactNode {
  return (
    <TextField
      label={t(`bot.${name}`)}
      help={t(`bot.${name}.help`)}
      type="number"
      inputMode="decimal"
      required
      min={min}
      max={max}
      step={step}
      value={Number.isNaN(draft.configuration[name]) ? "" : draft.configuration[name]}
      error={errorOf(name)}
      onChange={(event) => configure({ [name]: event.target.valueAsNumber })}
      className="max-w-32 tabular-nums"
    />
  );
}

function LinesKey({
  editor: { draft, configure, errorOf },
  name,
}: {
  editor: BotEditor;
  name: "fallbacks" | "tools" | "guardrails";
}): ReactNode {
  return (
    <LinesField
      label={t(`bot.${name}`)}
      help={t(`bot.${name}.help`)}
      value={draft.configuration[name]}
      error={errorOf(name)}
      onChange={(lines) => configure({ [name]: lines })}
    />
  );
}

/** Stays in sight while anything is unsaved. */
function SaveBar({ editor }: { editor: BotEditor }): ReactNode {
  if (!editor.changed && !editor.error) return null;
  return (
    <div className="enter sticky bottom-4 mt-10 space-y-3 rounded-xl border border-line bg-raised p-3 shadow-raised">
      {editor.error !== null && editor.error !== undefined && <Problem error={editor.error} />}
      <div className="flex items-center gap-2">
        <p className="flex-1 ps-2 text-sm text-ink-soft">{t("form.unsaved")}</p>
        <Button onClick={editor.revert}>{t("form.revert")}</Button>
        <Button look="primary" type="submit" busy={editor.saving}>
          {t("form.save")}
        </Button>
      </div>
    </div>
  );
}
