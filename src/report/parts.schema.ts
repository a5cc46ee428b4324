import type { ErrorInfo } from "../agent/events.ts";
import type { Question } from "../agent/question.ts";
import type { Cost, Usage } from "../agent/usage.ts";
import { errorClasses } from "../diagnostics/classes.ts";
import type { JsonSchema } from "../diagnostics/json.ts";
import { amount, boolean, count, jsonObject, list, object, optional, ref, type Shape, string, words } from "../graph/shape.ts";

/** What a person is asked, beside the step's path. */
export const asked: Shape<Omit<Question, "path">> = {
  of: words(["ask", "approval"]),
  question: string,
  schema: { type: "object", description: "A JSON Schema: what the answer has to fit." },
  place: { type: "string", description: "file:line:column" },
  tool: optional({ type: "string", description: "Of an approval: what is called." }),
  arguments: optional({ ...jsonObject, description: "Of an approval, which holds for these and no others." }),
  asked: optional({ type: "string", description: "A hash of what was asked, in a run with a journal." }),
  until: optional({ ...amount, description: "Milliseconds since 1970: from then on the program goes on without an answer." }),
};

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
  question: object<Question>({
    path: { type: "string", description: "The step that waits for the answer." },
    ...asked,
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
