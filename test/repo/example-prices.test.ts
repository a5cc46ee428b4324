import { expect, test } from "vitest";
import { createPriceTable } from "../../src/agent/price-table.ts";
import { listModels } from "../../src/host/list-models.ts";
import { loadProgram } from "../../src/index.ts";
import { withProfile } from "../../src/interpreter/start.ts";
import { projectFiles, root } from "./files.ts";

const prices = createPriceTable();
await prices.load?.();
const november = Date.UTC(2026, 10, 1);
const programs = projectFiles("examples", ".tantra");

/** `profile/kind id` of every model that a file uses, as it stands and under each of its profiles; `unpriced` beside it where it is so. */
async function modelsOf(path: string): Promise<string[]> {
  const { graph } = await loadProgram(path, { cwd: root });
  if (graph === undefined) throw new Error(`${path} does not compile.`);
  return [undefined, ...Object.keys(graph.profiles)].flatMap((profile) =>
    listModels(withProfile(graph, profile), () => undefined, prices, november).map(
      ({ kind, id, price, free }) => `${profile ?? "-"}/${kind} ${id}${price === undefined && !free ? " unpriced" : ""}`,
    ),
  );
}

test("the examples use these models, and none of them is unpriced", async () => {
  const used = new Set((await Promise.all(programs.map(modelsOf))).flat());
  expect([...used].sort()).toEqual([
    "-/simulator acme-small",
    "-/simulator gpt-5",
    "-/simulator gpt-5-mini",
    "acme/./examples/custom-provider/acme.ts acme-small",
    "gemini/gemini gemini-3.5-flash",
    "gemini/gemini gemini-3.5-flash-lite",
    "openai/openai gpt-5",
    "openai/openai gpt-5-mini",
  ]);
});
