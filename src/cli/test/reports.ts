import type { TestFailure } from "../../testing/blocks/run-test.ts";
import { branches, type Done, type Tested, unreached } from "./suite.ts";
import type { TestReport } from "./test-report.ts";
import { transcriptLines } from "./transcript.ts";

export interface Reported {
  /** Not all tests ran: what they reached says nothing. */
  readonly filtered: boolean;
  /** Passed tests say what was said in them, too. */
  readonly verbose: boolean;
}

/** What the tests came to, for programs: one object, as `schemas/test-report.schema.json` says. */
export function json(tested: readonly Tested[], { filtered, verbose }: Reported): string {
  const tests = tested.flatMap(({ file, results }) =>
    results.map(({ name, place, durationMs, failures, charged, printed, transcript }) => ({
      file,
      name,
      place,
      passed: failures.length === 0,
      durationMs,
      failures,
      ...(charged === undefined ? {} : { cost: charged }),
      ...(printed.length === 0 ? {} : { printed }),
      ...(failures.length === 0 && !verbose ? {} : { transcript }),
    })),
  );
  const failed = tests.filter(({ passed }) => !passed).length;
  const report: TestReport = {
    passed: tests.length - failed,
    failed,
    tests,
    ...(filtered ? {} : { unreached: unreached(tested), branches: branches(tested) }),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** The same as JUnit's XML, which build servers read: a `testsuite` for each file. */
export function junit(tested: readonly Tested[], { verbose }: Pick<Reported, "verbose">): string {
  const ran = tested.filter(({ results }) => results.length > 0);
  const suites = ran.flatMap(({ file, results }) => [
    `  <testsuite name=${quoted(file)} ${totals(results)}>`,
    ...results.flatMap((result) => testcase(result, file, verbose)),
    "  </testsuite>",
  ]);
  return `${['<?xml version="1.0" encoding="UTF-8"?>', `<testsuites ${totals(ran.flatMap(({ results }) => results))}>`, ...suites, "</testsuites>"].join("\n")}\n`;
}

function totals(results: readonly Done[]): string {
  const failed = results.filter(({ failures }) => failures.length > 0).length;
  const time = results.reduce((sum, { durationMs }) => sum + durationMs, 0);
  return `tests="${results.length}" failures="${failed}" errors="0" time="${seconds(time)}"`;
}

function testcase({ name, place, durationMs, failures, transcript, printed }: Done, file: string, verbose: boolean): string[] {
  const [, path = place, line = "1"] = /^(.*):(\d+):\d+$/.exec(place) ?? [];
  const open = `    <testcase name=${quoted(name)} classname=${quoted(file)} file=${quoted(path)} line="${line}" time="${seconds(durationMs)}"`;
  const said = failures.length === 0 && !verbose ? [] : transcriptLines(transcript, { whole: true, layout: { paint: (_role, text) => text } });
  const output = [...printed, ...(printed.length > 0 && said.length > 0 ? [""] : []), ...said];
  const inner = [
    ...failures.map((failure) => `      <failure type=${quoted(failure.code)} message=${quoted(failure.message)}>${escaped(details(failure))}</failure>`),
    ...(output.length === 0 ? [] : [`      <system-out>${escaped(output.join("\n"))}</system-out>`]),
  ];
  return inner.length === 0 ? [`${open}/>`] : [`${open}>`, ...inner, "    </testcase>"];
}

function details({ place, hint, expected }: TestFailure): string {
  return [place, ...(expected?.values ?? []).map(({ what, value }) => `${what}: ${value}`), hint].filter((line) => line !== undefined).join("\n");
}

const seconds = (ms: number): string => (ms / 1000).toFixed(3);

/** A newline or a tab in an attribute would be read as a blank. */
const quoted = (text: string): string => `"${escaped(text).replace(/[\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`)}"`;

/** XML has no way to write most control characters. */
function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd");
}
