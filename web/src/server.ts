/** Questions to the server: JSON there and back, what it refuses in its own words. */

export class Refusal extends Error {
  constructor(
    message: string,
    readonly status: number,
    /** More of it, such as what is wrong with which zone. */
    readonly details: readonly string[] = [],
  ) {
    super(message);
  }
}

/** Asks for `path`, such as "v1/alerts"; throws Refusal, with status 0 where the server can't be reached. */
export async function ask<Answer>(path: string, method = "GET", body?: unknown): Promise<Answer> {
  const answer = await request(path, method, body);
  return (answer.status === 204 ? undefined : await answer.json()) as Answer;
}

/** The same for what is no JSON, such as an alert's report. */
export async function askForFile(path: string): Promise<Blob> {
  return (await request(path, "GET")).blob();
}

async function request(path: string, method: string, body?: unknown): Promise<Response> {
  const options: RequestInit = { method, credentials: "same-origin" };
  if (body !== undefined) {
    options.headers = { "Content-Type": "application/json" };
    options.body = JSON.stringify(body);
  }
  let answer: Response;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Refusal("the server does not answer", 0);
  }
  if (!answer.ok) throw await refusal(answer);
  return answer;
}

async function refusal(answer: Response): Promise<Refusal> {
  const told: unknown = await answer.json().catch(() => null);
  const detail = isRecord(told) ? (told["detail"] ?? told["error"]) : null;
  if (typeof detail === "string") return new Refusal(detail, answer.status);
  if (Array.isArray(detail)) {
    const words = detail.map((each) => (isRecord(each) ? String(each["msg"] ?? "") : String(each)));
    return new Refusal(words.join("; "), answer.status, words);
  }
  return new Refusal(answer.statusText || `status ${answer.status}`, answer.status);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
