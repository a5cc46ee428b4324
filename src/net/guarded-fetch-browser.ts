import type { GuardedFetch, GuardedFetchOptions } from "./guarded-fetch.ts";

/**
 * `guardedFetch` where a bundler builds for a browser (`browser` in package.json takes this file in the place of the other). A page
 * has no sockets, proxies and connection timeouts of its own, and cannot see where a redirect leads: so none is followed.
 */
export function guardedFetch(_options: GuardedFetchOptions = {}): GuardedFetch {
  let open = new AbortController();

  function guarded(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const asked = init?.signal ?? (input instanceof Request ? input.signal : undefined);
    const signal = asked === undefined ? open.signal : AbortSignal.any([open.signal, asked]);
    return fetch(input, { ...init, redirect: init?.redirect === "manual" ? "manual" : "error", signal });
  }

  async function close(): Promise<void> {
    open.abort(new Error("closed"));
    open = new AbortController();
  }

  return Object.assign(guarded, { close });
}
