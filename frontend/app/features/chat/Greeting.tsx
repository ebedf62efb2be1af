/** The blank page of a bot: who answers, from what, and questions to begin with. */
import { ArrowRight } from "lucide-react";
import type { ReactNode } from "react";
import type { Bot } from "@client/types";
import { t } from "@/i18n/t";

interface Props {
  bot: Bot;
  onAsk: (question: string) => void;
}

export function Greeting({ bot, onAsk }: Props): ReactNode {
  const { greeting, suggested_questions: questions } = bot.configuration;
  return (
    <div tabIndex={0} className="flex min-h-0 flex-1 flex-col overflow-y-auto scroll-thin -outline-offset-2">
      <div className="m-auto w-full max-w-read px-4 py-8 sm:px-6">
        <p className="text-sm font-medium text-accent">{bot.name}</p>
        <h2 dir="auto" className="mt-2 text-xl font-semibold tracking-tight whitespace-pre-line sm:text-2xl">
          {greeting || t("chat.greeting")}
        </h2>
        {bot.description && <p className="mt-3 max-w-prose text-ink-soft">{bot.description}</p>}
        {questions.length > 0 && (
          <ul className="mt-8 border-t border-line" aria-label={t("chat.suggested")}>
            {questions.map((question) => (
              <li key={question} className="border-b border-line">
                <button
                  type="button"
                  dir="auto"
                  onClick={() => onAsk(question)}
                  className="group flex w-full items-center justify-between gap-4 py-3 text-start transition-colors hover:text-accent"
                >
                  {question}
                  <ArrowRight
                    aria-hidden
                    className="size-4 shrink-0 text-ink-faint transition-transform group-hover:translate-x-0.5 group-hover:text-accent rtl:-scale-x-100"
                  />
                </button>
              </li>
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}
