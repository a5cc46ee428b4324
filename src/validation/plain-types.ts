import type { Type } from "./types.ts";

/** The type asked for where a value goes nowhere. */
export const discarded: Type = { kind: "none" };
export const unknown: Type = { kind: "unknown" };
export const string: Type = { kind: "string" };
export const int: Type = { kind: "int" };
export const float: Type = { kind: "float" };
export const bool: Type = { kind: "bool" };
export const json: Type = { kind: "json" };
