import { describe, expect, it } from "vitest";
import { mainsOf } from "../../src/compiler/mains.ts";
import type { AgentNode, WorkflowNode } from "../../src/graph/graph.ts";

const workflow: WorkflowNode = { name: "w", place: "a:1:1", params: [], result: { kind: "none" }, body: [] };
const agent = (callable: boolean): AgentNode => ({
  name: "a",
  place: "a:1:1",
  params: [],
  result: { kind: "string" },
  model: { kind: "model", place: "a:1:1", key: "m" },
  messages: [],
  callable,
  tools: [],
  handoffs: [],
  maxTurns: 10,
  maxToolCalls: 50,
  toolChoice: "auto",
  output: "native",
  ensure: [],
  check: [],
});
const workflows = (...keys: string[]) => Object.fromEntries(keys.map((key) => [key, workflow]));

describe("what a run starts", () => {
  it("is the only workflow of the entry file that no other calls", () => {
    expect(mainsOf("a", workflows("a#one", "a#two", "b#three"), {}, new Set(["a#two"]))).toEqual({ main: "a#one", mains: ["a#one", "a#two"] });
  });

  it("is left to the caller where several are called by none", () => {
    expect(mainsOf("a", workflows("a#one", "a#two"), {}, new Set())).toEqual({ main: null, mains: ["a#one", "a#two"] });
  });

  it("is the only agent that can be called, in a file without workflows", () => {
    const agents = { "a#talks": agent(false), "a#asks": agent(true), "b#other": agent(true) };
    expect(mainsOf("a", workflows("b#three"), agents, new Set())).toEqual({ main: "a#asks", mains: ["a#asks"] });
  });

  it("is left to the caller where a file without workflows has several agents, or none", () => {
    expect(mainsOf("a", {}, { "a#x": agent(true), "a#y": agent(true) }, new Set())).toEqual({ main: null, mains: ["a#x", "a#y"] });
    expect(mainsOf("a", {}, {}, new Set())).toEqual({ main: null, mains: [] });
  });
});
