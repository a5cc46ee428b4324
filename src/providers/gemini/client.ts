import type { GoogleGenAIOptions } from "@google/genai";
import type { JsonObject } from "../../diagnostics/json.ts";
import { optionalPackage } from "../../diagnostics/optional-package.ts";
import { baseOf, isVertex, locationOf, versionOf } from "./endpoint.ts";
import type { GeminiOptions } from "./options.ts";

/** Sends a body to `streamGenerateContent` and gives the reply as it is, of whatever status. Rejects where none came. */
export type Send = (model: string, body: JsonObject, signal: AbortSignal) => Promise<Response>;

/** What was thrown before anything was asked: by the package itself, or on the way to a token. */
export class NotAsked extends Error {
  override readonly name = "NotAsked";
}

/**
 * The `@google/genai` package, imported on first use, with its retries and its continuing of replies off. Address,
 * authentication and headers are its own. Its `httpOptions.fetch`, given with each call, is where our body goes in and the
 * reply comes out: the package drops fields of parts that it does not know (and throws for some), the headers of an error
 * and `finishMessage`, fails where the last event has no blank line behind it, and leaves the socket open when reading stops.
 *
 * Everything that it would take from the environment is given here. Where GOOGLE_API_KEY and GEMINI_API_KEY are both set, or one
 * of them or GOOGLE_CLOUD_PROJECT beside options that outrank it, it says so on the console, which cannot be switched off.
 */
export async function openClient(options: GeminiOptions, fetch: typeof globalThis.fetch): Promise<Send> {
  const { GoogleGenAI } = await optionalPackage("@google/genai", () => import("@google/genai"));
  const client = new GoogleGenAI({
    vertexai: isVertex(options),
    ...(options.api_key === undefined ? {} : { apiKey: options.api_key }),
    ...(options.project === undefined ? {} : { project: options.project, location: locationOf(options) }),
    ...googleAuth(options, fetch),
    apiVersion: versionOf(options),
    httpOptions: { baseUrl: baseOf(options), retryOptions: { attempts: 1 } },
  });

  return (model, body, signal) =>
    new Promise((resolve, reject) => {
      let asked = false;
      const send: typeof globalThis.fetch = async (url, init) => {
        asked = true;
        const headers = new Headers(init?.headers);
        for (const [name, value] of Object.entries(options.headers ?? {})) headers.set(name, value);
        resolve(await fetch(url, { ...init, headers, body: JSON.stringify(body), signal }));
        return new Response();
      };
      // A token is fetched for all that wait for it: whoever is told to stop goes without it.
      const onAbort = () => reject(signal.reason);
      signal.addEventListener("abort", onAbort);
      client.models
        .generateContentStream({ model, contents: " ", config: { automaticContinuation: false, httpOptions: { fetch: send } } })
        .catch((thrown: unknown) => reject(asked ? thrown : new NotAsked("", { cause: thrown })))
        .finally(() => signal.removeEventListener("abort", onAbort));
    });
}

/** How to sign in to Google Cloud, in the words of `google-auth-library`, which then looks nowhere itself. */
function googleAuth({ access_token: token, credentials }: GeminiOptions, fetch: typeof globalThis.fetch): Pick<GoogleGenAIOptions, "googleAuthOptions"> {
  if (token !== undefined) {
    // The one method of its clients that is called; a client of its own would refresh what cannot be refreshed.
    const authClient = { getRequestHeaders: async () => new Headers({ authorization: `Bearer ${token}` }) };
    return { googleAuthOptions: { authClient: authClient as never } };
  }
  if (credentials === undefined) return {};
  // Fetching a token again is left to whoever repeats the request.
  const transporterOptions = { fetchImplementation: fetch, retryConfig: { retry: 0, noResponseRetries: 0 } };
  return { googleAuthOptions: { keyFilename: credentials, clientOptions: { transporterOptions } } };
}
