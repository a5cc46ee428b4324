import type { Rule } from "./rule.ts";

/** What the whole program must fulfil, run in this order once every file has been checked. */
export const rules: readonly Rule[] = [];
