import type { ProtocolOptions } from "../openai/options.ts";

/** The options of the kind `azure`, named as in a program. One of `api_key` and `token` is written. */
export interface AzureOptions extends ProtocolOptions {
  /** The resource: `https://NAME.openai.azure.com`. */
  readonly base_url: string;
  readonly api_key?: string;
  /** An access token of Microsoft Entra; it lasts for an hour or so. */
  readonly token?: string;
  /** A dated version of the API (`2024-10-21`); absent: `/openai/v1/`, which needs none. */
  readonly api_version?: string;
  /** Sent with every request, over everything else. */
  readonly headers?: Readonly<Record<string, string>>;
}
