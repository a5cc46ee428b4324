import type { Graph, ParamNode } from "./graph.ts";
import { recordOf } from "./schema.ts";
import type { Types } from "./spell.ts";
import type { TypeNode } from "./types.ts";

/**
 * A program's types as a `.d.ts` file: its records, what its workflows and agents take and give, and what a host may give in
 * the place of its tools and providers. It adds itself to `Programs` of the package under the entry file's path.
 */
export function typescriptOf(graph: Graph): string {
  const entry = graph.sources[0]?.path ?? "";
  const names = namesOf(graph.types);
  const printer = new Printer(graph.types, names);
  const own = unique("Types", new Set(names.values()));
  const callables = [
    ...Object.entries(graph.workflows).filter(([key]) => key.startsWith(`${entry}#`)),
    ...Object.entries(graph.agents).filter(([key, agent]) => key.startsWith(`${entry}#`) && agent.callable),
  ];
  const starts = callables.map(([, { name, doc, params, result }]) =>
    member(name, doc, [`readonly input: ${printer.parameters(params)};`, `readonly value: ${printer.type(result, "out")};`]),
  );
  const tools = byName(graph.tools, entry).map(({ name, doc, params, result }) =>
    member(name, doc, [`readonly input: ${printer.arguments(params)};`, `readonly value: ${printer.type(result, "in")};`]),
  );
  const body = [
    ...documented(graph.doc, [`export interface ${own} {`]),
    ...block("starts", starts),
    ...block("tools", tools),
    `  readonly providers: ${literals(Object.values(graph.providers))};`,
    `  readonly profiles: ${literals(Object.keys(graph.profiles).map((name) => ({ name })))};`,
    "}",
  ];
  const records = printer.records();
  return [
    `// Written by \`tantra types\` from ${fileName(entry)}: do not change it, write it again.`,
    ...(printer.usesJson ? ['import type { Json as TantraJson } from "tantra";'] : []),
    "",
    ...records,
    ...body,
    "",
    'declare module "tantra" {',
    "  interface Programs {",
    `    readonly ${JSON.stringify(entry)}: ${own};`,
    "  }",
    "}",
    "",
  ].join("\n");
}

/** Of declarations of one name the entry file's, else the first: the one that a bare name can only mean. */
function byName<N extends { readonly name: string }>(nodes: Readonly<Record<string, N>>, entry: string): readonly N[] {
  const own = Object.entries(nodes).sort(([a], [b]) => Number(b.startsWith(`${entry}#`)) - Number(a.startsWith(`${entry}#`)));
  return own.map(([, node]) => node).filter(({ name }, index, all) => all.findIndex((other) => other.name === name) === index);
}

/** Data that goes in may leave out what may be null; what comes out has it. */
type Way = "in" | "out";

class Printer {
  usesJson = false;
  readonly #types: Types;
  readonly #names: ReadonlyMap<string, string>;
  /** Records that were named so far, in the order in which they were. */
  readonly #asked = new Set<string>();

  constructor(types: Types, names: ReadonlyMap<string, string>) {
    this.#types = types;
    this.#names = names;
  }

  type(type: TypeNode, way: Way): string {
    switch (type.kind) {
      case "string":
      case "image":
      case "file":
        return "string";
      case "int":
      case "float":
        return "number";
      case "bool":
        return "boolean";
      case "json":
        this.usesJson = true;
        return "TantraJson";
      case "null":
      case "none":
        return "null";
      case "literal":
        return JSON.stringify(type.value);
      case "list":
        return `readonly ${this.#part(type.element, way)}[]`;
      case "map":
        return `{ readonly [key: string]: ${this.type(type.value, way)} }`;
      case "nullable":
        return `${this.type(type.type, way)} | null`;
      case "record":
        return this.#record(type.name, way);
      case "union":
        return type.members.map((one) => this.type(one, way)).join(" | ");
    }
  }

  /** What a caller gives. */
  parameters(params: readonly ParamNode[]): string {
    return record(params.map(({ name, type, default: preset }) => property(name, this.type(type, "in"), preset !== undefined || type.kind === "nullable")));
  }

  /** What a tool's function is given: everything, with defaults filled in. */
  arguments(params: readonly ParamNode[]): string {
    return record(params.map(({ name, type }) => property(name, this.type(type, "out"), false)));
  }

  /** The interfaces of all records that were named. */
  records(): string[] {
    const lines: string[] = [];
    // Those that the fields name are asked for as this goes on, and come after.
    for (const asked of this.#asked) {
      const [way, key] = [asked.slice(0, asked.indexOf(" ")) as Way, asked.slice(asked.indexOf(" ") + 1)];
      const { doc, fields } = recordOf(key, this.#types);
      lines.push(...documented(doc, [`export interface ${this.#record(key, way)} {`]));
      for (const field of fields) {
        const line = property(field.name, this.type(field.type, way), way === "in" && field.type.kind === "nullable");
        lines.push(...documented(field.doc, [`${line};`]).map((each) => `  ${each}`));
      }
      lines.push("}", "");
    }
    return lines;
  }

  #record(key: string, way: Way): string {
    const name = this.#names.get(key) ?? "unknown";
    const differs = way === "in" && this.#leavesOut(key);
    this.#asked.add(`${differs ? "in" : "out"} ${key}`);
    return differs ? `${name}Input` : name;
  }

  #leavesOut(key: string): boolean {
    const inType = (type: TypeNode): boolean => {
      if (type.kind === "nullable") return true;
      if (type.kind === "list") return inType(type.element);
      if (type.kind === "map") return inType(type.value);
      if (type.kind === "union") return type.members.some(inType);
      return type.kind === "record" && this.#leavesOut(type.name);
    };
    return recordOf(key, this.#types).fields.some(({ type }) => inType(type));
  }

  #part(type: TypeNode, way: Way): string {
    const text = this.type(type, way);
    return /[| ]/.test(text) && !/^\{.*\}$/.test(text) ? `(${text})` : text;
  }
}

/** Names that cannot be an interface's. */
const taken = ["any", "unknown", "never", "void", "object", "string", "number", "boolean", "bigint", "symbol", "undefined", "null", "TantraJson"];

/** A TypeScript name for each record: its own, numbered where two files have one of that name. */
function namesOf(types: Types): ReadonlyMap<string, string> {
  const used = new Set(taken);
  return new Map(Object.entries(types).map(([key, { name }]) => [key, unique(name, used)]));
}

function unique(name: string, used: Set<string>): string {
  let free = name;
  for (let n = 2; used.has(free) || used.has(`${free}Input`); n++) free = `${name}${n}`;
  used.add(free).add(`${free}Input`);
  return free;
}

function property(name: string, type: string, optional: boolean): string {
  return optional ? `readonly ${name}?: ${type} | undefined` : `readonly ${name}: ${type}`;
}

function record(properties: readonly string[]): string {
  return properties.length === 0 ? "Readonly<Record<never, never>>" : `{ ${properties.join("; ")} }`;
}

function member(name: string, doc: string | undefined, lines: readonly string[]): string[] {
  return documented(doc, [`readonly ${name}: {`, ...lines.map((line) => `  ${line}`), "};"]);
}

function block(name: string, members: readonly (readonly string[])[]): string[] {
  if (members.length === 0) return [`  readonly ${name}: ${record([])};`];
  return [`  readonly ${name}: {`, ...members.flat().map((line) => `    ${line}`), "  };"];
}

function documented(doc: string | undefined, lines: readonly string[]): string[] {
  if (doc === undefined) return [...lines];
  const words = doc.replaceAll("*/", "*\\/").split("\n");
  return words.length === 1 ? [`/** ${words[0]} */`, ...lines] : ["/**", ...words.map((line) => ` * ${line}`.trimEnd()), " */", ...lines];
}

function literals(nodes: readonly { readonly name: string }[]): string {
  const names = [...new Set(nodes.map(({ name }) => name))];
  return names.length === 0 ? "never" : names.map((name) => JSON.stringify(name)).join(" | ");
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
