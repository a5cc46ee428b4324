import type { JsonObject } from "../../diagnostics/json.ts";
import { optionalPackage } from "../../diagnostics/optional-package.ts";
import type { FailureContext } from "../common/failure.ts";
import { statusError } from "./errors.ts";
import { type CohereOptions, defaultBaseUrl } from "./options.ts";

/** Sends a body to `/v2/chat`; rejects with a `ProviderError` where the status is no success. */
export type Send = (body: JsonObject, context: FailureContext) => Promise<Response>;

/**
 * The `cohere-ai` package, imported on first use, with its retries and logs off; it has no timer unless one is set. The key is
 * given, so that it does not look for CO_API_KEY. The request goes through the package's own `fetch` (address,
 * authentication, headers) with the body as it stands, because its `chatStream` takes a body in other names and translates it,
 * and the reply is taken raw, because its reader takes a text that holds "[DONE]" for the end of the stream.
 */
export async function openClient(options: CohereOptions, fetch: typeof globalThis.fetch): Promise<Send> {
  const { CohereClientV2 } = await optionalPackage("cohere-ai", () => import("cohere-ai"));
  const client = new CohereClientV2({
    token: options.api_key,
    baseUrl: options.base_url ?? defaultBaseUrl,
    maxRetries: 0,
    logging: { silent: true },
    fetch,
    ...(options.client_name === undefined ? {} : { clientName: options.client_name }),
  });
  const headers = options.headers ?? {};

  return async (body, context) => {
    const init = { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json", accept: "text/event-stream" } };
    const response = await client.fetch("v2/chat", init, { maxRetries: 0, abortSignal: context.signal, headers });
    if (!response.ok) throw statusError(response.status, await response.text(), response.headers, context);
    return response;
  };
}
