import { errorClasses } from "../../diagnostics/classes.ts";
import type { JsonSchema } from "../../diagnostics/json.ts";
import { amount, anyOf, anything, boolean, constant, count, list, object, optional, ref, string, words } from "../../graph/shape.ts";
import { parts } from "../../report/parts.schema.ts";
import { type Branch, branchKinds } from "../../testing/blocks/coverage.ts";
import type { TestFailure } from "../../testing/blocks/run-test.ts";
import type { Exchange, Failed, Said } from "../../testing/blocks/transcript.ts";
import type { FileBranches, Unreached } from "./suite.ts";
import type { ReportedTest, TestReport } from "./test-report.ts";

const place: JsonSchema = { type: "string", description: "file:line:column" };
const failed = { class: words(errorClasses), message: string };

type Kind<K extends Said["kind"]> = Extract<Said, { readonly kind: K }>;
type With<W extends Exchange["with"]> = Extract<Exchange, { readonly with: W }>;

/** What `tantra test --reporter json` prints. */
export function testReportSchema(): JsonSchema {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "What the tests of Tantra programs came to",
    ...object<TestReport>({
      passed: count,
      failed: count,
      tests: list(ref("test")),
      unreached: optional({
        ...list(object<Unreached>({ of: words(["agent", "tool", "workflow", "template"]), name: string, place })),
        description: "What is declared and no test reached. Absent, with `branches`, where not all tests ran.",
      }),
      branches: optional(list(object<FileBranches>({ file: string, total: count, reached: count, unreached: list(ref("branch")) }))),
    }),
    $defs: {
      test: object<ReportedTest>({
        file: string,
        name: string,
        place,
        passed: boolean,
        durationMs: amount,
        failures: list(ref("failure")),
        cost: optional({ ...ref("cost"), description: "What real providers charge for it; absent: none was asked." }),
        printed: optional({ ...list(string), description: "What tools printed, line by line." }),
        transcript: optional({ ...list(ref("exchange")), description: "What was said, whole: of a test that failed, and with `--verbose` of all." }),
      }),
      failure: object<TestFailure>({
        code: { type: "string", pattern: "^T[1-6][0-9]{2}$" },
        class: words(errorClasses),
        message: string,
        path: string,
        place: optional(place),
        hint: optional(string),
        diff: optional({ ...list(string), description: "Lines of a unified diff: - what was recorded, + what is asked now." }),
        others: optional(list(ref("error"))),
        expected: optional({
          ...object<NonNullable<TestFailure["expected"]>>({
            source: string,
            values: list(object<NonNullable<TestFailure["expected"]>["values"][number]>({ what: string, value: { type: "string", description: "As JSON." } })),
          }),
          description: "Of an `expect`: it as it is written, and the values that were compared.",
        }),
      }),
      exchange: anyOf(
        object<With<"agent">>({
          with: constant("agent"),
          name: string,
          path: string,
          said: list(ref("said")),
          since: optional({
            ...object<NonNullable<With<"agent">["since"]>>({ path: string, messages: count }),
            description: "So many messages at its beginning are those of an earlier exchange.",
          }),
        }),
        object<With<"tool">>({
          with: constant("tool"),
          name: string,
          path: string,
          arguments: anything,
          outcome: optional(anything),
          error: optional(object<Failed>(failed)),
        }),
      ),
      said: anyOf(
        object<Kind<"message">>({
          kind: constant("message"),
          role: words(["system", "user", "assistant", "tool"]),
          text: string,
          tool: optional({ type: "string", description: "Whose result it is." }),
          calls: optional(list(object<{ readonly name: string; readonly arguments: string }>({ name: string, arguments: string }))),
          attached: optional({ ...list(string), description: "Images and files." }),
        }),
        object<Kind<"failed">>({ kind: constant("failed"), ...failed }),
        object<Kind<"retry">>({ kind: constant("retry"), attempt: count, delayMs: amount }),
        object<Kind<"fallback">>({ kind: constant("fallback"), to: string }),
        object<Kind<"handoff">>({ kind: constant("handoff"), to: string }),
        object<Kind<"invalid">>({ kind: constant("invalid"), message: string }),
        object<Kind<"check">>({ kind: constant("check"), name: string }),
      ),
      branch: object<Branch>({ of: words(branchKinds), name: optional({ type: "string", description: "A case, or a branch's name." }), place }),
      ...parts,
    },
  };
}
