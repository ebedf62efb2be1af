/** Which model answers, said where the answers are; the built-in one is never passed off as more. */
import type { ReactNode } from "react";
import type { Bot } from "@client/types";
import { useModels } from "@/data/bots";
import { t } from "@/i18n/t";

export function ModelNote({ bot }: { bot: Bot }): ReactNode {
  const { data: models } = useModels();
  if (!models) return <p className="h-5" />;
  const name = bot.configuration.llm_model ?? models.default;
  const model = models.items.find((item) => item.name === name);
  return (
    <p className="min-h-5 px-4 text-center text-xs text-ink-faint">
      <span className="font-medium text-ink-soft">{model?.label ?? name}</span>
      {model?.note ? ` · ${model.note}` : ` · ${t("chat.mayErr")}`}
    </p>
  );
}
