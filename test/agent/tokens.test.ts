import fc from "fast-check";
import { expect, test } from "vitest";
import { promptBytes, tokensOfBytes, utf8Length } from "../../src/agent/tokens.ts";

test("bytes are those of UTF-8, for any text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(utf8Length(text)).toBe(Buffer.byteLength(text));
    }),
  );
  expect(utf8Length("aé€😀")).toBe(10);
});

test("a token is four bytes, begun ones counted whole", () => {
  expect([0, 1, 4, 5].map(tokensOfBytes)).toEqual([0, 1, 1, 2]);
});

test("all that is put before the model counts: messages, calls, tools and the schema of the result", () => {
  const bare = {
    model: "m",
    tools: [],
    toolChoice: "auto",
    parameters: {},
    origin: { runId: "r", agent: "a", path: "a/turn[0]", attempt: 1, outputMode: "text" },
  } as const;
  expect(
    promptBytes({
      ...bare,
      messages: [
        { role: "system", content: "12345" },
        { role: "user", content: "é" },
      ],
    }),
  ).toBe(7);
  expect(promptBytes({ ...bare, messages: [{ role: "assistant", content: "1", toolCalls: [{ id: "x", name: "look", arguments: "{}" }] }] })).toBe(7);
  const tools = [{ name: "look", parameters: { type: "object" } }];
  expect(promptBytes({ ...bare, messages: [], tools })).toBe(JSON.stringify(tools).length);
  const schema = { type: "object" };
  expect(promptBytes({ ...bare, messages: [], output: { name: "a", schema, strict: true } })).toBe(JSON.stringify(schema).length);
});
