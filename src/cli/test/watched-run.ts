// One run of `tantra test --watch`, in a process of its own: modules are loaded anew, and whatever a tool is at can be ended.
import { supervised } from "../main.ts";
import { openTerminal } from "../terminal.ts";
import { type JobDone, type TestJob, testJob } from "./test-job.ts";

/** What it is given. */
export interface Order {
  readonly job: TestJob;
  readonly color: boolean;
}
/** What it tells: first what the programs rest on, then what came of their tests. */
export type Told = { readonly files: readonly string[] } | { readonly done: JobDone };

/** Resolves when it is told: the process may end then. */
const tell = (told: Told): Promise<void> => new Promise((resolve) => process.send?.(told, () => resolve()));

process.once("message", ({ job, color }: Order) => {
  const terminal = openTerminal(color);
  void supervised(terminal, async () => {
    const done = await testJob(job, terminal, ({ files }) => void tell({ files: [...files] }));
    await tell({ done });
    return done.code;
  });
});
// Whoever watches is gone.
process.once("disconnect", () => process.exit());
