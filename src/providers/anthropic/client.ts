import type { JsonObject } from "../../diagnostics/json.ts";
import { optionalPackage } from "../../diagnostics/optional-package.ts";
import { type AnthropicOptions, defaultBaseUrl } from "./options.ts";

/** Sends a body to `/v1/messages`; rejects with the package's error where the status is no success. */
export type Send = (body: JsonObject, signal: AbortSignal) => Promise<Response>;

/**
 * The `@anthropic-ai/sdk` package, imported on first use, with its retries, timers, traces and logs off, and everything that
 * it would read from the environment or from its own folder given here instead. The request goes through the package's own
 * pipeline (address, authentication, headers, statuses, errors); the reply is taken raw. `messages.create` is passed over:
 * it prints what it has to say of a model to the console. Throws a `RunError` where the package is not installed.
 */
export async function openClient(options: AnthropicOptions, fetch: typeof globalThis.fetch): Promise<Send> {
  // The client by itself, in its CommonJS form, loads in two thirds of the time.
  const sdk = await optionalPackage("@anthropic-ai/sdk", () => import("@anthropic-ai/sdk/client.js"));
  type Package = InstanceType<typeof sdk.Anthropic>;
  type Built = Awaited<ReturnType<Package["buildRequest"]>>;

  const Client = class extends sdk.Anthropic {
    #built: Promise<Built> | undefined;

    /** All requests differ in their body alone. The package would build several `Headers` for each, which costs as much as sending it. */
    override async buildRequest(...args: Parameters<Package["buildRequest"]>): Promise<Built> {
      this.#built ??= super
        .buildRequest(...args)
        .then(({ req, ...rest }) => ({ ...rest, req: { ...req, headers: Object.fromEntries(req.headers) as unknown as Headers } }));
      const { req, url, timeout } = await this.#built;
      const [{ body, signal }] = args;
      return { req: { ...req, body: JSON.stringify(body), signal: signal ?? null }, url, timeout };
    }

    /**
     * Whoever calls has a clock and a signal of its own: no timer and no second signal for each call. Of an error that
     * mentions a timeout, itself or in its cause, the package keeps nothing, so the error stands one deeper.
     */
    override async fetchWithTimeout(url: Parameters<Package["fetchWithTimeout"]>[0], init: RequestInit | undefined): Promise<Response> {
      try {
        return await fetch(url, { ...init, method: "POST" });
      } catch (cause) {
        throw new Error("unanswered", { cause: new Error("unanswered", { cause }) });
      }
    }
  };

  const keyHeaders = options.key_header === "x_api_key" ? { authorization: null, "x-api-key": options.api_key } : {};
  const defaultHeaders = { ...keyHeaders, ...options.headers };
  const client: Package = new Client({
    apiKey: options.api_key,
    webhookKey: null,
    baseURL: options.base_url ?? defaultBaseUrl,
    maxRetries: 0,
    logLevel: "off",
    openTelemetry: false,
    fetch,
    defaultHeaders,
  });
  // It has added those of ANTHROPIC_CUSTOM_HEADERS, and reads that in any case.
  Object.assign(client, { _options: { defaultHeaders } });
  return (body, signal) => client.post("/v1/messages", { body, signal, stream: true }).asResponse();
}
