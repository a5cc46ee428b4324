import { validatorOf } from "../agent/validate.ts";
import { RunError } from "../diagnostics/errors.ts";
import type { Json } from "../diagnostics/json.ts";
import type { ProviderNode } from "../graph/graph.ts";
import { repliesSchema } from "../providers/simulator/replies.schema.ts";
import type { Project } from "./project.ts";

/** The simulator's scripted replies from a file of the project, as its schema says. Throws T623 with the provider's place. */
export async function readReplies(path: string, node: ProviderNode, project: Project): Promise<Json> {
  const wrong = (message: string, hint: string) => new RunError("invalid_request", message, { code: "T623", place: node.place, hint });
  const read = project.readFile(path);
  if (!read.ok) {
    const why = {
      missing: "is not there",
      folder: "is a folder",
      outside: "lies outside of the project's root",
      encoding: "is not UTF-8",
      unreadable: "cannot be read",
    };
    throw wrong(`The file of replies ${path} ${why[read.why]}.`, "`replies` names a JSON file, relative to the file that names it.");
  }
  let replies: Json;
  try {
    replies = JSON.parse(read.text) as Json;
  } catch (cause) {
    throw wrong(`The file of replies ${path} is no JSON: ${cause instanceof Error ? cause.message : String(cause)}.`, "Mend it there.");
  }
  // Checking a program holds its replies to their schema; a graph from elsewhere has not been checked. Loading a validator costs as much as all else.
  const unfit = project.entry.endsWith(".json") ? (await validatorOf(repliesSchema))(replies) : undefined;
  if (unfit !== undefined) {
    throw wrong(`The file of replies ${path} does not fit its schema: ${unfit}.`, 'It holds an object: { "AGENT": [ { "text": "…" } or { "value": … } ] }');
  }
  return replies;
}
