import type { Dispatcher } from "undici";
import { Body } from "./body.ts";
import { becomesGet, maxRedirects, RefusedRedirect, redirectTarget } from "./redirect.ts";
import { GuardedResponse, type HeaderRecord } from "./response.ts";
import { loadUndici } from "./undici.ts";

/** All times in milliseconds; 0 switches a timeout off. */
export interface GuardedFetchOptions {
  /** Until a connection stands. Default 10,000. */
  readonly connectTimeoutMs?: number;
  /** Until the reply's first header. Default 0: an attempt has its own clock. */
  readonly headersTimeoutMs?: number;
  /** Silence inside a reply. Default 0. */
  readonly bodyTimeoutMs?: number;
  /** Default: HTTPS_PROXY, HTTP_PROXY and NO_PROXY of the environment. */
  readonly proxy?: { readonly http?: string; readonly https?: string; readonly no?: string };
}

export interface GuardedFetch {
  (input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /** Destroys every socket. Whatever is still in flight fails. */
  close(): Promise<void>;
}

/** A request in the form that can be sent again. */
interface Outgoing {
  readonly url: URL;
  readonly method: string;
  readonly headers: readonly string[];
  readonly body: unknown;
  readonly signal: AbortSignal | undefined;
  readonly redirect: string;
}

/**
 * A `fetch` for the SDKs of vendors, with a connection pool of its own. It never follows a redirect to another origin (the
 * platform's fetch sends `x-api-key` and the whole prompt along), its timeouts are the caller's, an aborted signal destroys
 * the socket, and a call costs about half of the platform's fetch, because it builds no web streams and no `Headers`.
 * Rejects with undici's own error (its `code` says what happened), with `RefusedRedirect`, or with the signal's reason.
 * HTTP/1.1 only: one request per socket is what makes "abort destroys the socket" true.
 */
export function guardedFetch(options: GuardedFetchOptions = {}): GuardedFetch {
  let dispatcher: Promise<Dispatcher> | undefined;
  let opened: Dispatcher | undefined;
  /** Sockets that do not stand yet: undici leaves them to their timeout when it is destroyed, and they would keep the process. */
  const connecting = new Set<{ destroy(): unknown }>();

  async function open(): Promise<Dispatcher> {
    const { buildConnector, EnvHttpProxyAgent } = await loadUndici();
    const { proxy } = options;
    const connectTimeout = options.connectTimeoutMs ?? 10_000;
    const connect = buildConnector({ allowH2: false, timeout: connectTimeout });
    opened = new EnvHttpProxyAgent({
      allowH2: false,
      connectTimeout,
      connect(target, callback) {
        const socket = connect(target, (...result) => {
          if (socket !== undefined) connecting.delete(socket);
          callback(...result);
        }) as unknown as { destroy(): unknown } | undefined;
        if (socket !== undefined) connecting.add(socket);
      },
      headersTimeout: options.headersTimeoutMs ?? 0,
      bodyTimeout: options.bodyTimeoutMs ?? 0,
      ...(proxy?.http === undefined ? {} : { httpProxy: proxy.http }),
      ...(proxy?.https === undefined ? {} : { httpsProxy: proxy.https }),
      ...(proxy?.no === undefined ? {} : { noProxy: proxy.no }),
    });
    return opened;
  }

  async function guarded(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    let request = outgoing(input, init);
    if (opened === undefined) {
      dispatcher ??= open();
      await dispatcher;
    }
    for (let hop = 0; ; hop++) {
      const response = await send(opened as Dispatcher, request, hop > 0);
      if (request.redirect === "manual" || response.status < 300 || response.status > 399) return asResponse(response);
      const next = follow(request, response, hop);
      if (next === undefined) return asResponse(response);
      request = next;
    }
  }

  async function close(): Promise<void> {
    const current = await dispatcher;
    dispatcher = undefined;
    opened = undefined;
    const destroyed = current?.destroy();
    for (const socket of connecting) socket.destroy();
    await destroyed;
  }

  return Object.assign(guarded, { close });
}

/** A `GuardedResponse` has the part of `Response` that is read; TypeScript's type also lists what only the platform's own can have. */
function asResponse(response: GuardedResponse): Response {
  return response as unknown as Response;
}

function outgoing(input: string | URL | Request, init: RequestInit | undefined): Outgoing {
  const base = typeof input === "object" && "url" in input ? input : undefined;
  const url = base === undefined ? (typeof input === "string" ? new URL(input) : (input as URL)) : new URL(base.url);
  const headers = headerList(init?.headers ?? base?.headers);
  const body: unknown = init?.body ?? base?.body ?? null;
  return {
    url,
    method: (init?.method ?? base?.method ?? "GET").toUpperCase(),
    headers,
    body: plainBody(body, headers),
    signal: init?.signal ?? base?.signal ?? undefined,
    redirect: init?.redirect ?? base?.redirect ?? "follow",
  };
}

/** Names and values in turn, as undici takes them. */
function headerList(headers: RequestInit["headers"] | Headers | undefined): string[] {
  const list: string[] = [];
  if (headers === undefined) return list;
  const pairs: Iterable<unknown> = Symbol.iterator in headers ? (headers as Iterable<unknown>) : Object.entries(headers);
  for (const pair of pairs) {
    const [name, value] = pair as [string, string | undefined];
    if (value !== undefined) list.push(name, String(value));
  }
  return list;
}

/** A body that undici takes. Text that says no type gets the one that fetch would give it. */
function plainBody(body: unknown, headers: string[]): unknown {
  const type =
    typeof body === "string" ? "text/plain;charset=UTF-8" : body instanceof URLSearchParams ? "application/x-www-form-urlencoded;charset=UTF-8" : undefined;
  if (type !== undefined && !headers.some((name, index) => index % 2 === 0 && name.toLowerCase() === "content-type")) headers.push("content-type", type);
  if (body instanceof URLSearchParams) return body.toString();
  if (body instanceof ArrayBuffer) return new Uint8Array(body);
  return body;
}

/** The request as it goes on within its origin, or undefined where the reply is no redirect. The reply's own body is let go. */
function follow(request: Outgoing, response: GuardedResponse, hop: number): Outgoing | undefined {
  let url: URL | undefined;
  try {
    url = redirectTarget(response.status, response.headers.get("location"), request.url);
    if (url === undefined) return undefined;
    if (request.redirect === "error" || hop >= maxRedirects) throw new RefusedRedirect(`${request.url.host} redirects ${hop + 1} times, which is too often.`);
    const bare = becomesGet(response.status, request.method);
    if (!bare && request.body !== null && typeof request.body !== "string" && !(request.body instanceof Uint8Array)) {
      throw new RefusedRedirect(`${request.url.host} redirects a request whose body is gone already.`);
    }
    response.pieces.drain();
    return bare ? { ...request, url, method: "GET", body: null, headers: withoutBodyHeaders(request.headers) } : { ...request, url };
  } catch (error) {
    void response.pieces.return();
    throw error;
  }
}

function withoutBodyHeaders(headers: readonly string[]): string[] {
  const kept: string[] = [];
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const name = headers[at] ?? "";
    if (!/^content-/i.test(name)) kept.push(name, headers[at + 1] ?? "");
  }
  return kept;
}

/** One request and the head of its reply; the body goes on arriving. */
function send(dispatcher: Dispatcher, request: Outgoing, redirected: boolean): Promise<GuardedResponse> {
  const { url, method, headers, signal } = request;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    let control: Dispatcher.DispatchController | undefined;
    let body: Body | undefined;
    const onAbort = () => {
      const reason = signal?.reason ?? new Error("aborted");
      body?.cancel(reason);
      reject(reason);
      // Still waiting for its connection: `onRequestStart` sees to it.
      control?.abort(reason instanceof Error ? reason : new Error("aborted", { cause: reason }));
    };
    const settled = () => signal?.removeEventListener("abort", onAbort);
    signal?.addEventListener("abort", onAbort);

    dispatcher.dispatch(
      {
        origin: url.origin,
        path: url.pathname + url.search,
        method: method as Dispatcher.HttpMethod,
        headers: headers as string[],
        body: request.body as string | null,
      },
      {
        onRequestStart(controller) {
          control = controller;
          if (signal?.aborted) controller.abort(signal.reason instanceof Error ? signal.reason : new Error("aborted"));
        },
        onResponseStart(controller, status, fields, text) {
          if (status < 200) return;
          body = new Body(controller, settled);
          resolve(new GuardedResponse(status, text ?? "", fields as HeaderRecord, body, url.href, redirected));
        },
        onResponseData(_controller, piece) {
          body?.push(piece);
        },
        onResponseEnd() {
          body?.end();
        },
        onResponseError(_controller, error) {
          settled();
          if (body === undefined) reject(error);
          else body.fail(error);
        },
      },
    );
  });
}
