/** Questions with the answers they should get, shown to the model as examples. */
import { Plus, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import type { BotConfiguration } from "@client/types";
import { Button, IconButton } from "@/components/Button";
import { TextArea } from "@/components/Field";
import { t } from "@/i18n/t";

type Example = BotConfiguration["few_shot"][number];

interface Props {
  value: readonly Example[];
  onChange: (examples: Example[]) => void;
}

export function Examples({ value, onChange }: Props): ReactNode {
  const set = (index: number, change: Partial<Example>): void =>
    onChange(value.map((example, at) => (at === index ? { ...example, ...change } : example)));
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1.5 text-sm font-medium">{t("bot.few_shot")}</legend>
      <ol className="space-y-4">
        {value.map((example, index) => (
          <li key={index} className="relative space-y-3 rounded-lg border border-line p-4">
            <IconButton
              className="absolute end-2 top-2"
              label={t("bot.few_shot.remove", { number: index + 1 })}
              icon={<Trash2 aria-hidden />}
              onClick={() => onChange(value.filter((_, at) => at !== index))}
            />
            <TextArea
              label={t("bot.few_shot.question")}
              rows={1}
              className="min-h-10"
              value={example.question}
              onChange={(event) => set(index, { question: event.target.value })}
            />
            <TextArea
              label={t("bot.few_shot.answer")}
              rows={2}
              value={example.answer}
              onChange={(event) => set(index, { answer: event.target.value })}
            />
          </li>
        ))}
      </ol>
      <Button className="mt-3" onClick={() => onChange([...value, { question: "", answer: "" }])}>
        <Plus aria-hidden className="size-4" />
        {t("bot.few_shot.add")}
      </Button>
      <p className="mt-1.5 text-sm text-ink-soft">{t("bot.few_shot.help")}</p>
    </fieldset>
  );
}
