/** One door to the server: JSON in, JSON out, every refusal as a `Problem`. */
import { readJson, Unreadable, writeJson } from "../lib/json.ts";
import type { Fault } from "./types.ts";

const PREFIX = "/api/v1";

export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors: Fault[];
  readonly requestId: string;

  constructor(status: number, body: Partial<Record<string, unknown>>) {
    const detail = text(body["detail"]) || text(body["title"]) || `HTTP ${String(status)}`;
    super(detail);
    this.name = "Problem";
    this.status = status;
    this.code = text(body["code"]);
    this.detail = detail;
    this.errors = Array.isArray(body["errors"]) ? (body["errors"] as Fault[]) : [];
    this.requestId = text(body["request_id"]);
  }

  /** True when the server was never reached. */
  get offline(): boolean {
    return this.status === 0;
  }
}

/** Send one request, JSON or a blob as it is; resolves to the decoded body (undefined without one), else throws `Problem`. */
export async function request<T>(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<T> {
  const sent: Record<string, string> = { Accept: "application/json", ...headers };
  if (method !== "GET") sent["X-Relata-Request"] = "1";
  if (body !== undefined) sent["Content-Type"] = body instanceof Blob ? body.type : "application/json";
  const response = await reach(PREFIX + path, {
    method,
    headers: sent,
    credentials: "same-origin",
    ...(body === undefined ? {} : { body: body instanceof Blob ? body : encode(body) }),
  });
  const decoded = await decode(response);
  if (!response.ok) throw new Problem(response.status, asObject(decoded));
  return decoded as T;
}

async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch {
    throw new Problem(0, { code: "offline" });
  }
}

/** What cannot be read is refused here, with the field that it was typed into. */
function encode(body: unknown): string {
  return writeJson(body, 0, (key, value) => {
    if (!(value instanceof Unreadable)) return value;
    throw new Problem(422, { code: "invalid", detail: value.message, errors: [{ pointer: `/${key}`, code: "bad_json", message: value.message }] });
  });
}

async function decode(response: Response): Promise<unknown> {
  const content = await response.text();
  if (content === "") return undefined;
  try {
    return readJson(content);
  } catch {
    return { detail: content.slice(0, 200) };
  }
}

function asObject(value: unknown): Partial<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
