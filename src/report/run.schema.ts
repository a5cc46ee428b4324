import type { Note } from "../agent/journal.ts";
import type { JsonObject, JsonSchema } from "../diagnostics/json.ts";
import { anyOf, anything, constant, count, jsonObject, list, number, object, optional, ref, type Shape, string, words } from "../graph/shape.ts";
import { type Resumption, type RunHead, type Source, version } from "../journal/kept-run.ts";
import type { KeptRequest } from "../journal/requests.ts";
import { eventSchema } from "./event.schema.ts";

const moment: JsonSchema = { ...count, description: "Milliseconds since 1970." };
const dollars: JsonSchema = { ...number, description: "US dollars that the whole run may cost at most." };
const sources = list(object<Source>({ path: string, sha256: string }));

/** What every line has around what it says. */
const line = {
  n: { type: "integer", minimum: 1, description: "The line's number, from 1." },
  sum: { type: "string", pattern: "^[0-9a-f]{12}$", description: 'The beginning of the SHA-256 of the line without `,"sum":"…"`.' },
};
type Line = { readonly n: number; readonly sum: string };

const head: Shape<RunHead> = {
  run: { type: "string", description: "The run's id." },
  at: moment,
  file: { type: "string", description: "The program's file, from the project's root." },
  sources,
  main: { type: "string", description: "The key of what was started." },
  input: { ...jsonObject, description: "By name." },
  withheld: optional({ ...list(string), description: "Inputs that hold a secret: it does not stand in `input`, so the run cannot be gone on with." }),
  seed: string,
  profile: optional(string),
  simulate: optional(constant(true)),
  maxCostUsd: optional(dollars),
  timeoutMs: optional({ ...number, description: "Milliseconds." }),
  cwd: optional({ type: "string", description: "Where it was begun, from the project's root; absent: in the root." }),
  from: optional({ type: "string", description: "The run that it was begun from, with steps of it." }),
};

const resumption: Shape<Resumption> = {
  at: moment,
  sources,
  dropped: { ...list(count), description: "Lines whose steps are done again although they had ended." },
  maxCostUsd: optional(dollars),
};

const note: Shape<{ readonly note: Note["of"] } & Omit<Note, "of">> = {
  note: words(["failure", "winners", "session", "store", "attached", "listing"] satisfies Note["of"][]),
  path: string,
  asked: { type: "string", description: "A hash of what it depends on." },
  value: anything,
};

/** As it stands in a line: what it says beside the one before it in the same run of an agent. */
const request = object<KeptRequest>({
  after: optional({ ...count, description: "So many messages of the request before it stay; absent: none." }),
  messages: list(ref("keptMessage")),
  rest: optional({ ...jsonObject, description: "All but the messages, where that is not as in the request before." }),
});

/** A line of `.tantra/runs/RUN.jsonl`: the first is `head`, all others are what happened, in order. */
export function runSchema(): JsonSchema {
  const { $defs, oneOf } = eventSchema() as { readonly $defs: Readonly<Record<string, JsonObject>>; readonly oneOf: readonly { readonly $ref: string }[] };
  const types = new Set(oneOf.map(({ $ref }) => $ref.slice($ref.lastIndexOf("/") + 1)));
  const named = Object.entries($defs).map(([name, schema]) => [name, types.has(name) ? keptEvent(name, schema) : schema] as const);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "A line of a run's file",
    anyOf: [ref("head"), ref("resumed"), ref("note"), ...oneOf],
    $defs: {
      head: object<RunHead & Line & { tantra: "run"; version: number }>({ ...line, tantra: constant("run"), version: constant(version), ...head }),
      resumed: object<Resumption & Line & { tantra: "resumed" }>({ ...line, tantra: constant("resumed"), ...resumption }),
      note: object<{ readonly note: Note["of"] } & Omit<Note, "of"> & Line>({ ...line, ...note }),
      keptMessage: anyOf(ref("message"), {
        type: "object",
        required: ["role", "parts"],
        description: "With the bytes of images and files in base64, where nothing else tells what they were.",
      }),
      ...Object.fromEntries(named),
    },
  };
}

/** An event without the run, which the first line names. */
function keptEvent(type: string, { properties, required, ...rest }: JsonObject): JsonSchema {
  const { runId: _, ...own } = properties as JsonObject;
  return {
    ...rest,
    properties: { ...line, ...own, ...(type === "model.requested" ? { request } : {}) },
    required: ["n", "sum", ...(required as readonly string[]).filter((name) => name !== "runId")],
  };
}
