/** Limiters and breakers of a run. Replaced by the agent layer's own implementation. */
export interface Gates {
  readonly providers: readonly string[];
}
