import type { OpenAI as Package } from "openai";
import type { JsonObject } from "../../diagnostics/json.ts";
import { defaultBaseUrl, type OpenAIOptions } from "./options.ts";

/** Sends a body to `/chat/completions`; rejects with the package's error where the status is no success. */
export type Send = (body: JsonObject, signal: AbortSignal) => Promise<Response>;

/**
 * The `openai` package, imported on first use, with its retries, timers and logs off, and everything that it would read from
 * the environment given here instead (OPENAI_CUSTOM_HEADERS is the one it reads in any case). The request goes through the
 * package's own pipeline (address, authentication, headers, statuses, errors); the reply is taken raw.
 */
export async function openClient(options: OpenAIOptions, fetch: typeof globalThis.fetch): Promise<Send> {
  const sdk = await import("openai");

  // Its name goes out in `user-agent`, so it keeps the package's.
  const Client = class OpenAI extends sdk.OpenAI {
    // The package does not export the types of this method; `never` fits them.
    #auth: Promise<never> | undefined;

    /** The key is the same for every call; the package would build five `Headers` for it each time. */
    protected override authHeaders(request: never): Promise<never> {
      this.#auth ??= super.authHeaders(request) as Promise<never>;
      return this.#auth;
    }

    /** Whoever calls has a clock and a signal of its own: no timer and no second signal for each call. */
    override fetchWithTimeout(url: Parameters<Package["fetchWithTimeout"]>[0], init: RequestInit | undefined): Promise<Response> {
      return fetch(url, { ...init, method: "POST" });
    }
  };

  const client: Package = new Client({
    apiKey: options.api_key,
    adminAPIKey: null,
    baseURL: options.base_url ?? defaultBaseUrl,
    organization: options.organization ?? null,
    project: options.project ?? null,
    webhookSecret: null,
    maxRetries: 0,
    logLevel: "off",
    fetch,
    ...(options.headers === undefined ? {} : { defaultHeaders: options.headers }),
  });
  return (body, signal) => client.post("/chat/completions", { body, signal, stream: true }).asResponse();
}
