import type { Json, JsonObject, JsonSchema } from "../../diagnostics/json.ts";
import { sampleOf } from "./pattern-sample.ts";

/** The smallest value that fits a schema: the first literal, `false`, `min` or 0, "text", `min` elements or one. */
export function fittingValue(schema: JsonSchema): Json {
  if ("const" in schema) return schema["const"] ?? null;
  const literals = schema["enum"];
  if (Array.isArray(literals)) return literals[0] ?? null;
  const choices = schema["anyOf"] ?? schema["oneOf"];
  if (Array.isArray(choices)) return fittingValue(asSchema(choices[0]));
  const written = schema["type"];
  const type: unknown = Array.isArray(written) ? written[0] : written;
  if (type === "object") return fittingObject(schema);
  if (type === "array") return fittingList(schema);
  if (type === "integer" || type === "number") return fittingNumber(schema);
  if (type === "boolean") return false;
  if (type === "null") return null;
  return fittingString(schema);
}

function fittingObject(schema: JsonSchema): JsonObject {
  const properties = asSchema(schema["properties"]);
  return Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, fittingValue(asSchema(property))]));
}

function fittingList(schema: JsonSchema): readonly Json[] {
  const most = asNumber(schema["maxItems"]) ?? 1;
  const length = asNumber(schema["minItems"]) ?? Math.min(1, most);
  const element = fittingValue(asSchema(schema["items"]));
  return Array.from({ length }, () => element);
}

function fittingNumber(schema: JsonSchema): number {
  const min = asNumber(schema["minimum"]);
  return min ?? Math.min(0, asNumber(schema["maximum"]) ?? 0);
}

function fittingString(schema: JsonSchema): string {
  const pattern = schema["pattern"];
  const min = asNumber(schema["minLength"]) ?? 0;
  const max = asNumber(schema["maxLength"]) ?? Number.POSITIVE_INFINITY;
  const plain = "text".repeat(Math.max(1, Math.ceil(min / 4))).slice(0, Math.min(max, Math.max(min, 4)));
  if (typeof pattern !== "string" || new RegExp(pattern, "u").test(plain)) return plain;
  return sampleOf(pattern, min);
}

function asSchema(value: Json | undefined): JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

function asNumber(value: Json | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}
