/** A redirect that was not followed. `code` tells it from a connection that failed; the message names both hosts. */
export class RefusedRedirect extends TypeError {
  override readonly name = "RefusedRedirect";
  readonly code = "REDIRECT_REFUSED";
}

const statuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** How often a request may be sent on within its own origin. */
export const maxRedirects = 5;

/** Where a reply sends the request on to, or undefined where it does not. Throws `RefusedRedirect` for another origin. */
export function redirectTarget(status: number, location: string | null, from: URL): URL | undefined {
  if (location === null || !statuses.has(status)) return undefined;
  const to = URL.parse(location, from.href);
  if (to === null) throw new RefusedRedirect(`${from.host} redirects to "${location}", which is no address.`);
  if (to.origin === from.origin) return to;
  // On one host the scheme is what differs; the host alone would not say so.
  const [here, there] = from.host === to.host ? [from.origin, to.origin] : [from.host, to.host];
  throw new RefusedRedirect(`${here} redirects to ${there}. The request was not sent there: it carries your key and your prompts.`);
}

/** Whether the request goes on as a GET without its body: what fetch does (https://fetch.spec.whatwg.org/#http-redirect-fetch). */
export function becomesGet(status: number, method: string): boolean {
  return ((status === 301 || status === 302) && method === "POST") || (status === 303 && method !== "GET" && method !== "HEAD");
}
