import { type RenderOptions, renderFailure } from "../../diagnostics/render.ts";
import { clip } from "../../diagnostics/text-width.ts";
import { visible } from "../../diagnostics/visible.ts";
import type { TestFailure, TestResult } from "../../testing/blocks/run-test.ts";
import type { Layout } from "../terminal.ts";
import { type Tested, type Unreached, unreached } from "./suite.ts";

/** Characters of a value that is shown. */
const shownValue = 2000;

/** What the tests came to, for a person. */
export function pretty(tested: readonly Tested[], filtered: boolean, layout: Layout): string {
  const { paint } = layout;
  const shown = tested.filter(({ results }) => results.length > 0);
  const suites = shown.map((suite) => [paint("strong", suite.file), ...suite.results.flatMap((result) => lines(result, suite, layout))].join("\n"));
  const results = shown.flatMap((suite) => suite.results);
  const failed = results.filter(({ failures }) => failures.length > 0).length;
  const counts = `${paint("good", `${results.length - failed} passed`)}, ${failed === 0 ? "0 failed" : paint("error", `${failed} failed`)}`;
  const missed = filtered ? [] : unreached(shown);
  return `${[...suites, counts, ...(missed.length === 0 ? [] : [paint("dim", coverage(missed))])].join("\n\n")}\n`;
}

function lines(result: TestResult, { program }: Tested, layout: Layout): string[] {
  const { paint } = layout;
  const { name, failures, charged } = result;
  const cost = charged === undefined ? "" : paint("warning", ` · asked a real provider: ${costOf(charged)}`);
  const title = `  ${failures.length === 0 ? paint("good", "✓") : paint("error", "✗")} ${visible(name, true)}${cost}`;
  const options: RenderOptions = { source: program.source, ...layout, ...(layout.width === undefined ? {} : { width: layout.width - 4 }) };
  return [title, ...failures.flatMap((failure) => ["", ...failed(failure, options).map((line) => (line === "" ? "" : `    ${line}`)), ""])];
}

function failed(failure: TestFailure, options: RenderOptions): string[] {
  const { values = [] } = failure.expected ?? {};
  const wide = Math.max(0, ...values.map(({ what }) => what.length));
  const width = options.width ?? shownValue;
  const shown = values.map(({ what, value }) => clip(`${what.padStart(wide)}: ${visible(value, true)}`, Math.min(width, shownValue)));
  return [...renderFailure(failure, options).split("\n"), ...(shown.length === 0 ? [] : ["", ...shown])];
}

export function costOf({ usd, unpriced }: NonNullable<TestResult["charged"]>): string {
  const sum = `$${usd.toFixed(usd < 0.01 ? 6 : 4)}`;
  return unpriced === 0 ? sum : `${sum} and ${unpriced} ${unpriced === 1 ? "call" : "calls"} without a known price`;
}

/** One line: what no test reached. */
export function coverage(missed: readonly Unreached[]): string {
  return `No test reached: ${missed.map(({ of, name, place }) => `${of} ${name} (${place.replace(/:\d+$/, "")})`).join(", ")}`;
}
