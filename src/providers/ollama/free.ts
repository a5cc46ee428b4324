/** Whether a key goes along: one of its own option, or a header of the author's. */
export function isKeyed({ api_key, headers }: { readonly api_key?: unknown; readonly headers?: unknown }): boolean {
  return api_key !== undefined || Object.keys(headers ?? {}).some((name) => name.toLowerCase() === "authorization");
}

/** A server that asks for no key sends no bill; the models that it fetches from ollama.com are named `…-cloud` or `…:cloud`. */
export function isFree(options: { readonly api_key?: unknown; readonly headers?: unknown }, model: string): boolean {
  return !isKeyed(options) && !/[-:]cloud$/.test(model);
}
