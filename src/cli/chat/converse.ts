import { createRedactor } from "../../agent/redact.ts";
import { RunError } from "../../diagnostics/errors.ts";
import { renderFailure } from "../../diagnostics/render.ts";
import type { Graph } from "../../graph/graph.ts";
import { reasonOf } from "../../host/file-reasons.ts";
import type { LoadedProgram } from "../../host/load-program.ts";
import { openTalk, type Talk, type TalkOptions } from "../../interpreter/talk.ts";
import { collectCosts } from "../../report/collect.ts";
import { renderCost } from "../../report/render-cost.ts";
import { renderWarnings } from "../../report/warnings.ts";
import { exitCodes } from "../exit-codes.ts";
import { rendering } from "../layout.ts";
import type { OwnValues } from "../own-flags.ts";
import { reportWidth } from "../run/conclude.ts";
import { openEventsFile } from "../run/events-file.ts";
import { programWarnings } from "../run/program-errors.ts";
import { divertSideOutput } from "../run/side-output.ts";
import type { Terminal } from "../terminal.ts";
import { approving } from "./approve.ts";
import { type Console, isCommand, openConsole } from "./console.ts";
import { openShow, type Show } from "./show.ts";
import { type Place, runSlash } from "./slash.ts";

export interface Conversing {
  readonly program: LoadedProgram;
  readonly graph: Graph;
  readonly options: TalkOptions;
  readonly own: OwnValues;
  readonly terminal: Terminal;
}

/** Talks until somebody leaves, and gives the exit code. Throws a `RunError` where the conversation cannot begin. */
export async function converse({ program, graph, options, own, terminal }: Conversing): Promise<number> {
  const quiet = own.quiet === true;
  const layout = rendering(terminal.errLayout(), program);
  const columns = { ...layout, width: layout.width ?? reportWidth };
  const costs = collectCosts(options.prices.source);
  const events =
    own.events === undefined
      ? undefined
      : openEventsFile(own.events, process.cwd(), (why) => show.note(`${own.events} could not be written: ${reasonOf(why)}.`));
  let place: Place | undefined;
  const show = openShow(terminal, () => terminal.outIsTerminal && (place === undefined || speaks(place)), quiet);
  const root = new AbortController();
  const talk = await openTalk(graph, {
    ...options,
    hooks: { ...options.hooks, approve: approving(() => console, terminal) },
    signal: root.signal,
    onEvent(event) {
      costs.sink(event);
      events?.sink(event);
      show.sink(event);
    },
  });
  const console = openConsole({
    input: process.stdin,
    output: ownStream(process.stderr),
    say: show.note,
    stopped: () => new RunError("cancelled", "The reply was stopped."),
  });
  const flush = divertSideOutput(show.note);
  let ended: Promise<void> | undefined;
  const end = (): Promise<void> => {
    ended ??= talk.end();
    return ended;
  };
  let terminated = false;
  const terminate = (): void => {
    terminated = true;
    root.abort(new RunError("cancelled", "The process is to end."));
    console.close();
  };
  process.once("SIGTERM", terminate);
  place = {
    talk,
    graph,
    chats: [talk.chat],
    at: 0,
    saved: new Set(),
    cost: () => renderCost(costs.report(), columns),
    print: terminal.err,
    say: show.note,
    width: columns.width,
  };

  try {
    const warnings = programWarnings(program);
    if (!quiet && warnings.length > 0) terminal.err(`${renderWarnings(warnings, "tantra check shows them all", columns)}\n\n`);
    if (console.interactive && !quiet) greet(talk, show);
    const failed = await talkOn({ place, console, show, options, terminal, layout });
    await end();
    const report = quiet ? "" : renderCost(costs.report(), columns);
    if (report !== "") terminal.err(`\n${report}\n`);
    if (terminated) return 143;
    return failed && !console.interactive ? exitCodes.failed : exitCodes.done;
  } finally {
    process.off("SIGTERM", terminate);
    console.close();
    await end();
    flush();
    events?.close();
  }
}

interface Talking extends Pick<Conversing, "options" | "terminal"> {
  readonly place: Place;
  readonly console: Console;
  readonly show: Show;
  readonly layout: Parameters<typeof renderFailure>[1];
}

/** Line after line. Gives whether anything failed. */
async function talkOn({ place, console, show, options, terminal, layout }: Talking): Promise<boolean> {
  const redactor = createRedactor(options.secrets ?? []);
  let failed = false;
  const report = (thrown: unknown): void => {
    if (!(thrown instanceof RunError) || thrown.code === "T600") throw thrown;
    failed = true;
    show.nothing();
    terminal.err(`${redactor.text(renderFailure(thrown, layout))}\n`);
  };

  async function say(text: string | undefined): Promise<void> {
    const chat = place.chats[place.at];
    if (chat === undefined) return;
    await console.stoppable(async (signal) => {
      try {
        await show.reply(await place.talk.send(chat, text, signal));
      } catch (thrown) {
        if (signal.aborted) {
          show.nothing();
          show.note("Stopped: the conversation is as it was.");
        } else report(thrown);
      }
    });
  }

  if (place.talk.awaits(place.talk.chat)) await say(undefined);
  for (;;) {
    const line = await console.next(promptOf(place, terminal));
    if (line === undefined) return failed;
    if (line.trim() === "") continue;
    if (!isCommand(line)) {
      await say(line.startsWith("//") ? line.slice(1) : line);
      continue;
    }
    try {
      if ((await runSlash(line.trimEnd(), place)) === "leave") return failed;
    } catch (thrown) {
      if (!(thrown instanceof RunError) || thrown.code === "T600") throw thrown;
      failed = true;
      show.note([thrown.message, thrown.hint].filter((part) => part !== undefined).join(" "));
    }
  }
}

/** `analyst> `, and of a copy `analyst 2> `. */
function promptOf({ chats, at }: Place, terminal: Terminal): string {
  const name = chats[at]?.said.speaker.node.name ?? "";
  return `${terminal.errLayout().paint("name", `${name}${chats.length > 1 ? ` ${at + 1}` : ""}>`)} `;
}

function greet({ chat }: Talk, show: Show): void {
  const { speaker, messages } = chat.said;
  const said = messages.filter(({ role }) => role === "user" || role === "assistant").length;
  show.note(`Talking with ${speaker.node.name}. /help lists what else can be done, Ctrl-D leaves.`);
  if (chat.session?.kept !== undefined) show.note(`The session goes on: ${said} message${said === 1 ? "" : "s"} so far.`);
}

/** Whether the agent gives text, which may stream; all else is shown when it is whole. */
function speaks({ chats, at }: Place): boolean {
  return chats[at]?.said.speaker.node.result.kind === "string";
}

/** The stream with the `write` that it has now: later ones are for what tools print. */
function ownStream(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  return Object.create(stream, { write: { value: stream.write.bind(stream) } }) as NodeJS.WriteStream;
}
