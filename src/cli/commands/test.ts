import { exitCodes } from "../exit-codes.ts";
import { helpOfSimple, readSimple, type Simple } from "../flags.ts";
import { parseDuration } from "../run/limits.ts";
import type { Terminal } from "../terminal.ts";
import { reporters, type TestJob, testJob } from "../test/test-job.ts";
import { usageError } from "../usage-error.ts";

const simple: Simple = {
  usage: "test FILE… [flags]",
  about:
    "Runs the `test` blocks of programs, and of every .tantra file of the folders that are named. Exit code 1: one has failed; 3: a program has errors, and nothing ran.",
  flags: {
    "--filter <text>": "only tests whose name holds this text",
    "--watch": "run those that a change touches again, whenever a file changes",
    "--reporter <name>": "pretty (default), json or junit",
    "--verbose": "what was said in passed tests too, nothing cut, and every branch that no test reached",
    "--timeout <duration>": "the most that one test may take: 90s, 5m (default: 60s)",
    "--update": "run what recordings lack or have otherwise for real, and write them anew",
    "--profile <name>": "a profile of the programs",
    "--trust <host>": "a host that keys may be sent to although a program names it itself",
    "--root <folder>": "the project's root, which no path may leave",
  },
};

const defaultTimeoutMs = 60_000;

/** `tantra test FILE… [folders] [--filter TEXT] [--watch] [--reporter NAME]` */
export async function test(args: readonly string[], terminal: Terminal): Promise<number> {
  const { operands, flags, help } = readSimple(simple, args);
  if (help) {
    await terminal.out(helpOfSimple(simple, terminal.outLayout()));
    return exitCodes.done;
  }
  if (operands.length === 0) throw usageError("There is no file to test.", "tantra test FILE.tantra, or a folder.");
  const { root, filter, profile, trust, timeout, reporter: wanted = "pretty" } = flags as Readonly<Record<string, string | undefined>>;
  const reporter = reporters.find((each) => each === wanted);
  if (reporter === undefined) throw usageError(`There is no reporter "${wanted}".`, `There is ${reporters.join(", ")}.`);
  const job: TestJob = {
    operands,
    reporter,
    verbose: flags["verbose"] === true,
    timeoutMs: timeout === undefined ? defaultTimeoutMs : parseDuration(timeout),
    ...(filter === undefined ? {} : { filter }),
    ...(flags["update"] === true ? { update: true } : {}),
    ...(profile === undefined ? {} : { profile }),
    ...(trust === undefined ? {} : { trust }),
    ...(root === undefined ? {} : { root }),
  };
  if (flags["watch"]) {
    const { watchTests } = await import("../test/watch-tests.ts");
    const { keysOf } = await import("../test/keys.ts");
    return watchTests(job, terminal, keysOf(process.stdin));
  }
  return (await testJob(job, terminal)).code;
}
