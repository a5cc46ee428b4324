import { type RenderOptions, renderFailure } from "../../diagnostics/render.ts";
import { clip } from "../../diagnostics/text-width.ts";
import { visible } from "../../diagnostics/visible.ts";
import type { Branch, BranchKind } from "../../testing/blocks/coverage.ts";
import type { TestFailure } from "../../testing/blocks/run-test.ts";
import type { Layout } from "../terminal.ts";
import { branches, type Done, type FileBranches, type Tested, type Unreached, unreached } from "./suite.ts";
import { transcriptLines } from "./transcript.ts";

export interface Shown {
  readonly layout: Layout;
  /** Not all tests ran: what they reached says nothing. */
  readonly filtered: boolean;
  /** Nothing is cut, and passed tests show what was said, too. */
  readonly verbose: boolean;
}

/** Characters of a value that is shown. */
const shownValue = 2000;
/** Lines that a tool printed, and branches of a file that no test reached. */
const shownLines = 20;
const shownBranches = 5;

/** What the tests came to, for a person. */
export function pretty(tested: readonly Tested[], shown: Shown): string {
  const { paint } = shown.layout;
  const ran = tested.filter(({ results }) => results.length > 0);
  const suites = ran.map((suite) => [paint("strong", suite.file), ...suite.results.flatMap((result) => lines(result, suite, shown))].join("\n").trimEnd());
  const results = ran.flatMap((suite) => suite.results);
  const failed = results.filter(({ failures }) => failures.length > 0).length;
  const counts = `${paint("good", `${results.length - failed} passed`)}, ${failed === 0 ? "0 failed" : paint("error", `${failed} failed`)}`;
  return `${[...suites, counts, ...(shown.filtered ? [] : coverage(ran, shown))].join("\n\n")}\n`;
}

function lines({ name, failures, charged, transcript, printed }: Done, { program }: Tested, { layout, verbose }: Shown): string[] {
  const { paint } = layout;
  const cost = charged === undefined ? "" : paint("warning", ` · asked a real provider: ${costOf(charged)}`);
  const passed = failures.length === 0;
  const title = `  ${passed ? paint("good", "✓") : paint("error", "✗")} ${visible(name, true)}${cost}`;
  const inner: Layout = { ...layout, ...(layout.width === undefined ? {} : { width: layout.width - 4 }) };
  const said = passed && !verbose ? [] : transcriptLines(transcript, { whole: verbose, layout: inner });
  const output = printed.length === 0 ? [] : [paint("dim", "printed:"), ...head(printed, verbose).map((line) => `  ${line}`)];
  const below = [...failures.map((failure) => failed(failure, { source: program.source, ...inner })), said, output].filter((part) => part.length > 0);
  return [title, ...below.flatMap((part) => ["", ...part.map((line) => (line === "" ? "" : `    ${line}`))]), ...(below.length === 0 ? [] : [""])];
}

function head(printed: readonly string[], verbose: boolean): readonly string[] {
  const left = printed.length - shownLines;
  return verbose || left <= 0 ? printed : [...printed.slice(0, shownLines), `… and ${left} more ${left === 1 ? "line" : "lines"}`];
}

function failed(failure: TestFailure, options: RenderOptions): string[] {
  const { values = [] } = failure.expected ?? {};
  const wide = Math.max(0, ...values.map(({ what }) => what.length));
  const width = options.width ?? shownValue;
  const shown = values.map(({ what, value }) => clip(`${what.padStart(wide)}: ${visible(value, true)}`, Math.min(width, shownValue)));
  return [...renderFailure(failure, options).split("\n"), ...(shown.length === 0 ? [] : ["", ...shown])];
}

export function costOf({ usd, unpriced }: NonNullable<Done["charged"]>): string {
  const sum = `$${usd.toFixed(usd < 0.01 ? 6 : 4)}`;
  return unpriced === 0 ? sum : `${sum} and ${unpriced} ${unpriced === 1 ? "call" : "calls"} without a known price`;
}

/** What no test reached: a line of declarations, and how many of the branches, with those that are left. */
function coverage(tested: readonly Tested[], { layout: { paint }, verbose }: Shown): string[] {
  const missed = unreached(tested);
  const files = branches(tested);
  const sum = (of: (file: FileBranches) => number): number => files.reduce((total, file) => total + of(file), 0);
  const total = sum((file) => file.total);
  const counts = total === 0 ? [] : [`Branches reached: ${sum((file) => file.reached)} of ${total}`, ...files.flatMap((file) => ofFile(file, verbose))];
  return [...(missed.length === 0 ? [] : [declarations(missed)]), ...(counts.length === 0 ? [] : [counts.join("\n")])].map((part) => paint("dim", part));
}

function declarations(missed: readonly Unreached[]): string {
  return `No test reached: ${missed.map(({ of, name, place }) => `${of} ${name} (${place.replace(/:\d+$/, "")})`).join(", ")}`;
}

/** A file that all is reached of has no line of its own, unless all is asked for. */
function ofFile({ file, total, reached, unreached: missed }: FileBranches, verbose: boolean): string[] {
  if (missed.length === 0 && !verbose) return [];
  const shown = verbose ? missed : missed.slice(0, shownBranches);
  const left = missed.length - shown.length;
  return [
    `  ${file}: ${reached} of ${total}`,
    ...shown.map((branch) => `    ${branch.place} ${branchName(branch)}`),
    ...(left === 0 ? [] : [`    … and ${left} more: --verbose shows all`]),
  ];
}

const kindNames: { readonly [K in BranchKind]: string } = {
  if: "`if` that holds",
  "if not": "`if` that does not hold",
  else: "`else`",
  case: "case",
  catch: "`catch`",
  "??": "right side of `??`",
  loop: "body of a loop",
  parallel: "branch",
  race: "branch of `race` that comes to an end",
  "failed branch": "branch that fails",
};

function branchName({ of, name }: Branch): string {
  return name === undefined ? kindNames[of] : `${kindNames[of]} ${visible(name, true)}`;
}
