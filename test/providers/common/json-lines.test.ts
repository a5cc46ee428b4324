import { expect, test } from "vitest";
import { LineReader } from "../../../src/providers/common/json-lines.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function read(...pieces: readonly Uint8Array[]): string[] {
  const reader = new LineReader();
  const lines: string[] = [];
  for (const piece of pieces) reader.push(piece, lines);
  reader.end(lines);
  return lines;
}

test.each([
  ["two lines", '{"a":1}\n{"b":2}\n', ['{"a":1}', '{"b":2}']],
  ["the last one without an end", '{"a":1}\n{"b":2}', ['{"a":1}', '{"b":2}']],
  ["blank lines and carriage returns", '\n{"a":1}\r\n\r\n  \n{"b":2}\r\n', ['{"a":1}', '{"b":2}']],
  ["nothing", "", []],
])("%s", (_what, text, lines) => {
  expect(read(bytes(text))).toEqual(lines);
});

test("lines are the same however the bytes are cut, and no character is lost", () => {
  const all = bytes('{"a":"ä€😀"}\r\n\n{"b":"\\n"}\n{"c":"é"}');
  const whole = read(all);
  expect(whole).toHaveLength(3);
  for (let at = 0; at <= all.length; at++) expect(read(all.subarray(0, at), all.subarray(at)), `cut at ${at}`).toEqual(whole);
  expect(read(...Array.from(all, (_byte, at) => all.subarray(at, at + 1)))).toEqual(whole);
});
