/** The options of the kind `ollama`, named as in a program. */
export interface OllamaOptions {
  /** Sent as a bearer token; ollama.com wants one, a server of one's own does not. */
  readonly api_key?: string;
  /** The server's address, without `/api`; default `http://127.0.0.1:11434`. */
  readonly base_url?: string;
  /** Sent with every request, over everything else. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly num_ctx?: number;
  readonly keep_alive?: string;
  readonly truncate?: boolean;
}

export const defaultBaseUrl = "http://127.0.0.1:11434";
