import { t1 } from "./codes/t1.ts";
import { t2 } from "./codes/t2.ts";
import { t3 } from "./codes/t3.ts";
import { t4 } from "./codes/t4.ts";
import { t5 } from "./codes/t5.ts";
import { t6 } from "./codes/t6.ts";

/**
 * Every code with its title of two to four words. Codes are stable: one is never given another meaning.
 * T1xx syntax, T2xx names, T3xx types and templates, T4xx wiring and flow, T5xx configuration, T6xx run time.
 * What `tantra explain CODE` prints stands in `pages/`, apart, because a run never needs it.
 */
export const codes = { ...t1, ...t2, ...t3, ...t4, ...t5, ...t6 } as const;

export type Code = keyof typeof codes;

/** A page of `tantra explain CODE`. */
export interface Page {
  /** Why this is so, in two or three sentences of plain text. */
  readonly about: string;
  /** The smallest program that raises it; for T6xx what leads to it. */
  readonly wrong: string;
  /** The same program, mended. */
  readonly right: string;
}
