import { Command, CommanderError } from "commander";
import type { JsonObject } from "../diagnostics/json.ts";
import { suggest } from "../diagnostics/suggest.ts";
import { conformArguments } from "../graph/complete.ts";
import type { Graph, ParamNode } from "../graph/graph.ts";
import type { Start } from "../interpreter/start.ts";
import { flagOf, inputOptions } from "./input-flags.ts";
import { type OwnValues, ownNames, ownOptions } from "./own-flags.ts";
import { readInputFile, readValue } from "./read-value.ts";
import { usageError } from "./usage-error.ts";

/** What was typed, as far as it can be understood without the program. */
export interface Typed {
  readonly file: string | undefined;
  /** The workflow or agent. */
  readonly main: string | undefined;
  readonly own: OwnValues;
  readonly help: boolean;
}

/** The words before the program is known: its file comes first, then what to start; flags of Tantra may stand anywhere. */
export function firstLook(args: readonly string[]): Typed {
  const help = args.includes("--help") || args.includes("-h");
  const command = bare().allowUnknownOption();
  for (const option of ownOptions()) command.addOption(option);
  const { operands } = guarded(() => command.parseOptions(args.filter((arg) => arg !== "--help" && arg !== "-h")), []);
  return { file: operands[0], main: operands[1], own: command.opts<OwnValues>(), help };
}

export interface Understood {
  readonly own: OwnValues;
  readonly input: JsonObject;
}

/**
 * All words, now that the inputs are known. Flags win over `--input`, `--set` over both, and all over what a recording was made with. Throws T621 with everything that is wrong with
 * the inputs at once.
 */
export function understand(args: readonly string[], start: Start, graph: Graph, cwd: string, recorded: JsonObject = {}): Understood {
  const { params } = start.node;
  const typed = new Map<string, string>();
  const command = withInputs(params, (name, value) => typed.set(name, value));
  guarded(() => command.parse(spelled(args, params), { from: "user" }), params);
  const own = command.opts<OwnValues>();
  for (const pair of own.set ?? []) {
    const at = pair.indexOf("=");
    if (at < 1) throw usageError(`--set ${pair} has no value.`, "Write --set NAME=VALUE");
    typed.set(nameLike(pair.slice(0, at), params), pair.slice(at + 1));
  }
  const before = own.input === undefined ? [] : Object.entries(readInputFile(own.input, cwd));
  const flags = [...typed].map(([name, text]): [string, unknown] => {
    const param = params.find((each) => each.name === name);
    return [name, param === undefined ? text : readValue(name, param.type, text, cwd)];
  });
  // Made of entries, so that `__proto__` is a name like any other.
  const given = Object.fromEntries([...Object.entries(recorded).filter(([name]) => params.some((param) => param.name === name)), ...before, ...flags]);
  const fitted = conformArguments(params, given, graph.types);
  if (fitted.ok) return { own, input: fitted.value };
  throw usageError(fitted.problems.map((problem) => problem.message).join("\n"), inputHint(start));
}

/** The command with the inputs' flags; what is typed for one is handed to `take`. */
export function withInputs(params: readonly ParamNode[], take: (name: string, value: string) => void): Command {
  const command = bare();
  for (const option of inputOptions(params, new Set(ownNames()), take)) command.addOption(option);
  for (const option of ownOptions()) command.addOption(option);
  return command;
}

function bare(): Command {
  return new Command("tantra run")
    .argument("[file]")
    .argument("[main]")
    .helpOption(false)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
}

function inputHint({ of, node }: Start): string {
  const flags = node.params.map((param) => flagOf(param.name));
  return flags.length === 0
    ? `The ${of} "${node.name}" takes no input.`
    : `The ${of} "${node.name}" takes ${flags.join(" ")}; --help after the file says more.`;
}

/** `_` may be typed `-`. */
function nameLike(typed: string, params: readonly ParamNode[]): string {
  return params.find(({ name }) => name === typed || name.replaceAll("_", "-") === typed)?.name ?? typed;
}

/** Every flag in the one spelling that is declared, and a bool with its value: `--dry_run` is `--dry-run=true`. */
function spelled(args: readonly string[], params: readonly ParamNode[]): string[] {
  const own = new Set(ownNames());
  const takesNext = new Set(ownOptions().flatMap((option) => (option.required ? [option.long ?? ""] : [])));
  const result: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? "";
    const [flag = "", ...rest] = arg.split("=");
    const param = own.has(flag) ? undefined : params.find(({ name }) => flagOf(name) === flag.replaceAll("_", "-") || `--${name}` === flag);
    const denied = params.find(({ name, type }) => isBool(type) && `--no-${flagOf(name).slice(2)}` === flag.replaceAll("_", "-"));
    if (param === undefined && denied !== undefined && !own.has(flag)) result.push(`${flagOf(denied.name)}=false`);
    else if (param === undefined) {
      result.push(arg);
      // What a flag takes is no flag, whatever it looks like.
      if (takesNext.has(arg) && index + 1 < args.length) result.push(args[++index] ?? "");
    } else if (arg.includes("=")) result.push(`${flagOf(param.name)}=${rest.join("=")}`);
    else if (isBool(param.type)) {
      const next = args[index + 1];
      const said = next === "true" || next === "false";
      if (said) index++;
      result.push(`${flagOf(param.name)}=${said ? next : "true"}`);
    } else if (index + 1 < args.length) result.push(`${flagOf(param.name)}=${args[++index] ?? ""}`);
    else result.push(flagOf(param.name));
  }
  return result;
}

function isBool(type: ParamNode["type"]): boolean {
  return type.kind === "bool" || (type.kind === "nullable" && isBool(type.type));
}

/** Commander's complaints in sentences of ours. */
function guarded<T>(parse: () => T, params: readonly ParamNode[]): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const flag = /'(?:error: )?([^']*)'/.exec(error.message)?.[1] ?? "";
    const name = flag.split(/[ =]/)[0] ?? flag;
    if (error.code === "commander.unknownOption") {
      const nearest = suggest(name, [...params.map((param) => flagOf(param.name)), ...ownNames(), "--help"]);
      throw usageError(`There is no input and no flag ${name}.`, nearest === undefined ? "--help after the file lists them." : `Did you mean ${nearest}?`);
    }
    if (error.code === "commander.optionMissingArgument") throw usageError(`${name} has no value.`, `Write ${flag}`);
    if (error.code === "commander.excessArguments")
      throw usageError("There are too many words.", 'Inputs are flags: --topic "tides". What to start stands right after the file.');
    throw usageError(`${error.message.replace(/^error: /, "")}.`);
  }
}
