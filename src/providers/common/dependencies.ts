/** What a provider is handed from outside. */
export interface Dependencies {
  /** The guarded fetch, where there is one; else the platform's. A `close` on it is called with the provider's. */
  readonly fetch?: typeof globalThis.fetch & { close?(): Promise<void> };
}
