import { expect, test } from "vitest";
import { parts } from "./parts.ts";

/*
 * Each part at a share of what `npm run soak` does, with another seed each time: `FAULTS_SEED` repeats one, and `npm run soak
 * -- --only NAME --seed SEED` does it at full length.
 */
const seed = Number(process.env["FAULTS_SEED"] ?? Math.floor(performance.timeOrigin % 0x7fffffff));

const shares: Readonly<Record<string, number>> = { kill: 0.025, damage: 0.04, disk: 0.02, schedules: 0.04, budgets: 0.04, abort: 0.025 };

for (const { name, title, run } of parts) {
  test(`${name}: ${title} (seed ${seed})`, { timeout: 180_000 }, async () => {
    expect(await run({ seed, share: shares[name] ?? 0.1 })).not.toBe("");
  });
}
