import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { suggest } from "../../diagnostics/suggest.ts";
import { declarationsOf } from "../call-graph.ts";
import { misfitOf } from "../json-misfit.ts";
import type { WholeProgram } from "../rule.ts";
import { readJson, scriptedFiles } from "../scripted.ts";

/** A file of replies is JSON of the published shape, and answers for agents that exist. */
export function* fittingReplies(program: WholeProgram): Iterable<Diagnostic> {
  const agents = [...declarationsOf(program, "AgentDecl")].map(({ decl }) => decl.name.text);
  for (const { provider, at, name, schema, text } of scriptedFiles(program)) {
    const span = { file: provider.file, start: at.start, end: at.end };
    const read = readJson(text);
    if ("why" in read) {
      yield {
        code: "T523",
        severity: "error",
        message: `${JSON.stringify(name)} is no JSON: ${read.why}.`,
        span,
        hint: 'Write `{ "AGENT": [ { "text": "…" } ] }`.',
      };
      continue;
    }
    const misfit = misfitOf(schema, read.json);
    if (misfit !== undefined) {
      const hint = "`schemas/replies.schema.json` describes the file; name it in `$schema` for help in an editor.";
      yield { code: "T523", severity: "error", message: `In ${JSON.stringify(name)}, ${misfit}.`, span, hint };
      continue;
    }
    for (const agent of Object.keys(read.json as object)) {
      if (agent === "$schema" || agents.includes(agent)) continue;
      const near = suggest(agent, agents);
      const hint = near === undefined ? `Remove ${JSON.stringify(agent)} from the file, or declare the agent.` : `Did you mean "${near}"?`;
      yield { code: "T534", severity: "warning", message: `${JSON.stringify(name)} answers for "${agent}", which is no agent of this program.`, span, hint };
    }
  }
}
