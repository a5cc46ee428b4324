import { createRequire } from "node:module";
import { Agent, type AgentOptions, load, simulator, systemClock } from "tantra";
import { loadGraph } from "tantra/runtime";
import { tantra } from "tantra/tag";
import { conformance } from "tantra/testing";

const provider = simulator({ replies: "these" }, { clock: systemClock, replies: { writer: [{ text: "The tides rise and fall." }] } });
const options: AgentOptions<string> = { name: "writer", model: "gpt-5-mini", provider };
console.log((await new Agent(options).run("What do tides do?")).value);

const program = await load("node_modules/tantra/examples/hello.tantra");
const { value, cost } = await program.run("greeter", { name: "Ada" });
console.log(value, cost.simulated);

const small = await tantra`workflow main(names: string[]) { join(names, ${" and "}) }`;
console.log((await small.run("main", { names: ["Ada", "Grace"] })).value);

const required = createRequire(import.meta.url)("tantra") as { readonly load: unknown };
console.log(
  required.load === load,
  [loadGraph, conformance].every((one) => typeof one === "function"),
);
