import type { t4Flow as codes } from "../codes/t4-flow.ts";
import type { Page } from "../codes.ts";

/** Flow: branches, loops, statements that are never reached. */
export const t4Flow: { readonly [C in keyof typeof codes]: Page } = {};
