/** The one error every call to the API throws: what happened, the way out, and the id to quote. */

export interface Problem {
  title?: string;
  status?: number;
  detail?: string;
  code?: string;
  hint?: string | null;
  request_id?: string | null;
  errors?: { field: string; message: string }[] | null;
}

/** `code` is stable and meant for branching; `message` is a sentence for a person. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly hint: string;
  readonly requestId: string;
  readonly fields: Readonly<Record<string, string>>;

  constructor(problem: Problem) {
    super(problem.detail || problem.title || `The server answered ${problem.status ?? "nothing"}.`);
    this.name = "ApiError";
    this.status = problem.status ?? 0;
    this.code = problem.code ?? "unknown";
    this.hint = problem.hint ?? "";
    this.requestId = problem.request_id ?? "";
    this.fields = Object.fromEntries((problem.errors ?? []).map((each) => [each.field, each.message]));
  }

  /** True when no server was reached, so that the same call may simply be made again. */
  get isUnreachable(): boolean {
    return this.code === "unreachable";
  }
}

export function unreachable(): ApiError {
  return new ApiError({
    code: "unreachable",
    detail: "The server cannot be reached.",
    hint: "Check your connection; nothing you wrote is lost.",
  });
}

/** Reads the problem of a reply that is not ok, whatever a proxy on the way made of it. */
export async function problemOf(reply: Response): Promise<ApiError> {
  const requestId = reply.headers.get("X-Request-ID");
  const text = await reply.text().catch(() => "");
  return asApiError(parse(text), reply.status, requestId);
}

export function asApiError(body: unknown, status: number, requestId: string | null): ApiError {
  const problem: Problem = typeof body === "object" && body !== null ? body : {};
  return new ApiError({ ...problem, status, request_id: problem.request_id ?? requestId });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
