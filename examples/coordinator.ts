// coordinator.tantra without the language: npx node examples/coordinator.ts
import { readFileSync } from "node:fs";
import { Agent, simulator, systemClock } from "tantra";

// In earnest: openai({ api_key: process.env.OPENAI_API_KEY ?? "" })
const replies = JSON.parse(readFileSync(new URL("coordinator.replies.json", import.meta.url), "utf8"));
const provider = simulator({}, { clock: systemClock, replies });
const model = { id: "gpt-5-mini", maxTokens: 2000, reasoning: "low" };

const historian = new Agent({ name: "historian", model, provider, system: "You know what happened and when." });
const critic = new Agent({ name: "critic", model, provider, system: "You find what is missing." });
const coordinator = new Agent({
  name: "coordinator",
  model,
  provider,
  budget: 0.5,
  tools: [historian.asTool({ description: "Answers questions about history." }), critic.asTool({ description: "Says what a text lacks." })],
  system: "Ask the others, then answer.",
  hooks: { afterTool: ({ tool, result }) => void console.error(`${tool}: ${result}`) },
});

for await (const part of coordinator.stream("How did lighthouses change coastal towns?")) {
  if (part.type === "text") process.stdout.write(part.text);
}
const shorter = coordinator.fork();
const { value } = await shorter.run("Now in one sentence.");
console.log(`\n${value}\n$${(coordinator.cost.usd + shorter.cost.usd).toFixed(6)}`);
