import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

const index = new URL("../../src/index.ts", import.meta.url).href;

/** Nobody listens to these runs, half of which fail; one agent and one program live through all of them. */
const script = `
import { Agent, compile, simulator, systemClock } from ${JSON.stringify(index)};
const provider = simulator({ replies: "these" }, { clock: systemClock, replies: { failing: [{ error: "auth", times: "always" }] } });
const program = await compile('provider llm = simulator\\nmodel m = llm("gpt-5")\\nagent greet() { model: m, prompt: "Hello, and a long text with it." }');
const failing = new Agent({ name: "failing", model: "gpt-5", provider });
const { signal } = new AbortController();
const some = async (count) => {
  for (let i = 0; i < count; i += 2) {
    await program.run("greet", {}, { signal });
    await failing.run("Go", { signal }).catch(() => undefined);
  }
};
const used = () => (gc(), gc(), process.memoryUsage().heapUsed);
await some(500);
const before = used();
await some(10_000);
await new Promise(setImmediate);
console.log(JSON.stringify({ grown: (used() - before) / 2 ** 20, left: process.getActiveResourcesInfo().filter((name) => !/Pipe|TTY|File|Immediate/.test(name)) }));
`;

test("ten thousand runs leave nothing behind: under 10 MB of memory, no handle, and a process that ends", () => {
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--expose-gc", "--input-type=module", "--eval", script], {
    encoding: "utf8",
    timeout: 120_000,
  });
  expect([stderr, status]).toEqual(["", 0]);
  const { grown, left } = JSON.parse(stdout) as { readonly grown: number; readonly left: readonly string[] };
  expect(grown).toBeLessThan(10);
  expect(left).toEqual([]);
}, 130_000);
