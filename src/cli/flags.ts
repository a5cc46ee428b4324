import { Command, CommanderError, Option } from "commander";
import { suggest } from "../diagnostics/suggest.ts";
import type { Layout } from "./terminal.ts";
import { usageError } from "./usage-error.ts";

/** A command whose flags do not depend on a program. */
export interface Simple {
  readonly usage: string;
  readonly about: string;
  /** By flag as commander writes it: `--root <folder>`. */
  readonly flags: Readonly<Record<string, string>>;
  /** Those that may stand several times: their values are lines of one text. */
  readonly many?: readonly string[];
}

export interface SimpleTyped {
  readonly operands: readonly string[];
  /** A flag's value by its camelCased name; `true` for one without. */
  readonly flags: Readonly<Record<string, string | boolean | undefined>>;
  readonly help: boolean;
}

/** Reads the words of a simple command. Throws T621 for a flag that it does not have. */
export function readSimple(simple: Simple, args: readonly string[]): SimpleTyped {
  if (args.includes("--help") || args.includes("-h")) return { operands: [], flags: {}, help: true };
  const command = commandOf(simple);
  try {
    command.parse(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const flag = /'([^']*)'/.exec(error.message)?.[1] ?? "";
    if (error.code !== "commander.unknownOption") throw usageError(`${flag.split(" ")[0]} has no value.`, `Write ${flag}`);
    const nearest = suggest(flag, [...command.options.map((option) => option.long ?? ""), "--help"]);
    throw usageError(`There is no flag ${flag}.`, nearest === undefined ? "--help lists them." : `Did you mean ${nearest}?`);
  }
  return { operands: command.args, flags: command.opts(), help: false };
}

export function helpOfSimple(simple: Simple, { width, paint }: Layout): string {
  return commandOf(simple)
    .configureHelp({
      helpWidth: width ?? 100,
      visibleArguments: () => [],
      styleTitle: (title) => paint("strong", title),
      styleOptionTerm: (term) => paint("place", term),
    })
    .helpInformation();
}

function commandOf({ usage, about, flags, many = [] }: Simple): Command {
  const command = new Command("tantra")
    .usage(usage)
    .description(about)
    .argument("[words...]")
    .helpOption(false)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
  for (const [flag, help] of Object.entries(flags)) {
    const option = new Option(flag, help);
    if (many.includes(flag)) option.argParser((value: string, before?: string) => (before === undefined ? value : `${before}\n${value}`));
    command.addOption(option);
  }
  return command.addOption(new Option("--no-color", "no colours"));
}
