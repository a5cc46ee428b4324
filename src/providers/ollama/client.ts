import type { JsonObject } from "../../diagnostics/json.ts";
import { optionalPackage } from "../../diagnostics/optional-package.ts";
import { type OllamaContext, statusError } from "./errors.ts";
import { defaultBaseUrl, type OllamaOptions } from "./options.ts";

/** Sends a body to `/api/chat`; rejects with a `ProviderError` where the status is no success. */
export type Send = (body: JsonObject, context: OllamaContext) => Promise<Response>;

/**
 * The `ollama` package, imported on first use. It takes no signal, shows neither status text nor headers, writes to the
 * console about replies it cannot read and passes over lines that are no JSON. So it gets a client for each request, whose
 * fetch uses that request's signal, refuses with what the server said, and keeps the reply, which is read here.
 */
export async function openClient(options: OllamaOptions, fetch: typeof globalThis.fetch): Promise<Send> {
  // The form for browsers: the other one reads a file where an image's base64 is also a path.
  const { Ollama } = await optionalPackage("ollama", () => import("ollama/browser"));
  const own = ownHeaders(options);

  return async (body, context) => {
    let reply: Response | undefined;
    const client = new Ollama({
      host: options.base_url ?? defaultBaseUrl,
      async fetch(address, init) {
        const response = await fetch(address, { ...init, headers: withOwn(init?.headers, own), signal: context.signal });
        if (!response.ok) throw statusError(response.status, await response.text(), response.headers, context);
        reply = response;
        return response;
      },
    });
    await client.chat(body as unknown as Parameters<typeof client.chat>[0]);
    return reply as unknown as Response;
  };
}

function ownHeaders({ api_key: key, headers = {} }: OllamaOptions): Readonly<Record<string, string>> {
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return { ...(key === undefined ? {} : { authorization: `Bearer ${key}` }), ...Object.fromEntries(lower) };
}

/** The package's headers with ours over them. Towards ollama.com it adds a key from the environment, which nobody gave it. */
function withOwn(headers: RequestInit["headers"], own: Readonly<Record<string, string>>): Record<string, string> {
  const theirs = Object.entries((headers ?? {}) as Readonly<Record<string, string>>).map(([name, value]) => [name.toLowerCase(), value]);
  return { ...Object.fromEntries(theirs.filter(([name]) => name !== "authorization")), ...own };
}
