import type { t3 as codes } from "../codes/t3.ts";
import type { Page } from "../codes.ts";
import { t3Calls } from "./t3-calls.ts";
import { t3Types } from "./t3-types.ts";

/** Types and templates. */
export const t3: { readonly [C in keyof typeof codes]: Page } = { ...t3Types, ...t3Calls };
