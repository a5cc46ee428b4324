import { Agent, createPriceTable, guardedFetch, openai, simulator, systemClock } from "tantra/core";

/** Where the page is from; `browser.test.ts` gives it to a realm that has none. */
declare const location: { readonly origin: string };

const world = { clock: systemClock, hash: () => "0123456789abcdef", newId: () => "a-run", prices: createPriceTable() };
for (const dependencies of [{}, { fetch: guardedFetch() }]) {
  const provider = openai({ api_key: "none", base_url: `${location.origin}/v1` }, dependencies);
  const { value, usage } = await new Agent({ name: "writer", model: "gpt-5-mini", provider }, world).run("What do tides do?");
  console.log(value, usage.output);
  await provider.close?.();
}
const refusing = openai({ api_key: "none", base_url: `${location.origin}/elsewhere` }, { fetch: guardedFetch() });
await new Agent({ name: "writer", model: "gpt-5-mini", provider: refusing }, world).run("?").catch(({ class: of }) => console.log(of));

// With what checks a result and what mends its JSON.
const schema = { type: "object", properties: { score: { type: "integer" } }, required: ["score"], additionalProperties: false };
const replies = { critic: [{ text: "{score: 7,}" }, { text: '{"score": "high"}' }] };
const provider = simulator({ replies: "these" }, { clock: systemClock, replies });
const critic = new Agent<{ score: number }>({ name: "critic", model: "gpt-5-mini", provider, output: { schema, mode: "text" } }, world);
const { value: review, cost } = await critic.run("?");
console.log(review.score, cost.usd > 0);
await critic.run("?").catch(({ class: of }) => console.log(of));
