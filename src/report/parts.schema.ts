import type { ErrorInfo } from "../agent/events.ts";
import type { Cost, Usage } from "../agent/usage.ts";
import { errorClasses } from "../diagnostics/classes.ts";
import type { JsonSchema } from "../diagnostics/json.ts";
import { amount, boolean, count, list, object, optional, ref, string, words } from "../graph/shape.ts";

/** What events and results are both made of, for the `$defs` of their schemas. */
export const parts: Readonly<Record<string, JsonSchema>> = {
  error: object<ErrorInfo>({
    code: { type: "string", pattern: "^T[1-6][0-9]{2}$" },
    class: words(errorClasses),
    message: string,
    path: string,
    place: optional({ type: "string", description: "file:line:column" }),
    hint: optional(string),
    diff: optional({ ...list(string), description: "Lines of a unified diff: - what was recorded, + what is asked now." }),
    others: optional(list(ref("error"))),
  }),
  usage: object<Usage>({
    input: count,
    cachedInput: count,
    cacheWrite: count,
    cacheWriteHour: optional({ ...count, description: "Of `cacheWrite`: what is kept for an hour." }),
    output: count,
    reasoning: count,
    estimated: optional(boolean),
  }),
  cost: object<Cost>({
    usd: { ...amount, description: "US dollars, without the calls for which no price is known." },
    unpriced: { ...count, description: "Calls for which no price is known." },
    estimated: optional(boolean),
    simulated: optional({ type: "boolean", description: "Nobody was charged." }),
  }),
};
