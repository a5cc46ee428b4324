import type { TestFailure } from "../../testing/blocks/run-test.ts";
import { type Tested, unreached } from "./suite.ts";

/** What the tests came to, for programs: one object. */
export function json(tested: readonly Tested[], filtered: boolean): string {
  const tests = tested.flatMap(({ file, results }) =>
    results.map(({ name, place, durationMs, failures, charged }) => ({
      file,
      name,
      place,
      passed: failures.length === 0,
      durationMs,
      failures,
      ...(charged === undefined ? {} : { cost: charged }),
    })),
  );
  const failed = tests.filter(({ passed }) => !passed).length;
  const report = { passed: tests.length - failed, failed, tests, ...(filtered ? {} : { unreached: unreached(tested) }) };
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** The same as JUnit's XML, which build servers read: a `testsuite` for each file. */
export function junit(tested: readonly Tested[]): string {
  const suites = tested
    .filter(({ results }) => results.length > 0)
    .map(({ file, results }) => {
      const cases = results.map(({ name, place, durationMs, failures }) => {
        const open = `    <testcase name=${quoted(name)} classname=${quoted(file)} file=${quoted(place)} time="${seconds(durationMs)}"`;
        if (failures.length === 0) return `${open}/>`;
        const told = failures.map(
          (failure) => `      <failure type=${quoted(failure.code)} message=${quoted(failure.message)}>${escaped(details(failure))}</failure>`,
        );
        return [`${open}>`, ...told, "    </testcase>"].join("\n");
      });
      const failed = results.filter(({ failures }) => failures.length > 0).length;
      const time = results.reduce((sum, { durationMs }) => sum + durationMs, 0);
      return [`  <testsuite name=${quoted(file)} tests="${results.length}" failures="${failed}" time="${seconds(time)}">`, ...cases, "  </testsuite>"].join(
        "\n",
      );
    });
  return `${['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>", ...suites, "</testsuites>"].join("\n")}\n`;
}

function details({ place, hint, expected }: TestFailure): string {
  return [place, ...(expected?.values ?? []).map(({ what, value }) => `${what}: ${value}`), hint].filter((line) => line !== undefined).join("\n");
}

const seconds = (ms: number): string => (ms / 1000).toFixed(3);

const quoted = (text: string): string => `"${escaped(text).replaceAll("\n", "&#10;")}"`;

/** XML has no way to write most control characters. */
function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd");
}
