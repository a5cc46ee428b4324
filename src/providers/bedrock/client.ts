import type { BedrockRuntimeClient, BedrockRuntimeClientConfig } from "@aws-sdk/client-bedrock-runtime";
import { onAbort } from "../../agent/abort.ts";
import type { JsonObject } from "../../diagnostics/json.ts";
import { optionalPackage } from "../../diagnostics/optional-package.ts";
import { type BedrockOptions, baseUrl } from "./options.ts";

/** Sends a body for a model and gives the reply as it comes, whatever its status. Rejects where no server answered. */
export type Send = (model: string, body: JsonObject, signal: AbortSignal) => Promise<Response>;

/** A request as the SDK hands it to whoever sends it (`HttpRequest` of `@smithy/core`). */
interface Outgoing {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Record<string, string>;
  body?: unknown;
}

/** Looking for credentials writes warnings to the console where no logger of one's own is given. */
const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };

/**
 * The SDK, imported on first use, with its retries off and all that it would read from the environment or from ~/.aws given
 * here instead; AWS_EXECUTION_ENV alone is read in any case and named in `user-agent`. A request goes through the SDK's own
 * pipeline (credentials, address, headers, signature), with a body of ours in place of the SDK's: what a program writes
 * into `extra` would be dropped where its schemas do not know it. The reply is taken raw. The fetch speaks HTTP/1.1, where
 * the SDK's own handler would speak HTTP/2.
 */
export async function openClient(options: BedrockOptions, fetch: typeof globalThis.fetch): Promise<Send> {
  const name = "@aws-sdk/client-bedrock-runtime";
  const sdk = await optionalPackage(name, () => import("@aws-sdk/client-bedrock-runtime"));
  const client: BedrockRuntimeClient = new sdk.BedrockRuntimeClient({
    ...identity(options),
    region: options.region,
    endpoint: baseUrl(options),
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    maxAttempts: 1,
    retryMode: "standard",
    defaultsMode: "standard",
    disableClockSkewCorrection: false,
    userAgentAppId: () => Promise.resolve(undefined),
    logger: silent,
    // For what the SDK itself asks on the way to credentials (a role, a single sign-on).
    requestHandler: { handle: (request: Outgoing, options?: { readonly abortSignal?: AbortSignal }) => handle(request, options?.abortSignal, fetch) },
  });
  const headers = Object.fromEntries(Object.entries(options.headers ?? {}).map(([key, value]) => [key.toLowerCase(), value]));
  // It would send the trace of a Lambda function along.
  client.middlewareStack.remove("recursionDetectionMiddleware");

  return async (model, body, signal) => {
    signal.throwIfAborted();
    const command = options.stream === false ? new sdk.ConverseCommand({ modelId: model, messages: [] }) : new sdk.ConverseStreamCommand({ modelId: model });
    const stack = command.middlewareStack as BedrockRuntimeClient["middlewareStack"];
    stack.add(
      (next) => (args) => {
        const request = args.request as Outgoing;
        request.body = JSON.stringify(body);
        request.headers["content-type"] = "application/json";
        Object.assign(request.headers, headers);
        return next(args);
      },
      { step: "serialize", priority: "low" },
    );
    // Neither the reply nor what went wrong goes back through the SDK: it would decode the one, and write onto the other.
    let outcome: Promise<Response> | undefined;
    stack.add(
      () => async (args) => {
        const request = args.request as Outgoing;
        // A second time, over the signature: those that Amazon knows had to be signed.
        Object.assign(request.headers, headers);
        outcome = send(request, signal, fetch);
        await outcome.catch(() => undefined);
        return { response: undefined, output: { $metadata: {} } as never };
      },
      { step: "deserialize", priority: "high" },
    );
    await unlessAborted(client.send(command as never), signal);
    return (await outcome) as Response;
  };
}

/** Who asks. What is not written is not looked for, unless the program says `profile` or `credentials: chain`. */
function identity(options: BedrockOptions): BedrockRuntimeClientConfig {
  const { api_key, access_key_id, secret_access_key, session_token, profile } = options;
  if (api_key !== undefined) return { token: { token: api_key }, authSchemePreference: ["httpBearerAuth"] };
  if (access_key_id !== undefined) {
    const credentials = {
      accessKeyId: access_key_id,
      secretAccessKey: secret_access_key ?? "",
      ...(session_token === undefined ? {} : { sessionToken: session_token }),
    };
    return { credentials, authSchemePreference: ["sigv4"] };
  }
  return profile === undefined ? {} : { profile, authSchemePreference: ["sigv4"] };
}

function send(request: Outgoing, signal: AbortSignal | undefined, fetch: typeof globalThis.fetch): Promise<Response> {
  const { method, protocol, hostname, port, path, query = {}, headers, body } = request;
  const pairs = Object.entries(query).flatMap(([key, value]) => (Array.isArray(value) ? value : [value ?? ""]).map((one): [string, string] => [key, one]));
  const search = pairs.length === 0 ? "" : `?${new URLSearchParams(pairs)}`;
  const url = `${protocol}//${hostname}${port === undefined ? "" : `:${port}`}${path}${search}`;
  return fetch(url, { method, headers, body: (body ?? null) as string | null, ...(signal === undefined ? {} : { signal }) });
}

async function handle(request: Outgoing, signal: AbortSignal | undefined, fetch: typeof globalThis.fetch) {
  const response = await send(request, signal, fetch);
  const { status, statusText, headers, body } = response;
  return { response: { statusCode: status, reason: statusText, headers: Object.fromEntries(headers.entries()), body } as never };
}

/** The SDK takes its time to find credentials, and no signal. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const forget = onAbort(signal, () => reject(signal.reason));
    work.then(resolve, reject).finally(forget);
  });
}
