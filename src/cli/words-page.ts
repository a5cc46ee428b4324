import { emptyForm, errorForm, resultForm } from "../agent/words.ts";
import { wrap } from "../diagnostics/text-width.ts";

/**
 * All that the runtime itself puts into a conversation (language.md, section 10). The forms are made by the functions that
 * make them in a run, so that this page cannot say something else.
 */
const entries: readonly (readonly [string, string])[] = [
  [
    "names",
    "of tools, of agents that stand in `tools`, `handoff_NAME` for handoffs, `SERVER_TOOL` for tools of MCP servers, and the agent's own name for its result's schema or tool.",
  ],
  ["schemas", "JSON Schemas of the declared types; a `///` is the description in them."],
  ["results of tools", `a text as it is (${resultForm("high water", 100).text}), all else as JSON (${resultForm([1, 2], 100).text}).`],
  ["a result that is too long", `what fits of it: ${resultForm("x".repeat(30_000), 2).text}`],
  ["failures of tools", `${errorForm("tool_error", "the tool's own message")}, or the author's words where the tool has \`on_error\`.`],
  ["a call of no known tool", errorForm("not_found", "its_name")],
  ["arguments that do not fit", errorForm("invalid_request", "/limit must be integer")],
  ["after a handoff, and to the result tool", `the empty text ${JSON.stringify(emptyForm)}.`],
];

/** The page of `tantra explain words`. */
export function wordsPage(width: number): string {
  const columns = Math.min(width, 100);
  const about =
    "What reaches a model is what the author, the user or a tool wrote. Tantra itself adds names and JSON, never a sentence. This is all of it; `tantra prompt FILE AGENT` shows it byte for byte.";
  return `${[...wrap(about, columns), "", ...entries.flatMap(([what, form]) => [what, ...wrap(form, columns - 2).map((line) => `  ${line}`), ""])].join("\n")}`;
}
