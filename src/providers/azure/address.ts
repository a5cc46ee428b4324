import type { Speaker } from "../openai/provider.ts";
import type { AzureOptions } from "./options.ts";

/** Versions from before v1, where a deployment stands in the address of chat completions. */
const dated = /^\d{4}-\d{2}-\d{2}(-preview)?$/;

/**
 * Where requests go. Without `api_version`: `/openai/v1/`, which is generally available, names the deployment in the body, and
 * serves other vendors' models of Foundry as well. `base_url` is taken as the portal shows it, and as examples write it.
 */
export function addressOf({ base_url, api_version }: Pick<AzureOptions, "base_url" | "api_version">): {
  readonly base: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly path: Speaker["path"];
} {
  const resource = base_url.replace(/\/+$/, "").replace(/\/openai(\/v1)?$/, "");
  const query = api_version === undefined ? {} : { query: { "api-version": api_version } };
  if (api_version !== undefined && dated.test(api_version)) {
    const path: Speaker["path"] = (api, model) => (api === "chat_completions" ? `/deployments/${encodeURIComponent(model)}/chat/completions` : "/responses");
    return { base: `${resource}/openai`, path, ...query };
  }
  return { base: `${resource}/openai/v1`, path: (api) => (api === "chat_completions" ? "/chat/completions" : "/responses"), ...query };
}
