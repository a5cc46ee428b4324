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
  await supervised(terminal, () => command(args, terminal));
}

/** Does what the process is for, whose exit code it gives, and ends the process: whatever goes wrong is a message. */
export async function supervised(terminal: Terminal, work: () => Promise<number>): Promise<void> {
  const show = (error: RunError): void => terminal.err(`${renderFailure(error, { source: () => undefined, ...terminal.errLayout() })}\n`);
  process.on("uncaughtException", (error) => {
    process.exitCode = 1;
    // What is live on the terminal goes away at the process's end, and the message must stand after it.
    process.once("exit", () => show(strayError(error)));
    process.exit();
  });
  try {
    process.exitCode = await work();
  } catch (error) {
    show(asRunError(error));
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

/** An error in a timer or a promise that nobody waits for. Nothing of ours does that; a tool's module may. */
function strayError(error: unknown): RunError {
  const message = error instanceof Error ? error.message : String(error);
  const hint = "It is likely a tool's module: an error in a timer or in a promise that is not awaited ends the process.";
  return new RunError("failed", `Something threw outside of every call: ${message}`, { hint, cause: error });
}

/** What is no error of ours is a bug of ours: it is said so, with its message and without a stack. */
function asRunError(error: unknown): RunError {
  if (error instanceof RunError) return error;
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new RunError("internal", `This is a bug in Tantra: ${message}`, { cause: error, hint: "Please report it with the program that leads to it." });
}
