/** The options of the kind `anthropic`, named as in a program. */
export interface AnthropicOptions {
  readonly api_key: string;
  /** Where the API begins, without `/v1`; default `https://api.anthropic.com`. */
  readonly base_url?: string;
  /** Sent with every request, over everything else. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The header that the key goes out in; default `authorization`, as a bearer token. */
  readonly key_header?: "authorization" | "x_api_key";
}

export const defaultBaseUrl = "https://api.anthropic.com";
