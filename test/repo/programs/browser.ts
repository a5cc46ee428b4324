import { Agent, createPriceTable, openai, parse, systemClock } from "tantra/core";
import { tool } from "tantra/runtime";

const world = { clock: systemClock, hash: (text: string) => text, newId: () => crypto.randomUUID(), prices: createPriceTable() };
const provider = openai({ api_key: "none", base_url: new URL("/v1", "http://127.0.0.1").href });
export const now = tool({ name: "now", parameters: {}, execute: () => performance.now() });
export const agent = new Agent({ name: "agent", model: "gpt-5-mini", provider, tools: [now] }, world);
export { parse };
