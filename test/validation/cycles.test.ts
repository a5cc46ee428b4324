import { expect, test } from "vitest";
import { cyclesOf, groupsOf, wayTo } from "../../src/validation/cycles.ts";

const graph: Readonly<Record<string, readonly string[]>> = { a: ["b", "x"], b: ["c"], c: ["a", "b"], d: ["d"], e: ["a"], x: [] };
const nodes = Object.keys(graph);
const next = (node: string): readonly string[] => graph[node] ?? [];

test("each group of nodes that reach each other gives one cycle, the shortest from its first node", () => {
  expect(cyclesOf(nodes, next)).toEqual([["a", "b", "c"], ["d"]]);
});

test("a graph without a way back has no cycle", () => {
  expect(cyclesOf(["e", "x"], (node) => (node === "e" ? ["x"] : []))).toEqual([]);
});

test("a way leads from its start to its end within the given nodes", () => {
  expect(wayTo("b", "a", new Set(nodes), next)).toEqual(["b", "c", "a"]);
  expect(wayTo("b", "a", new Set(["a", "b"]), next)).toBeUndefined();
});

test("a chain of a hundred thousand nodes is grouped without running out of stack", () => {
  const many = Array.from({ length: 100_000 }, (_, index) => String(index));
  expect(groupsOf(many, (node) => [String((Number(node) + 1) % 100_000)])).toHaveLength(1);
});
