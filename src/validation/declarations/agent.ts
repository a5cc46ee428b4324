import type { AgentDecl, Entry, MessagesEntry } from "../../syntax/ast.ts";
import type { FileContext, Scope } from "../context.ts";
import type { Type } from "../types.ts";
import { checkHandoffs } from "./agent-handoffs.ts";
import { checkConditions, checkNamedConditions, checkRepair } from "./agent-output.ts";
import { checkToolChoice, checkTools } from "./agent-tools.ts";
import { unfit } from "./check-form.ts";
import { checkOptions } from "./check-options.ts";
import type { Option, OptionTable } from "./form.ts";
import { checkModelChoice } from "./model-choice.ts";
import { budgetOption, retryOption, timeoutOption } from "./references.ts";

/** What an agent's options are checked in: its parameters, and what its result is. */
export interface AgentFacts {
  readonly decl: AgentDecl;
  readonly scope: Scope;
  readonly result: Type;
}

/** `agent planner(topic: string) -> string[] { model: fast, prompt: "…" }`. */
export function checkAgent(decl: AgentDecl, context: FileContext): void {
  const signature = context.signature(`${context.file.path}#${decl.name.text}`);
  const agent: AgentFacts = { decl, scope: context.scopeOf(signature?.params ?? []), result: signature?.result ?? { kind: "unknown" } };
  const openings = decl.members.filter((member): member is MessagesEntry => member.kind === "MessagesEntry");
  const entries = decl.members.filter((member): member is Entry => member.kind === "Entry");
  const found = checkOptions(entries, tableOf(agent, context), { what: `The agent "${decl.name.text}"`, at: decl.name }, context);
  checkOpenings(openings, found, agent, context);

  const toolsEntry = found.get("tools");
  const tools = toolsEntry === undefined ? [] : checkTools(toolsEntry, context);
  const handoffs = found.get("handoffs");
  if (handoffs !== undefined) checkHandoffs(handoffs, agent, context);
  const choice = found.get("tool_choice");
  if (choice !== undefined) checkToolChoice(choice, tools, handoffs !== undefined, context);
  checkOutputOfText(found.get("output"), agent, context);
}

const later: Option = { form: { of: "own", check: () => undefined } };

function tableOf(agent: AgentFacts, context: FileContext): OptionTable {
  const text: Option = { form: { of: "own", check: (value, { context }) => context.text(value, agent.scope) } };
  return {
    model: {
      form: { of: "own", check: (value, { context }) => checkModelChoice(value, agent.scope, context) },
      required: modelHint(context),
    },
    system: text,
    prompt: { form: { of: "own", check: (value, { context }) => context.text(value, agent.scope, { media: true }) } },
    messages: { form: { of: "own", check: (value, place) => unfit(value, { of: "list", item: { of: "word", words: ['user "…"'] } }, place) } },
    cache: { form: { of: "bool" } },
    tools: later,
    handoffs: later,
    max_turns: { form: { of: "number", whole: true, min: 1 } },
    max_tool_calls: { form: { of: "number", whole: true, min: 1 } },
    tool_choice: later,
    retry: retryOption,
    timeout: timeoutOption,
    budget: budgetOption,
    output: { form: { of: "word", words: ["native", "tool", "text"] } },
    ensure: { form: { of: "own", check: (value, place) => checkConditions(value, agent, place) } },
    check: { form: { of: "own", check: (value, place) => checkNamedConditions(value, agent, place) } },
    repair: { form: { of: "own", check: (value, place) => checkRepair(value, place) } },
  };
}

function modelHint(context: FileContext): string {
  const model = context.file.file.declarations.find((decl) => decl.kind === "ModelDecl");
  return model === undefined ? 'Declare `model fast = PROVIDER("gpt-5-mini")` and write `model: fast`.' : `Write \`model: ${model.name.text}\`.`;
}

/** `messages` stands instead of `system` and `prompt`, and somebody must have spoken. */
function checkOpenings(openings: readonly MessagesEntry[], found: ReadonlyMap<string, Entry>, agent: AgentFacts, context: FileContext): void {
  const [first, second] = openings;
  if (first === undefined) return;
  if (second !== undefined) {
    const related = [{ span: first.key, message: "the first one" }];
    context.report({ code: "T502", message: "`messages` is written twice.", span: second.key, hint: "Keep one of the two.", related });
  }
  for (const message of first.messages) context.text(message.text, agent.scope, { media: message.role === "user" });
  const other = found.get("prompt") ?? found.get("system");
  if (other !== undefined) {
    const key = other.key.text;
    context.report({
      code: "T461",
      message: `"${agent.decl.name.text}" has both \`messages\` and \`${key}\`: a conversation opens once.`,
      span: other.key,
      hint: `Move it into the list as \`${key === "system" ? "system" : "user"} "…"\`, or leave \`messages\` out.`,
      related: [{ span: first.key, message: "the other opening" }],
    });
  } else if (!first.messages.some((message) => message.role === "user")) {
    const message = `Nobody asks "${agent.decl.name.text}" anything: \`messages\` has no turn of the user.`;
    context.report({ code: "T454", message, span: first.key, hint: 'Add `user "…"` to the list.' });
  }
}

function checkOutputOfText(output: Entry | undefined, agent: AgentFacts, context: FileContext): void {
  if (output === undefined || agent.result.kind !== "string") return;
  const message = `"${agent.decl.name.text}" gives text, and \`output\` says how a value that is not text is asked for.`;
  context.report({ code: "T452", message, span: output.key, hint: "Leave `output` out, or give the agent a result type: `-> T`." });
}
