import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import type { Message } from "../../src/agent/provider.ts";
import { sessionSchema } from "../../src/interpreter/session.schema.ts";
import { writeSession } from "../../src/interpreter/session-text.ts";
import { agent } from "./build.ts";

const file = new URL("../../schemas/session.schema.json", import.meta.url);

test("schemas/session.schema.json is what the source says", () => {
  const text = `${JSON.stringify(sessionSchema, null, 2)}\n`;
  if (process.env["UPDATE"] === "1" || (!existsSync(file) && process.env["CI"] === undefined)) writeFileSync(file, text);
  expect(readFileSync(file, "utf8")).toBe(text);
});

test("every line that is written fits it", () => {
  const validate = new Ajv2020({ strict: false }).compile(sessionSchema);
  const opener = { key: "t#a", node: agent("a"), args: {} };
  const messages: readonly Message[] = [
    { role: "system", content: "Not kept." },
    {
      role: "user",
      content: "See",
      parts: [
        { type: "text", text: "See", cache: true },
        { type: "image", mediaType: "image/png", name: "a.png", sha256: "00", size: 2, data: () => "AAA=" },
        { type: "file", mediaType: "", url: "https://example.org/a.pdf" },
      ],
    },
    { role: "assistant", content: "", toolCalls: [{ id: "x", name: "look", arguments: "{}" }], carry: { by: "t#llm/sim", data: { signed: true } } },
    { role: "tool", callId: "x", name: "look", content: "seen" },
    { role: "system", content: "Said on the way, and kept." },
  ];
  const said = { messages, speaker: { key: "t#b", node: agent("b"), args: { q: "x" } } };
  const lines = writeSession({ name: "s", opener, said }).trimEnd().split("\n");
  expect(lines).toHaveLength(5);
  for (const line of lines) expect(validate(JSON.parse(line)), `${line} ${JSON.stringify(validate.errors)}`).toBe(true);
  expect(validate({ role: "robot", content: "x" })).toBe(false);
});
