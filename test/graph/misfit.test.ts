import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { graphSchema } from "../../src/graph/graph.schema.ts";
import { misfitOf } from "../../src/graph/misfit.ts";
import { projectFiles, read } from "../repo/files.ts";

const schema = graphSchema();
const ajv = new Ajv2020({ discriminator: true, allowUnionTypes: true, strictTypes: false, strictRequired: false }).compile(schema);

type Path = readonly (string | number)[];

/** Every place in a value. */
function* places(value: unknown, path: Path = []): Generator<Path> {
  yield path;
  if (typeof value !== "object" || value === null) return;
  for (const [key, item] of Object.entries(value)) yield* places(item, [...path, Array.isArray(value) ? Number(key) : key]);
}

/** What `change` makes of the value at a path, inside a copy. */
function changed(json: unknown, [step, ...rest]: Path, change: (value: unknown) => unknown): unknown {
  if (step === undefined) return change(json);
  const entries = Object.entries(json as object).map(([key, value]) => [key, key === String(step) ? changed(value, rest, change) : value] as const);
  return Array.isArray(json) ? entries.map(([, value]) => value) : Object.fromEntries(entries);
}

const changes: readonly ((value: unknown) => unknown)[] = [
  () => 3,
  () => -1.5,
  () => "",
  () => null,
  () => [],
  () => ({}),
  (value) => (typeof value === "object" && !Array.isArray(value) ? { ...value, extra: true } : "text"),
  (value) => (typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value).slice(1)) : { kind: "read" }),
  (value) => (typeof value === "object" && value !== null && "kind" in value ? { ...value, kind: "literal" } : { of: "value" }),
];

test.each(projectFiles("test/conformance/accept", ".graph.json"))("%s fits, and each change to it fits for us exactly when it fits for Ajv", (file) => {
  const graph: unknown = JSON.parse(read(file));
  expect(misfitOf(schema, graph)).toBeUndefined();
  const all = [...places(graph)];
  const differing = all.flatMap((path, index) => {
    const change = changes[index % changes.length] ?? (() => null);
    const made = changed(graph, path, change);
    const misfit = misfitOf(schema, made);
    return (misfit === undefined) === ajv(made) ? [] : [`${path.join("/")}: ${misfit?.message ?? "fits"}`];
  });
  expect(differing).toEqual([]);
  expect(all.length).toBeGreaterThan(50);
});

test("what lies deepest is named of several alternatives", () => {
  const graph = JSON.parse(read("test/conformance/accept/agents.graph.json")) as { agents: Record<string, object> };
  const [key = ""] = Object.keys(graph.agents);
  const retry = changed(graph, ["agents", key], (agent) => ({ ...(agent as object), retry: { retry: 3 } }));
  expect(misfitOf(schema, retry)).toEqual({ path: ["agents", key, "retry", "retry"], message: "The graph has a value that is not of type string" });
});
