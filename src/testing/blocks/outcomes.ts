import type { ErrorClass } from "../../diagnostics/classes.ts";
import type { Json } from "../../diagnostics/json.ts";
import type { TestNode, TestStatement } from "../../graph/graph.ts";
import { evaluate } from "../../interpreter/evaluate.ts";
import type { Program } from "../../interpreter/program.ts";
import { asString } from "../../interpreter/values/kinds.ts";
import { Variables } from "../../interpreter/variables.ts";
import type { Order } from "./order.ts";

export type FakeStatement = Extract<TestStatement, { readonly kind: "fake" }>;
export type Outcome = { readonly value: Json } | { readonly fail: ErrorClass; readonly message: string };

/** What a test answers, by the keys of what it answers for (of a server's tool `key.tool`). */
export interface Outcomes {
  readonly keys: ReadonlySet<string>;
  /** From now on these. The first of each key stands from the start. */
  set(fake: FakeStatement): void;
  /** What the call at `path` comes to: the next one in the order of paths, and the last for good. */
  take(key: string, path: string, signal: AbortSignal): Promise<Outcome>;
}

/** What people are asked goes by this key: no declaration has it. */
export const askKey = "ask";

/** The key of what a statement fakes. */
export function keyOfFake({ target }: FakeStatement): string {
  if (target.of === "ask") return askKey;
  return target.of === "mcp" ? `${target.key}.${target.tool}` : target.key;
}

export function fakesIn({ body }: TestNode): readonly FakeStatement[] {
  return body.filter((statement) => statement.kind === "fake");
}

export function createOutcomes(test: TestNode, program: Program, order: Order): Outcomes {
  const decks = new Map<string, Outcome[]>();
  function set(fake: FakeStatement): void {
    decks.set(keyOfFake(fake), dealt(fake, program));
  }
  for (const fake of fakesIn(test)) if (!decks.has(keyOfFake(fake))) set(fake);
  return {
    keys: new Set(decks.keys()),
    set,
    async take(key, path, signal) {
      // Which call comes first matters only while there is something to choose from.
      if ((decks.get(key)?.length ?? 0) > 1) await order.turn(path, signal);
      const deck = decks.get(key) ?? [];
      const [first = { value: null }] = deck;
      if (deck.length > 1) deck.shift();
      return first;
    },
  };
}

function dealt({ outcomes }: FakeStatement, program: Program): Outcome[] {
  const nothing = new Variables();
  return outcomes.map((outcome): Outcome => {
    if ("value" in outcome) return { value: evaluate(outcome.value, nothing, program) };
    const { fail, message } = outcome;
    return { fail, message: message === undefined ? "" : asString(evaluate(message, nothing, program), "The message of a failure", message.place) };
  });
}
