import type { t3 as codes } from "../codes/t3.ts";
import type { Page } from "../codes.ts";

/** Types and templates. */
export const t3: { readonly [C in keyof typeof codes]: Page } = {};
