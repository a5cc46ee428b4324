import type { Paint, Role } from "../../diagnostics/paint.ts";
import { clip, pad, textWidth, wrap } from "../../diagnostics/text-width.ts";
import { visible } from "../../diagnostics/visible.ts";
import { formatDuration, formatTokens, formatUsd } from "../../report/figures.ts";
import type { ProgressNode, ProgressTree, Status } from "./tree.ts";

export interface Screen {
  /** Columns and rows of the terminal. */
  readonly width: number;
  readonly height: number;
  readonly now: number;
  /** Which picture of the spinner. */
  readonly tick: number;
  readonly paint: Paint;
}

const spinner = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const marks: { readonly [S in Exclude<Status, "running">]: readonly [string, Role] } = {
  waiting: ["◌", "warning"],
  done: ["✓", "good"],
  failed: ["✗", "error"],
  cancelled: ["–", "dim"],
};

/**
 * The lines of the live tree: each running step with what it does, how long, and its tokens so far; finished ones as far
 * as there is room; at the bottom the end of the text that streams in. Never wider or taller than the screen.
 */
export function drawTree(tree: ProgressTree, screen: Screen): string[] {
  const root = tree.root();
  if (root === undefined) return [];
  const text = streamed(tree.front(), screen);
  const room = Math.max(1, screen.height - 1 - text.length);
  const shown = choose(root, room);
  return [...shown.map((entry) => ("node" in entry ? nodeLine(entry.node, tree, screen) : restLine(entry, screen))), ...text];
}

type Entry = { readonly node: ProgressNode } | { readonly rest: number; readonly what: string; readonly depth: number };

/** The steps that fit: running ones with those around them first, then finished ones, the last first. */
function choose(root: ProgressNode, room: number): Entry[] {
  const all: ProgressNode[] = [];
  const visit = (node: ProgressNode): void => {
    const [only] = node.children;
    // A branch that is one agent's work is one line with it.
    if (only !== undefined && node.children.length === 1 && node.label.startsWith("[")) {
      all.push({ ...only, label: `${node.label} ${only.label}`, depth: node.depth });
      for (const child of only.children) visit({ ...child, depth: node.depth + 1 });
    } else {
      all.push(node);
      for (const child of node.children) visit(child);
    }
  };
  visit(root);
  if (all.length <= room) return all.map((node) => ({ node }));
  const ranked = [...all].sort((a, b) => rank(a) - rank(b) || (rank(a) < 2 ? 0 : (b.endedAt ?? 0) - (a.endedAt ?? 0)));
  const kept = new Set(ranked.slice(0, room - 1));
  const hidden = all.filter((node) => !kept.has(node));
  const running = hidden.filter((node) => node.endedAt === undefined).length;
  const what = [running > 0 ? `${running} more running` : "", hidden.length > running ? `${hidden.length - running} more finished` : ""];
  return [
    ...all.filter((node) => kept.has(node)).map((node) => ({ node })),
    { rest: hidden.length, what: what.filter((words) => words !== "").join(", "), depth: 1 },
  ];
}

function rank(node: ProgressNode): number {
  if (node.depth === 0) return 0;
  if (node.endedAt === undefined) return 1;
  return node.status === "failed" ? 2 : 3;
}

function restLine({ what, depth }: { readonly what: string; readonly depth: number }, { width, paint }: Screen): string {
  return paint("dim", clip(`${indent(depth, width)}… ${what}`, width - 1));
}

function nodeLine(node: ProgressNode, tree: ProgressTree, screen: Screen): string {
  const { width, now, tick, paint } = screen;
  const lead = indent(node.depth, width);
  const [mark, role]: readonly [string, Role] = node.status === "running" ? [spinner[tick % spinner.length] ?? "·", "name"] : marks[node.status];
  const label = node.total === undefined ? node.label : `${node.label} ${node.ended}/${node.total}`;
  const right = figures(node, tree, now, width);
  const room = width - 1 - textWidth(lead) - 2;
  const left = clip(label, Math.max(8, room - textWidth(right) - 1));
  const remaining = formatDuration(Math.max(0, (node.noteUntil ?? now) - now));
  const wait = node.note.replace("{}", remaining) || (node.endedAt === undefined ? node.about : "");
  const noteRoom = room - textWidth(left) - textWidth(right) - 4;
  const note = wait === "" || noteRoom < 6 ? "" : clip(visible(wait, true), noteRoom);
  const gap = Math.max(1, room - textWidth(left) - (note === "" ? 0 : textWidth(note) + 2) - textWidth(right));
  const noteRole: Role = node.status === "failed" ? "error" : node.status === "waiting" ? "warning" : "dim";
  const name = node.endedAt === undefined ? paint("strong", left) : left;
  return `${lead}${paint(role, mark)} ${name}${note === "" ? "" : `  ${paint(noteRole, note)}`}${" ".repeat(gap)}${paint("dim", right)}`;
}

/** Tokens and time, and of the whole run its cost: what there is room for. */
function figures(node: ProgressNode, tree: ProgressTree, now: number, width: number): string {
  const time = formatDuration((node.endedAt ?? now) - node.startedAt);
  // Four characters are a token, roughly: the figure of a reply that still comes in.
  const tokens = node.tokens + Math.round(node.streamedBytes / 4);
  const parts = [
    node.depth === 0 && tree.usd() > 0 && width >= 50 ? formatUsd(tree.usd()) : "",
    tokens > 0 && (width >= 50 || node.depth === 0) ? `${formatTokens(tokens)} tok` : "",
    pad(time, width >= 50 ? 6 : 5, "start"),
  ];
  return parts.filter((part) => part !== "").join("  ");
}

/** Whose text it is, and its last three lines: broken from its beginning, so that they do not dance while it grows. */
function streamed(front: ProgressNode | undefined, { width, height, paint }: Screen): string[] {
  if (front === undefined || front.text.trim() === "" || height < 10) return [];
  const words = visible(front.text.trim().replace(/\s+/g, " "), true);
  const lines = wrap(words, width - 5).slice(-textLines);
  const whose = front.path.slice(front.path.indexOf("/") + 1);
  return ["", paint("dim", clip(`  ${visible(whose, true)}`, width - 1)), ...lines.map((line) => paint("dim", `  │ ${clip(line, width - 5)}`))];
}

const textLines = 3;

/** Two columns a level, less where the terminal is narrow. */
function indent(depth: number, width: number): string {
  return " ".repeat(width < 60 ? Math.min(depth, 6) : Math.min(depth * 2, 16));
}
