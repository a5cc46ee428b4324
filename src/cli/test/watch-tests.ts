import type { Terminal } from "../terminal.ts";
import type { TestJob } from "./test-job.ts";
export async function watchTests(_job: TestJob, _terminal: Terminal): Promise<number> {
  return 0;
}
