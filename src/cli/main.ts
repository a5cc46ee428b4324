import { RunError } from "../diagnostics/errors.ts";
import { renderFailure } from "../diagnostics/render.ts";
import { suggest } from "../diagnostics/suggest.ts";
import { type CommandName, commands } from "./commands.ts";
import { exitCodeOf } from "./exit-codes.ts";
import { openTerminal, type Terminal } from "./terminal.ts";
import { usageError } from "./usage-error.ts";

/** Runs the command that the words name, and ends the process with its exit code. */
export async function main(args: readonly string[]): Promise<void> {
  const terminal = openTerminal(!args.includes("--no-color"));
  try {
    process.exitCode = await command(args, terminal);
  } catch (error) {
    terminal.err(`${renderFailure(asRunError(error), { source: () => undefined, ...terminal.errLayout() })}\n`);
    process.exitCode = exitCodeOf(error);
  }
  // A tool's module may hold the process open with a timer or a socket; the run is over.
  process.exit();
}

async function command([name, ...rest]: readonly string[], terminal: Terminal): Promise<number> {
  if (name === undefined || name === "help" || name === "--help" || name === "-h") return commands.help(rest, terminal);
  if (Object.hasOwn(commands, name)) return commands[name as CommandName](rest, terminal);
  const hint = name.endsWith(".tantra") ? `To run it: tantra run ${name}` : suggestion(name);
  throw usageError(`There is no command "${name}".`, hint);
}

function suggestion(name: string): string {
  const nearest = suggest(name, Object.keys(commands));
  return nearest === undefined ? "tantra --help lists the commands." : `Did you mean "${nearest}"?`;
}

/** What is no error of ours is a bug of ours: it is said so, with its message and without a stack. */
function asRunError(error: unknown): RunError {
  if (error instanceof RunError) return error;
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new RunError("internal", `This is a bug in Tantra: ${message}`, { cause: error, hint: "Please report it with the program that leads to it." });
}
