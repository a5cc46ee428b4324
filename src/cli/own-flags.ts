import { Option } from "commander";

/** A flag of Tantra itself. They win over an input of the same name, which `--set` still reaches. */
interface OwnFlag {
  readonly flags: string;
  readonly help: string;
  readonly group: "run" | "output" | "limits";
  readonly many?: boolean;
}

const ownFlags: readonly OwnFlag[] = [
  { flags: "--input <file>", group: "run", help: "inputs as a JSON object, from a file or from - (standard input)" },
  { flags: "--set <name=value>", group: "run", help: "one input by its name, whatever its name is", many: true },
  { flags: "--profile <name>", group: "run", help: "use this profile's providers, models and servers" },
  { flags: "--simulate", group: "run", help: "put the simulator in the place of every provider: no key, no network, no cost" },
  { flags: "--root <folder>", group: "run", help: "the project's root, which no path may leave (default: the nearest folder with package.json or .git)" },
  { flags: "--trust <host>", group: "run", help: "let keys be sent to this host, which the program names itself", many: true },
  { flags: "--detach", group: "run", help: "ask nobody: a run that waits for people stops with exit code 4 and says how to answer" },
  { flags: "--no-journal", group: "run", help: "keep nothing of the run: it cannot be gone on with, shown or replayed" },
  { flags: "--record <file>", group: "run", help: "write what models, tools and people answered to a recording, fit for a pull request" },
  { flags: "--replay <file>", group: "run", help: "play a recording, or the file of a run: no model is asked, no tool runs" },
  { flags: "--replay-missing <what>", group: "run", help: "what the recording lacks: stop (default) or live, which asks for it and adds it" },
  { flags: "--max-cost <dollars>", group: "limits", help: "stop before the whole run costs more" },
  { flags: "--timeout <duration>", group: "limits", help: "stop the whole run after so long: 90s, 5m, 1h" },
  { flags: "--out <file>", group: "output", help: "write the value to a file instead of standard output" },
  { flags: "--json", group: "output", help: "print one JSON object: value, usage, cost, runId, durations, warnings, error" },
  { flags: "--events <file>", group: "output", help: "write everything that happens to a file, one JSON object a line" },
  { flags: "--quiet", group: "output", help: "no progress and no report" },
  { flags: "--verbose", group: "output", help: "every step, request and tool call as a line" },
  { flags: "--no-color", group: "output", help: "no colours" },
];

const headings = { run: "Running:", limits: "Limits:", output: "Output:" } as const;

/** What was typed of Tantra's own flags. */
export interface OwnValues {
  readonly input?: string;
  readonly set?: readonly string[];
  readonly profile?: string;
  readonly simulate?: boolean;
  readonly root?: string;
  readonly trust?: readonly string[];
  readonly detach?: boolean;
  readonly maxCost?: string;
  readonly timeout?: string;
  readonly out?: string;
  readonly json?: boolean;
  readonly events?: string;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly color?: boolean;
  /** False: the run is not kept. */
  readonly journal?: boolean;
  readonly record?: string;
  readonly replay?: string;
  readonly replayMissing?: string;
}

export function ownOptions(): Option[] {
  return ownFlags.map(({ flags, help, group, many }) => {
    const option = new Option(flags, help).helpGroup(headings[group]);
    if (many) option.argParser((value: string, before: readonly string[] = []) => [...before, value]);
    return option;
  });
}

/** `--max-cost`, for each of them. */
export function ownNames(): string[] {
  return ownFlags.map(({ flags }) => flags.split(" ")[0] ?? "");
}
