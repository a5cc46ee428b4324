/** The options of the kind `openai`, named as in a program. */
export interface OpenAIOptions extends ProtocolOptions {
  readonly api_key: string;
  /** Where the API begins; default `https://api.openai.com/v1`. */
  readonly base_url?: string;
  /** Sent with every request, over everything else. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly organization?: string;
  readonly project?: string;
}

/** What can be chosen of the protocol itself, whoever's server speaks it. */
export interface ProtocolOptions {
  /** Chat completions, which every compatible server speaks, or Responses; default `chat_completions`. */
  readonly api?: Api;
  /** The field that `max_tokens` goes out as in chat completions; default `max_completion_tokens`. */
  readonly max_tokens_field?: "max_completion_tokens" | "max_tokens";
}

/** Words of the language: `chat` alone is reserved in it. */
export type Api = "chat_completions" | "responses";

export const defaultBaseUrl = "https://api.openai.com/v1";
