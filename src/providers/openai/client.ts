import type { OpenAI as Package } from "openai/index.js";
import type { JsonObject } from "../../diagnostics/json.ts";

/** Sends a body to where it belongs; rejects with the package's error where the status is no success. */
export type Send = (body: JsonObject, signal: AbortSignal) => Promise<Response>;

/** A server, and with what it is spoken to. */
export interface Connection {
  /** Where the API begins. */
  readonly base: string;
  /** Where a body goes, from there on. */
  readonly path: (body: JsonObject) => string;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as `Authorization: Bearer`. */
  readonly key: string;
  /** Over everything else; null takes away what the package would send. */
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly organization?: string;
  readonly project?: string;
  /** Asked before each request for what goes out as `Authorization: Bearer` in place of the key. */
  readonly token?: (signal: AbortSignal) => Promise<string>;
}

type Built = Awaited<ReturnType<Package["buildRequest"]>>;

/**
 * The `openai` package, imported on first use, with its retries, timers and logs off, and everything that it would read from
 * the environment given here instead (OPENAI_CUSTOM_HEADERS is the one it reads in any case). The request goes through the
 * package's own pipeline (address, authentication, headers, statuses, errors); the reply is taken raw.
 */
export async function openClient(connection: Connection, fetch: typeof globalThis.fetch): Promise<Send> {
  // The same package in its CommonJS form: its four hundred small modules load in three quarters of the time.
  const sdk = await import("openai/index.js");
  const { token } = connection;

  // Its name goes out in `user-agent`, so it keeps the package's.
  const Client = class OpenAI extends sdk.OpenAI {
    /** By path. */
    readonly #built = new Map<string, Promise<Built>>();

    /**
     * All requests to one path differ in their body alone, and in a token that changes. The package would build seven `Headers`
     * for each, which costs as much as sending it.
     */
    override async buildRequest(...args: Parameters<Package["buildRequest"]>): Promise<Built> {
      const [{ path, body, signal }] = args;
      let built = this.#built.get(path);
      if (built === undefined) {
        built = super
          .buildRequest(...args)
          .then(({ req, ...rest }) => ({ ...rest, req: { ...req, headers: Object.fromEntries(req.headers) as unknown as Headers } }));
        this.#built.set(path, built);
      }
      const { req, url, timeout } = await built;
      const sent = { ...req, body: JSON.stringify(body), signal: signal ?? null };
      if (token !== undefined) sent.headers = { ...req.headers, authorization: `Bearer ${await token(signal as AbortSignal)}` } as unknown as Headers;
      return { req: sent, url, timeout };
    }

    /** Whoever calls has a clock and a signal of its own: no timer and no second signal for each call. */
    override fetchWithTimeout(url: Parameters<Package["fetchWithTimeout"]>[0], init: RequestInit | undefined): Promise<Response> {
      return fetch(url, { ...init, method: "POST" });
    }
  };

  const client: Package = new Client({
    apiKey: connection.key,
    adminAPIKey: null,
    baseURL: connection.base,
    organization: connection.organization ?? null,
    project: connection.project ?? null,
    webhookSecret: null,
    maxRetries: 0,
    logLevel: "off",
    // It refuses to start in a browser, where a key can be read. Whether there is a key in the page is for whoever hands one in.
    dangerouslyAllowBrowser: true,
    fetch,
    ...(connection.headers === undefined ? {} : { defaultHeaders: connection.headers }),
    ...(connection.query === undefined ? {} : { defaultQuery: connection.query }),
  });
  return (body, signal) => client.post(connection.path(body), { body, signal, stream: true }).asResponse();
}
