import type { Usage } from "../../../agent/usage.ts";
import type { Case } from "../case.ts";
import { collect, request } from "../collect.ts";
import { hold, same } from "../expect.ts";
import { withSession } from "../session.ts";
import type { Abilities } from "../subject.ts";

const group = "usage";
const plain: Usage = { input: 1200, cachedInput: 0, cacheWrite: 0, output: 345, reasoning: 0 };

function counts(name: string, more: Partial<Usage>, parts: readonly Abilities["usage"][number][]): Case {
  const usage = { ...plain, ...more };
  return {
    name,
    group,
    needs: (abilities) => parts.every((part) => abilities.usage.includes(part)),
    run: (subject) =>
      withSession(subject, [{ reply: { text: ["Yes."], usage } }], async ({ provider }) => {
        const { finish, error } = await collect(provider, request());
        if (error !== undefined) throw error;
        same("The usage", finish?.usage, usage);
      }),
  };
}

export const usageCases: readonly Case[] = [
  counts("input and output are as reported", {}, []),
  counts("cached input is a part of input", { cachedInput: 1000 }, ["cachedInput"]),
  counts("what was written to the cache is a part of input", { cacheWrite: 700 }, ["cacheWrite"]),
  counts("cached and written input add up within input", { cachedInput: 400, cacheWrite: 300 }, ["cachedInput", "cacheWrite"]),
  counts("reasoning is a part of output", { reasoning: 256 }, ["reasoning"]),
  counts("all parts at once", { cachedInput: 400, reasoning: 300 }, ["cachedInput", "reasoning"]),
  counts("nothing at all counts as nothing", { input: 0, output: 0 }, []),
  counts("large numbers are not cut", { input: 2_000_000, output: 128_000 }, []),
  {
    name: "where the vendor says nothing, nothing is made up",
    group,
    run: (subject) =>
      withSession(subject, [{ reply: { text: ["Yes."], usage: null } }], async ({ provider }) => {
        const { finish, error } = await collect(provider, request());
        if (error !== undefined) throw error;
        hold(finish?.usage === undefined, `The usage should be absent, and is ${JSON.stringify(finish?.usage)}.`);
      }),
  },
  {
    name: "a reply with calls has its usage, too",
    group,
    needs: ({ tools }) => tools,
    run: (subject) =>
      withSession(subject, [{ reply: { toolCalls: [{ id: "call_a", name: "look", arguments: {} }], usage: plain } }], async ({ provider }) => {
        const { finish } = await collect(provider, request({ tools: [{ name: "look", parameters: { type: "object", properties: {} } }] }));
        same("The usage", finish?.usage, plain);
      }),
  },
];
