import type { t4Wiring as codes } from "../codes/t4-wiring.ts";
import type { Page } from "../codes.ts";

/** Wiring: what is connected to what. */
export const t4Wiring: { readonly [C in keyof typeof codes]: Page } = {};
