import { projectRoot } from "../../host/project.ts";
import { runStore } from "../../host/run-store.ts";
import { exitCodes } from "../exit-codes.ts";
import { helpOfSimple, readSimple, type Simple } from "../flags.ts";
import { openOutFile } from "../run/out-file.ts";
import { recordingText } from "../run/recording.ts";
import type { Terminal } from "../terminal.ts";
import { usageError } from "../usage-error.ts";

const simple: Simple = {
  usage: "record RUN|last [FILE] [flags]",
  about:
    "Writes a run that is kept as a recording: what models, tools and people were asked and answered, in the order of the source, without times. It can be replayed, committed and edited. Without FILE it goes to standard output.",
  flags: { "--root <folder>": "the project's root (default: the nearest folder with package.json or .git)" },
};

/** `tantra record RUN|last [FILE]` */
export async function record(words: readonly string[], terminal: Terminal): Promise<number> {
  const { operands, flags, help } = readSimple(simple, words);
  if (help) {
    await terminal.out(helpOfSimple(simple, terminal.outLayout()));
    return exitCodes.done;
  }
  const [named, file, ...more] = operands;
  if (named === undefined || more.length > 0) throw usageError("What to record is one run, and where to is one file.", "tantra record last run.jsonl");
  const { root } = flags;
  const store = runStore(projectRoot(typeof root === "string" ? root : undefined));
  const text = recordingText(store.read(store.find(named)));
  if (file === undefined) await terminal.out(text);
  else openOutFile(file, process.cwd(), { flag: "FILE" }).write(text);
  return exitCodes.done;
}
