import type { EventOf, EventType, RunEvent } from "../../agent/events.ts";
import { visible } from "../../diagnostics/visible.ts";
import { formatDuration } from "../../report/figures.ts";

export type Status = "running" | "waiting" | "done" | "failed" | "cancelled";

/** A step as the progress tree shows it. */
export interface ProgressNode {
  readonly path: string;
  label: string;
  /** What an agent was given, as far as that tells it from its siblings. */
  readonly about: string;
  readonly kind: string;
  readonly depth: number;
  readonly children: ProgressNode[];
  status: Status;
  readonly startedAt: number;
  endedAt: number | undefined;
  /** Of a loop over branches: how many there are. */
  total: number | undefined;
  ended: number;
  /** Tokens of finished attempts, and those of the running one as far as they can be guessed from its text. */
  tokens: number;
  streamedBytes: number;
  /** What it waits for, or what just happened to it. */
  note: string;
  /** When a wait ends: a countdown that stands for `{}` in the note. */
  noteUntil: number | undefined;
  /** The text that streams in, or the end of it. */
  text: string;
  /** When text last came. */
  textAt: number;
}

/** The state of a run as its events tell it: what the live tree draws. */
export interface ProgressTree {
  readonly sink: (event: RunEvent) => void;
  /** The whole run; undefined before it started. */
  root(): ProgressNode | undefined;
  /** The agent whose text came last. */
  front(): ProgressNode | undefined;
  usd(): number;
}

/** So much of a streamed text is kept at most; what is older goes half of it at a time, so that its lines stay as they are. */
const textKept = 4000;

export function progressTree(): ProgressTree {
  const nodes = new Map<string, ProgressNode>();
  let root: ProgressNode | undefined;
  let front: ProgressNode | undefined;
  let usd = 0;

  function open(
    path: string,
    label: string,
    kind: string,
    at: number,
    { total, about = "" }: { total?: number | undefined; about?: string } = {},
  ): ProgressNode {
    const parent = above(path);
    const node: ProgressNode = {
      ...{
        path,
        label: visible(parent?.path === withoutIndex(path) ? indexOf(path) : label, true),
        about: visible(about, true),
        kind,
        depth: parent === undefined ? 0 : parent.depth + 1,
        children: [],
      },
      ...{ status: "running", startedAt: at, endedAt: undefined, total, ended: 0, tokens: 0, streamedBytes: 0 },
      ...{ note: "", noteUntil: undefined, text: "", textAt: 0 },
    };
    // An agent called in a step of its own name is that step: the later node takes its place.
    const known = nodes.get(path);
    nodes.set(path, node);
    if (known !== undefined) {
      const siblings = above(path)?.children ?? [];
      siblings.splice(siblings.indexOf(known), 1, node);
      node.children.push(...known.children);
      if (root === known) root = node;
    } else if (parent !== undefined) parent.children.push(node);
    root ??= node;
    return node;
  }
  /** The nearest step above a path that is shown: of `found[2]` that is `found`. */
  function above(path: string): ProgressNode | undefined {
    const loop = path.endsWith("]") ? nodes.get(withoutIndex(path)) : undefined;
    if (loop !== undefined) return loop;
    for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
      const node = nodes.get(path.slice(0, end));
      if (node !== undefined) return node;
    }
    return undefined;
  }
  const at = (path: string) => nodes.get(path) ?? above(path);

  function close(event: RunEvent, status: Status, note = ""): void {
    const node = nodes.get(event.path);
    if (node === undefined || node.endedAt !== undefined) return;
    unstream(node);
    const failed = node.children.filter((child) => child.status === "failed").length;
    Object.assign(node, { status, endedAt: event.at, note: note === "" && failed > 0 ? `${failed} failed` : note, noteUntil: undefined });
    const parent = above(event.path);
    if (parent !== undefined) parent.ended++;
    if (front === node) front = undefined;
    if (status === "done" && node.depth > 0) fold(node);
  }
  /** What is done is one line; of a branch that was one agent's work it says whose. */
  function fold(node: ProgressNode): void {
    const [only] = node.children;
    if (only !== undefined && node.children.length === 1 && node.label.startsWith("[")) node.label = `${node.label} ${only.label}`;
    node.children.length = 0;
  }
  function note(event: RunEvent, text: string, status: Status = "running", until?: number): void {
    const node = at(event.path);
    if (node !== undefined && node.endedAt === undefined) Object.assign(node, { note: text, status, noteUntil: until });
  }
  /** What streams in counts for the steps around it too. */
  function stream(own: ProgressNode, characters: number): void {
    for (let node: ProgressNode | undefined = own; node !== undefined; node = above(node.path)) node.streamedBytes += characters;
  }
  function unstream(own: ProgressNode | undefined): void {
    if (own === undefined) return;
    const inside = own.children.reduce((sum, child) => sum + child.streamedBytes, 0);
    stream(own, inside - own.streamedBytes);
    own.text = "";
  }
  function settled(event: EventOf<"model.replied"> | EventOf<"model.failed">): void {
    usd += event.cost.usd;
    const own = at(event.path);
    unstream(own);
    for (let node = own; node !== undefined; node = above(node.path)) node.tokens += event.usage.input + event.usage.output;
  }

  const on: { readonly [T in EventType]?: (event: EventOf<T>) => void } = {
    "run.started": (event) => void open(event.path, event.path === "" ? event.main : event.path, "run", event.at),
    "run.finished": (event) => close(event, "done"),
    "run.failed": (event) => close(event, event.error.class === "cancelled" ? "cancelled" : "failed", event.error.class),
    "step.started": (event) => void open(event.path, event.name ?? lastPart(event.path), event.kind, event.at, { total: event.total }),
    "step.finished": (event) => close(event, "done"),
    "step.failed": (event) => close(event, "failed", event.tolerated ? `${event.error.class}, left out` : event.error.class),
    "step.cancelled": (event) => close(event, "cancelled", "cancelled"),
    "agent.started": (event) => void open(event.path, lastPart(event.path), "agent", event.at, { about: lastText(event.args) }),
    "agent.finished": (event) => close(event, "done"),
    "agent.failed": (event) => close(event, event.error.class === "cancelled" ? "cancelled" : "failed", event.error.class),
    "model.queued": (event) => note(event, "waiting for a slot", "waiting"),
    "model.requested": (event) => note(event, event.attempt > 1 ? `attempt ${event.attempt}` : ""),
    "model.delta": (event) => {
      const node = at(event.path);
      if (node === undefined || node.endedAt !== undefined) return;
      const piece = event.text ?? event.toolCall?.arguments ?? "";
      stream(node, piece.length);
      if (event.text === undefined) return;
      node.text += event.text;
      if (node.text.length > textKept) node.text = node.text.slice(-textKept / 2);
      node.textAt = event.at;
      if (front === undefined || front.endedAt !== undefined || front.text === "" || event.at - front.textAt > 2000) front = node;
    },
    "model.replied": settled,
    "model.failed": settled,
    "attempt.restarted": (event) => unstream(at(event.path)),
    "retry.scheduled": (event) => note(event, `retry ${event.nextAttempt}/${event.maxAttempts} in {} (${event.class})`, "waiting", event.at + event.delayMs),
    "fallback.entered": (event) => note(event, `${event.class}, going on with ${lastName(event.to)}`),
    "tool.called": (event) => note(event, `${event.tool}(${firstArgument(event.arguments)})`),
    "tool.failed": (event) => note(event, `${event.tool} failed`),
    "handoff.taken": (event) => note(event, `${event.to} takes over`),
    "output.invalid": (event) => note(event, "unfit reply"),
    "repair.sent": (event) => note(event, `repair ${event.repair} of ${event.max}`),
    "budget.waiting": (event) => note(event, "waiting for budget", "waiting"),
    "breaker.opened": (event) => note(event, `${event.provider} is down for ${formatDuration(event.openMs)}`, "waiting"),
    "ask.waiting": (event) => note(event, "waiting for a person", "waiting"),
    "ask.answered": (event) => note(event, ""),
  };

  return {
    sink: (event) => (on[event.type] as ((event: RunEvent) => void) | undefined)?.(event),
    root: () => root,
    front: () => front,
    usd: () => usd,
  };
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function withoutIndex(path: string): string {
  return path.replace(/\[\d+\]$/, "");
}

function indexOf(path: string): string {
  return /\[\d+\]$/.exec(path)?.[0] ?? path;
}

/** The last argument that is a text: what a loop varies is seldom the first. */
function lastText(args: unknown): string {
  if (typeof args !== "object" || args === null) return "";
  const last = Object.values(args).findLast((value) => typeof value === "string");
  return typeof last === "string" ? last.slice(0, 80) : "";
}

/** The name in a key: `file#name`. */
function lastName(key: string): string {
  return key.slice(key.lastIndexOf("#") + 1);
}

function firstArgument(args: unknown): string {
  if (typeof args !== "object" || args === null) return "";
  const [first] = Object.values(args);
  const text = typeof first === "string" ? `"${first}"` : JSON.stringify(first);
  return visible((text ?? "").slice(0, 60), true);
}
