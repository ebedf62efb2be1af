/** One server, and the slow model it can reach, for all end-to-end tests. */
import type { TestProject } from "vitest/node";
import { startServer } from "./server";
import { startSlowModel } from "./slow-model";

declare module "vitest" {
  export interface ProvidedContext {
    url: string;
    /** False where the tests were pointed at a server that does not know the slow model. */
    slowModel: boolean;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const model = await startSlowModel();
  const server = await startServer({
    PARLEY_OPENAI_BASE_URL: model.url,
    PARLEY_OPENAI_API_KEY: "any",
    PARLEY_DEFAULT_MODEL: "extractive:default",
  });
  project.provide("url", server.url);
  project.provide("slowModel", server.own);
  return async () => {
    await server.stop();
    model.stop();
  };
}
