import type { JsonSchema } from "../diagnostics/json.ts";
import { amount, anyOf, boolean, count, list, object, optional, record, ref, string } from "../graph/shape.ts";
import type { AgentModelSum, StepSum, Sum } from "./cost-report.ts";
import { parts } from "./parts.schema.ts";
import type { RunReport } from "./result.ts";
import type { Warning } from "./warnings.ts";

const sum = { calls: count, usage: ref("usage"), cost: ref("cost") };
const model = {
  model: string,
  modelId: string,
  provider: string,
  pricedAs: optional({ ...list(string), description: "The models whose price was taken, where none is known of `modelId`." }),
  tier: optional({ type: "string", description: "The vendor's class of service, where it is not the usual one." }),
  ...sum,
};

/** What `tantra run --json` prints. */
export function resultSchema(): JsonSchema {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "The result of a run of a Tantra program",
    ...object<RunReport>({
      runId: { type: ["string", "null"], description: "Null: nothing was started." },
      value: { description: "What the program gave; null with an error." },
      error: anyOf(ref("error"), { type: "null" }),
      usage: ref("usage"),
      cost: object<RunReport["cost"]>({
        usd: amount,
        unpriced: count,
        estimated: optional(boolean),
        simulated: optional(boolean),
        calls: count,
        agents: list(object<AgentModelSum>({ agent: string, ...model })),
        models: list(object<Omit<AgentModelSum, "agent">>(model)),
        steps: list(object<StepSum>({ step: string, agent: optional(string), runs: count, durationMs: amount, ...sum })),
        retries: ref("sum"),
        abandoned: ref("sum"),
        unheard: count,
        replayed: optional({ ...ref("sum"), description: "What was read from a recording, with what it cost then: no part of the total." }),
        prices: { type: "string", description: "The price table's name, version and date." },
      }),
      durations: object<RunReport["durations"]>({ total: amount, steps: record(amount) }),
      questions: {
        ...list(ref("question")),
        description: "Of a run that waits for people (T641).",
      },
      warnings: list(object<Warning>({ message: string, code: optional(string), place: optional(string), path: optional(string), hint: optional(string) })),
    }),
    $defs: { ...parts, sum: object<Sum>(sum) },
  };
}
