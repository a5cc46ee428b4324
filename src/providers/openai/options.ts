/** The options of the kind `openai`, named as in a program. */
export interface OpenAIOptions {
  readonly api_key: string;
  /** Where the API begins; default `https://api.openai.com/v1`. */
  readonly base_url?: string;
  /** Sent with every request, over everything else. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly organization?: string;
  readonly project?: string;
  /** The field that `max_tokens` goes out as; default `max_completion_tokens`. */
  readonly max_tokens_field?: "max_completion_tokens" | "max_tokens";
}

export const defaultBaseUrl = "https://api.openai.com/v1";
