/** What an edited bot differs in from the stored one. */
import type { BotConfiguration } from "@client/types";

export interface BotDraft {
  name: string;
  description: string;
  configuration: BotConfiguration;
}

export interface BotChange {
  name?: string;
  description?: string;
  configuration?: Partial<BotConfiguration>;
}

/** Only what differs is sent, so that two people editing different keys do not undo each other. */
export function changes(before: BotDraft, after: BotDraft): BotChange {
  const keys = Object.keys(after.configuration) as (keyof BotConfiguration)[];
  const differing = keys.filter(
    (key) => JSON.stringify(after.configuration[key]) !== JSON.stringify(before.configuration[key]),
  );
  return {
    ...(after.name !== before.name && { name: after.name }),
    ...(after.description !== before.description && { description: after.description }),
    ...(differing.length > 0 && {
      configuration: Object.fromEntries(differing.map((key) => [key, after.configuration[key]])),
    }),
  };
}
