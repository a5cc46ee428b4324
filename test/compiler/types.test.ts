import { describe, expect, it } from "vitest";
import { Types } from "../../src/compiler/types.ts";
import type { RecordType } from "../../src/validation/types.ts";

const inner: RecordType = { kind: "record", id: "a#Inner", name: "Inner", fields: new Map([["n", { type: { kind: "int", min: 0 }, doc: "How many." }]]) };
const outer: RecordType = {
  kind: "record",
  id: "a#Outer",
  name: "Outer",
  fields: new Map([
    ["one", { type: inner }],
    ["more", { type: { kind: "list", element: { kind: "nullable", type: inner }, max: 3 } }],
  ]),
};

describe("a checked type", () => {
  it("stands in the graph once for each record, and is named by its key elsewhere", () => {
    const types = new Types();
    expect(types.node({ kind: "map", value: outer })).toEqual({ kind: "map", value: { kind: "record", name: "a#Outer" } });
    expect(types.node(inner)).toEqual({ kind: "record", name: "a#Inner" });
    expect(types.records).toEqual({
      "a#Inner": { name: "Inner", fields: [{ name: "n", type: { kind: "int", min: 0 }, doc: "How many." }] },
      "a#Outer": {
        name: "Outer",
        fields: [
          { name: "one", type: { kind: "record", name: "a#Inner" } },
          { name: "more", type: { kind: "list", element: { kind: "nullable", type: { kind: "record", name: "a#Inner" } }, max: 3 } },
        ],
      },
    });
  });

  it("keeps its constraints and its tag, and nothing of the checker's own", () => {
    const types = new Types();
    expect(types.node({ kind: "string", min: 1, pattern: "^a" })).toEqual({ kind: "string", min: 1, pattern: "^a" });
    expect(types.node({ kind: "union", tag: "n", name: "Both", members: [inner] })).toEqual({
      kind: "union",
      tag: "n",
      members: [{ kind: "record", name: "a#Inner" }],
    });
    expect([types.node({ kind: "never" }), types.node({ kind: "chat", agent: "a#x" }), types.node({ kind: "bool" })]).toEqual([
      { kind: "none" },
      { kind: "none" },
      { kind: "bool" },
    ]);
  });
});
