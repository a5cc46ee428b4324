import { expect, test } from "vitest";
import { splitLines } from "../../../src/tools/mcp/lines.ts";
import { idOf } from "../../../src/tools/mcp/too-large.ts";

function split(chunks: readonly Uint8Array[], most = 1000): string[] {
  const lines: string[] = [];
  const push = splitLines(most, { line: (text) => lines.push(text), tooLong: (head, tail) => lines.push(`${head.length} … ${tail.slice(-5)}`) });
  for (const chunk of chunks) push(chunk);
  return lines;
}

test("lines come out the same wherever the bytes are cut", () => {
  const text = '{"a":"ä€😀"}\n\nsecond\r\nlast\nunfinished';
  const bytes = new TextEncoder().encode(text);
  const whole = ['{"a":"ä€😀"}', "", "second\r", "last"];
  for (let at = 0; at <= bytes.length; at++) expect(split([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(whole);
  expect(split([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(whole);
});

test("of a line that is too long the two ends are kept, and the next one is read", () => {
  const bytes = new TextEncoder().encode(`${"x".repeat(5000)}12345\nnext\n`);
  for (const size of [1, 7, 1000, 9000]) {
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
    const [long, next] = split(chunks);
    expect(long).toMatch(/^\d+ … 12345$/);
    expect(next).toBe("next");
  }
});

test("the id of a reply is found at either end, and nowhere else", () => {
  expect(idOf('{"jsonrpc":"2.0","id":7,"result":{"x', "")).toBe(7);
  expect(idOf('{"id":"a","jsonrpc":"2.0","result"', "")).toBe("a");
  expect(idOf('{"result":{"content":"xxx', 'xx"},"jsonrpc":"2.0","id":12}')).toBe(12);
  expect(idOf('{"jsonrpc":"2.0","result":{"id":3,', 'xx"}}')).toBeUndefined();
});
