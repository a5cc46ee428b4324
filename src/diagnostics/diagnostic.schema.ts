import type { DiagnosticJson, PlaceJson } from "./diagnostic-json.ts";

const count = { type: "integer", minimum: 1 } as const;

const place: { readonly [K in keyof PlaceJson]-?: object } = {
  file: { type: "string", description: "Relative to the project's root, with `/`." },
  line: count,
  column: { ...count, description: "In UTF-16 units." },
  endLine: count,
  endColumn: { ...count, description: "After the last character." },
};

const properties: { readonly [K in keyof DiagnosticJson]-?: object } = {
  code: { type: "string", pattern: "^T[1-6][0-9]{2}$" },
  severity: { enum: ["error", "warning"] },
  title: { type: "string", description: "The code's, of two to four words." },
  message: { type: "string", description: "One sentence about the program." },
  ...place,
  hint: { type: "string", description: "What to type." },
  related: {
    type: "array",
    items: {
      type: "object",
      properties: { message: { type: "string" }, ...place },
      required: ["message", ...Object.keys(place)],
      additionalProperties: false,
    },
  },
};

/** What `tantra check --json` prints. */
export const diagnosticSchema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "Diagnostics of Tantra programs",
  type: "array",
  items: {
    type: "object",
    properties,
    required: Object.keys(properties).filter((key) => key !== "hint"),
    additionalProperties: false,
  },
} as const;
