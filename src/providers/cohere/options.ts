/** The options of the kind `cohere`, named as in a program. */
export interface CohereOptions {
  readonly api_key: string;
  /** Where the API begins, without `/v2`; default `https://api.cohere.com`. */
  readonly base_url?: string;
  /** Sent with every request, over everything else. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly client_name?: string;
}

export const defaultBaseUrl = "https://api.cohere.com";
