import type { EventOf, EventType, RunEvent } from "../../agent/events.ts";
import { waitsForPeople } from "../../agent/question.ts";
import type { Json } from "../../diagnostics/json.ts";
import { visible } from "../../diagnostics/visible.ts";
import { formatCost, formatDuration, formatTokens, formatUsd } from "../../report/figures.ts";
import { holdable } from "./holdable.ts";
import type { Progress } from "./live.ts";

/** What a line says of an event; `undefined`: the event has no line. */
type Line<T extends EventType> = ((event: EventOf<T>) => string | undefined) | undefined;

/**
 * The lines that are written where there is no terminal: what ended, and whatever went another way than planned. The
 * table holds every event, so that a new one is given a line or denied one.
 */
const lines: { readonly [T in EventType]: Line<T> } = {
  "run.started": undefined,
  "run.finished": undefined,
  "run.failed": undefined,
  "step.started": undefined,
  "step.finished": undefined,
  "step.failed": (e) => (e.tolerated ? `failed, and the program goes on without it: ${e.error.message}` : undefined),
  "step.cancelled": undefined,
  "agent.started": undefined,
  "agent.finished": (e) => `done in ${formatDuration(e.durationMs)}, ${formatTokens(e.usage.input + e.usage.output)} tokens, ${formatCost(e.cost)}`,
  "agent.failed": (e) => `${e.error.class === "cancelled" ? "cancelled" : "failed"} after ${formatDuration(e.durationMs)}: ${e.error.message}`,
  "model.queued": undefined,
  "model.requested": undefined,
  "model.delta": undefined,
  "model.replied": undefined,
  "model.failed": undefined,
  "retry.scheduled": (e) =>
    `${e.class}, attempt ${e.nextAttempt} of ${e.maxAttempts} in ${formatDuration(e.delayMs)}${e.because === "server" ? " as the server asks" : ""}`,
  "attempt.restarted": () => "the reply broke off and starts over",
  "fallback.entered": (e) => `${bare(e.from)} failed (${e.class}: ${e.message}), going on with ${bare(e.to)}`,
  "breaker.opened": (e) => `${bare(e.provider)} is left alone for ${formatDuration(e.openMs)}: ${e.failures} of ${e.calls} calls failed`,
  "breaker.closed": (e) => `${bare(e.provider)} is asked again`,
  "tool.called": undefined,
  "tool.returned": undefined,
  "tool.failed": (e) => (waitsForPeople(e.error) ? undefined : e.error.message),
  "tool.abandoned": (e) => `the tool ${e.tool} did not stop when it was told to, and is not waited for`,
  "output.invalid": (e) => `unfit reply: ${e.message}`,
  "check.failed": (e) => `the check ${e.check} does not hold`,
  "repair.sent": (e) => `repair ${e.repair} of ${e.max} is asked for`,
  "handoff.taken": (e) => `${e.from} hands over to ${e.to}`,
  "budget.waiting": (e) => `waits for ${formatUsd(e.needsUsd)} of the budget ${bare(e.budget)}, which has ${formatUsd(e.availableUsd)} left`,
  "budget.spent": undefined,
  "ask.waiting": (e) => (e.of === "ask" ? `asks: ${e.question}` : `asks whether to call ${e.tool} with ${JSON.stringify(e.arguments)}`),
  "ask.answered": undefined,
  "hook.called": undefined,
  warning: (e) => `warning: ${e.message}`,
};

/** The line of an event by itself; undefined: it has none. */
export function plainLine(event: RunEvent): string | undefined {
  return (lines[event.type] as ((event: RunEvent) => string | undefined) | undefined)?.(event);
}

/** What `--verbose` adds. */
const more: { readonly [T in EventType]?: Line<T> } = {
  "run.started": (e) => `run ${e.runId} starts${e.profile === undefined ? "" : ` with the profile ${e.profile}`}, input ${short(e.input)}`,
  "step.started": (e) => `${e.kind} starts${e.total === undefined ? "" : `, ${e.total} in all`}`,
  "step.finished": (e) => `${e.kind} done in ${formatDuration(e.durationMs)}`,
  "step.cancelled": (e) => `cancelled: ${e.reason}`,
  "agent.started": (e) => `${e.agent} starts${e.args === undefined ? "" : ` with ${short(e.args)}`}`,
  "model.requested": (e) =>
    `asks ${e.modelId}, ${e.request.messages.length} messages${e.waitedMs > 0 ? `, after ${formatDuration(e.waitedMs)} in the queue` : ""}`,
  "model.replied": (e) =>
    `${e.modelId} replied in ${formatDuration(e.durationMs)}: ${e.reply.toolCalls.length > 0 ? `${e.reply.toolCalls.map((call) => call.name).join(", ")} ` : ""}${short(e.reply.text)}`,
  "model.failed": (e) => `${e.modelId} failed: ${e.error.message}`,
  "tool.called": (e) => `calls ${e.tool} with ${short(e.arguments)}`,
  "tool.returned": (e) => `${e.tool} gave ${short(e.result)}`,
  "budget.spent": (e) =>
    e.budgets.length === 0 ? undefined : e.budgets.map((b) => `${bare(b.name)}: ${formatUsd(b.spentUsd)} of ${formatUsd(b.maxUsd)}`).join(", "),
  "ask.answered": (e) => `${e.default ? "nobody answered, so it is" : "answered:"} ${short(e.answer)}`,
  "hook.called": (e) => `the hook ${e.hook} decided in ${formatDuration(e.durationMs)}`,
};

/** Progress as plain lines, each with the time since the start and the step. */
export function lineProgress(print: (text: string) => void, verbose: boolean): Progress {
  const { write, hold, flush } = holdable(print);
  const table = (verbose ? { ...lines, ...more } : lines) as Readonly<Record<string, ((event: RunEvent) => string | undefined) | undefined>>;
  let start: number | undefined;
  let written = false;
  /** Failures that have been told: each passes through several steps on its way out. */
  const told = new Set<string>();
  /** Those whose message stood in the line of an unfit reply. */
  const explained = new Set<string>();

  function say(text: string): void {
    written = true;
    write(`${text}\n`);
  }
  function lineOf(event: RunEvent): string | undefined {
    if (event.type === "output.invalid") explained.add(keyOf(event));
    if ((event.type === "agent.failed" && event.error.class !== "cancelled") || event.type === "step.failed") {
      const failure = keyOf(event.error);
      if (told.has(failure)) return undefined;
      if (event.type === "agent.failed" || event.tolerated) told.add(failure);
      if (event.type === "agent.failed" && explained.has(failure)) return `failed after ${formatDuration(event.durationMs)}`;
    }
    return table[event.type]?.(event);
  }
  return {
    sink(event: RunEvent) {
      start ??= event.at;
      const line = lineOf(event);
      if (line === undefined) return;
      const time = formatDuration(event.at - start).padStart(7);
      say(`${time}  ${visible(event.path, true)}: ${visible(line, true)}`);
    },
    say,
    hold,
    // What comes after it stands apart.
    end() {
      flush();
      if (written) write("\n");
      written = false;
    },
    lasting: true,
  };
}

function keyOf({ path, message }: { readonly path: string; readonly message: string }): string {
  return `${path}\n${message}`;
}

/** No progress at all: `--quiet`. What is said is still said. */
export function quietProgress(print: (text: string) => void): Progress {
  const { write, hold, flush } = holdable(print);
  return { sink: () => undefined, say: (text) => write(`${text}\n`), hold, end: flush, lasting: true };
}

const longest = 100;

function short(value: Json): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

/** The name in a key: `file#name`. */
function bare(key: string): string {
  return key.slice(key.lastIndexOf("#") + 1);
}
