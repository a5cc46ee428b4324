import type { Attach } from "../agent/attachment.ts";
import type { Attachment, ContentPart, Message, TextPart } from "../agent/provider.ts";
import type { Expr, TextPart as TextNodePart } from "../graph/expressions.ts";
import type { MessageNode } from "../graph/graph.ts";
import { evaluate } from "./evaluate.ts";
import type { Program } from "./program.ts";
import { templateOf } from "./strict.ts";
import { interpolate } from "./values/interpolate.ts";
import { asBool, asList, asString } from "./values/kinds.ts";
import { Variables } from "./variables.ts";

/** What an opening is rendered with. */
export interface Opening {
  readonly agent: string;
  readonly variables: Variables;
  readonly program: Program;
  readonly attach: Attach;
}

/** The opening of a conversation. Waits only where a message holds an image or a file. */
export function renderMessages(nodes: readonly MessageNode[], opening: Opening): readonly Message[] | Promise<readonly Message[]> {
  if (!nodes.some((node) => node.parts || node.cache)) return nodes.map((node) => plain(node, opening));
  return Promise.all(nodes.map((node) => (node.parts || node.cache ? inParts(node, opening) : plain(node, opening))));
}

function plain({ role, text }: MessageNode, { agent, variables, program }: Opening): Message {
  return { role, content: asString(evaluate(text, variables, program), `The ${role} text of "${agent}"`, text.place) };
}

type Piece =
  /** `written`: by the author, and not what a value filled in. */
  { readonly of: "text"; readonly text: string; readonly written: boolean } | { readonly of: Attachment["type"]; readonly source: string } | typeof mark;
/** Everything before it is worth caching. */
const mark = Symbol("cache");

async function inParts(node: MessageNode, opening: Opening): Promise<Message> {
  const pieces: Piece[] = [];
  if (node.parts) collect([node.text], opening.variables, opening.program, pieces);
  else pieces.push({ of: "text", text: plain(node, opening).content, written: false });
  if (node.cache) pieces.push(mark);
  const parts: ContentPart[] = [];
  let text = "";
  const flush = (cache: { readonly cache?: true } = {}): void => {
    if (text !== "") parts.push({ type: "text", text, ...cache });
    text = "";
  };
  for (const piece of pieces) {
    if (piece === mark) flush({ cache: true });
    else if (piece.of === "text") text += piece.text;
    else {
      flush();
      parts.push(await opening.attach(piece.source, piece.of));
    }
  }
  flush();
  const texts = parts.filter((part): part is TextPart => part.type === "text");
  const content = texts.map((part) => part.text).join("");
  const { role } = node;
  if (role === "assistant" || (parts.length === texts.length && !texts.some((part) => part.cache))) return { role, content };
  return role === "system" ? { role, content, parts: texts } : { role, content, parts };
}

/** As the evaluation of a text, but images and files stay what they are, and a template that is to be cached leaves its mark. */
function collect(parts: readonly TextNodePart[], variables: Variables, program: Program, into: Piece[]): void {
  for (const part of parts) {
    if (typeof part === "string") into.push({ of: "text", text: part, written: true });
    else if (part.kind === "text") {
      program.visit?.(part);
      collect(part.parts, variables, program, into);
      if (part.trimFinalNewline) trimNewline(into);
    } else if (part.kind === "media") into.push({ of: part.of, source: asString(evaluate(part.value, variables, program), `The ${part.of}`, part.place) });
    else if (part.kind === "text_for") {
      const list = asList(evaluate(part.list, variables, program), "What `%{for}` goes through", part.place);
      for (const element of list) choose(part.body, variables.with(part.name, element), program, into);
    } else if (part.kind === "text_if") {
      const chosen = asBool(evaluate(part.condition, variables, program), "The condition of `%{if}`", part.place) ? part.then : part.else;
      choose(chosen, variables, program, into);
    } else if (part.kind === "template_call") collectTemplate(part, variables, program, into);
    else into.push({ of: "text", text: interpolate(evaluate(part, variables, program), part.place), written: false });
  }
}

function choose(parts: readonly TextNodePart[], variables: Variables, program: Program, into: Piece[]): void {
  program.visit?.(parts);
  collect(parts, variables, program, into);
}

/** As in any text: the newline that ends the last line written is no part of it, one that a value ends with stays. */
function trimNewline(pieces: Piece[]): void {
  const at = pieces.findLastIndex((piece) => piece === mark || piece.of !== "text" || piece.text !== "");
  const last = pieces[at];
  if (last === undefined || last === mark || last.of !== "text" || !last.written || !last.text.endsWith("\n")) return;
  pieces[at] = { ...last, text: last.text.slice(0, -1) };
}

function collectTemplate(call: Extract<Expr, { kind: "template_call" }>, variables: Variables, program: Program, into: Piece[]): void {
  const template = templateOf(call.template, program, call.place);
  const names = template.params.map(({ name, default: otherwise }) => {
    const given = Object.hasOwn(call.args, name) ? call.args[name] : undefined;
    return [name, given === undefined ? (otherwise ?? null) : evaluate(given, variables, program)] as const;
  });
  collect([template.text], Variables.of(Object.fromEntries(names)), program, into);
  if (template.options?.["cache"] === true) into.push(mark);
}
