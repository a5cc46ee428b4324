import type { Cost } from "../../agent/usage.ts";
import type { TestFailure } from "../../testing/blocks/run-test.ts";
import type { Exchange } from "../../testing/blocks/transcript.ts";
import type { FileBranches, Unreached } from "./suite.ts";

/** What `tantra test --reporter json` prints. */
export interface TestReport {
  readonly passed: number;
  readonly failed: number;
  readonly tests: readonly ReportedTest[];
  /** Declarations that no test reached. Absent with `branches` where not all tests ran. */
  readonly unreached?: readonly Unreached[];
  readonly branches?: readonly FileBranches[];
}
export interface ReportedTest {
  readonly file: string;
  readonly name: string;
  readonly place: string;
  readonly passed: boolean;
  readonly durationMs: number;
  readonly failures: readonly TestFailure[];
  readonly cost?: Cost;
  readonly printed?: readonly string[];
  readonly transcript?: readonly Exchange[];
}
