import { spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import { join } from "node:path";

interface Context {
  readonly signal: AbortSignal;
  readonly idempotencyKey: string;
  readonly path: string;
  readonly projectDir: string;
  readonly store: {
    get(key: string): Promise<unknown>;
    update(key: string, change: (value: unknown) => unknown): Promise<unknown>;
  };
}

/** What a file keeps outlives a process that is killed. */
function tell(context: Context, more: object = {}): void {
  const { path, idempotencyKey } = context;
  appendFileSync(join(context.projectDir, "calls.jsonl"), `${JSON.stringify({ path, key: idempotencyKey, ...more })}\n`);
}

export function look_up({ word }: { word: string }, context: Context): string {
  tell(context);
  return `${word} is what it is.`;
}

export async function keep({ amount }: { amount: number }, context: Context): Promise<number> {
  tell(context);
  await context.store.update("sum", (sum) => Number(sum ?? 0) + amount);
  return amount;
}

export async function kept(_args: object, context: Context): Promise<number> {
  tell(context);
  return Number(await context.store.get("sum"));
}

export async function next_number(_args: object, context: Context): Promise<number> {
  tell(context);
  return Number(await context.store.update("count", (n) => Number(n ?? 0) + 1));
}

export function wait({ ms }: { ms: number }, context: Context): Promise<string> {
  const child = spawn(process.execPath, ["-e", `setTimeout(() => undefined, ${ms})`], { stdio: "ignore" });
  tell(context, { pid: child.pid });
  const stop = (): void => void child.kill("SIGKILL");
  context.signal.addEventListener("abort", stop, { once: true });
  return new Promise((resolve) =>
    child.once("close", () => {
      context.signal.removeEventListener("abort", stop);
      resolve("waited");
    }),
  );
}
