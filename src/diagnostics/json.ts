/** What a value of a program is, and what crosses every boundary: plain JSON. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** A JSON Schema (2020-12), as sent to a vendor or read from a file. */
export type JsonSchema = JsonObject;
