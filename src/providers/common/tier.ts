import { word } from "./json.ts";

/** What vendors call the class of service that their list prices are of, and what they say where there is no other. */
const usual: ReadonlySet<string> = new Set(["", "default", "auto", "standard", "on_demand", "unspecified", "traffic_type_unspecified"]);

/**
 * The first of these words that names another class of service than the usual one, in lower case: `flex`, `priority`,
 * `batch`, `scale`. What it costs stands in no list of ours.
 */
export function otherTier(...words: readonly unknown[]): string | undefined {
  return words.map((value) => word(value).toLowerCase()).find((name) => !usual.has(name));
}
