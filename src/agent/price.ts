import type { Usage } from "./usage.ts";

/** US dollars for a million tokens. */
export interface Price {
  readonly input: number;
  /** Absent: as `input`. */
  readonly cached_input?: number;
  readonly cache_write?: number;
  readonly output: number;
}

export interface ListedModel {
  /** Of small requests; absent where there is no price for tokens. */
  readonly price?: Price;
  /** The price depends on the size or the time of a request. */
  readonly varies: boolean;
  /** Tokens of input and output together. */
  readonly contextTokens?: number;
}

/** What models cost where neither the program nor the provider says. */
export interface PriceTable {
  /** The table's name, version and date, for the report; known once `load` has been awaited. */
  readonly source: string;
  /** Awaited before the first `cost`: what is large is read only when it is needed. */
  load?(): Promise<void>;
  /** US dollars of a request; undefined: not in the table. `kind` "simulator" looks in every vendor's. */
  cost(kind: string, modelId: string, usage: Usage, at: number): number | undefined;
  /** What the table says of a model beside a request; undefined: not in the table. */
  about?(kind: string, modelId: string, at: number): ListedModel | undefined;
}
