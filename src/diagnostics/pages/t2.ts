import type { t2 as codes } from "../codes/t2.ts";
import type { Page } from "../codes.ts";

/** Names. */
export const t2: { readonly [C in keyof typeof codes]: Page } = {};
