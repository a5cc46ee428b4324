import type { OpenAI as Package } from "openai/index.js";
import type { JsonObject } from "../../diagnostics/json.ts";
import { defaultBaseUrl, type OpenAIOptions } from "./options.ts";

/** Sends a body to `/chat/completions`; rejects with the package's error where the status is no success. */
export type Send = (body: JsonObject, signal: AbortSignal) => Promise<Response>;

type Built = Awaited<ReturnType<Package["buildRequest"]>>;

/**
 * The `openai` package, imported on first use, with its retries, timers and logs off, and everything that it would read from
 * the environment given here instead (OPENAI_CUSTOM_HEADERS is the one it reads in any case). The request goes through the
 * package's own pipeline (address, authentication, headers, statuses, errors); the reply is taken raw.
 */
export async function openClient(options: OpenAIOptions, fetch: typeof globalThis.fetch): Promise<Send> {
  // The same package in its CommonJS form: its four hundred small modules load in three quarters of the time.
  const sdk = await import("openai/index.js");

  // Its name goes out in `user-agent`, so it keeps the package's.
  const Client = class OpenAI extends sdk.OpenAI {
    #built: Promise<Built> | undefined;

    /** All requests differ in their body alone. The package would build seven `Headers` for each, which costs as much as sending it. */
    override async buildRequest(...args: Parameters<Package["buildRequest"]>): Promise<Built> {
      this.#built ??= super
        .buildRequest(...args)
        .then(({ req, ...rest }) => ({ ...rest, req: { ...req, headers: Object.fromEntries(req.headers) as unknown as Headers } }));
      const { req, url, timeout } = await this.#built;
      const [{ body, signal }] = args;
      return { req: { ...req, body: JSON.stringify(body), signal: signal ?? null }, url, timeout };
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
