import fc from "fast-check";
import { expect, test } from "vitest";
import { EventReader, type ServerEvent } from "../../../src/providers/common/sse.ts";

function read(...pieces: readonly Uint8Array[]): ServerEvent[] {
  const reader = new EventReader();
  const events: ServerEvent[] = [];
  for (const piece of pieces) reader.push(piece, events);
  reader.end(events);
  return events;
}

const bytes = (text: string) => new TextEncoder().encode(text);
const data = (...texts: string[]) => texts.map((text) => ({ event: "", data: text }));

const table: readonly (readonly [name: string, text: string, events: readonly ServerEvent[]])[] = [
  ["one event", "data: a\n\n", data("a")],
  ["two events", "data: a\n\ndata: b\n\n", data("a", "b")],
  ["several data lines", "data: a\ndata: b\n\n", data("a\nb")],
  ["no blank after the colon", "data:a\n\n", data("a")],
  ["one blank belongs to the field, the second to the text", "data:  a\n\n", data(" a")],
  ["empty data", "data:\n\ndata\n\n", data("", "")],
  ["a named event", "event: error\ndata: x\n\ndata: y\n\n", [{ event: "error", data: "x" }, ...data("y")]],
  ["comments", ": keep-alive\n\n:\ndata: a\n: more\n\n", data("a")],
  ["empty lines before, between and after", "\n\n\ndata: a\n\n\n\ndata: b\n\n\n", data("a", "b")],
  ["CRLF", "data: a\r\n\r\nevent: e\r\ndata: b\r\n\r\n", [...data("a"), { event: "e", data: "b" }]],
  ["lone CR", "data: a\r\rdata: b\r\r", data("a", "b")],
  ["mixed line ends", "data: a\r\n\ndata: b\r\r\ndata: c\n\r", data("a", "b", "c")],
  ["id and retry", "id: 1\nretry: 5\ndata: a\n\n", data("a")],
  ["fields that only begin alike", "database: x\ndat: y\neventual: z\ndata: a\n\n", data("a")],
  ["a name without data is no event", "event: ping\n\ndata: a\n\n", data("a")],
  ["no blank line at the end", "data: a\n\ndata: b", data("a", "b")],
  ["a byte-order mark", "\uFEFFdata: a\n\n", data("a")],
  ["characters of two, three and four bytes", "data: ä€😀\n\ndata: ←日本\n\n", data("ä€😀", "←日本")],
  ["nothing", "", []],
];

test.each(table)("%s is read, cut at every byte", (_name, text, events) => {
  const all = bytes(text);
  expect(read(all)).toEqual(events);
  for (let cut = 0; cut <= all.length; cut++) expect(read(all.subarray(0, cut), all.subarray(cut)), `cut at ${cut}`).toEqual(events);
  expect(read(...Array.from(all, (_byte, at) => all.subarray(at, at + 1)))).toEqual(events);
});

test("a stream reads the same however it is cut", () => {
  const pieces = fc.array(fc.constantFrom("data: x\n", "data: ä€😀\r\n", "\n", "\r\n", "\r", ": c\n", "event: e\n", "data", "\uFEFF"), { maxLength: 30 });
  fc.assert(
    fc.property(pieces, fc.array(fc.nat(), { maxLength: 10 }), (texts, cuts) => {
      const all = bytes(texts.join(""));
      const at = [...new Set([0, ...cuts.map((cut) => cut % (all.length + 1)), all.length])].toSorted((a, b) => a - b);
      const cutUp = at.slice(1).map((end, index) => all.subarray(at[index], end));
      expect(read(...cutUp)).toEqual(read(all));
    }),
    { numRuns: 500 },
  );
});

test("a line that comes in many pieces is joined once", () => {
  const reader = new EventReader();
  const events: ServerEvent[] = [];
  reader.push(bytes("data: "), events);
  for (let piece = 0; piece < 10_000; piece++) reader.push(bytes("0123456789"), events);
  expect(events).toEqual([]);
  reader.push(bytes("\n\n"), events);
  expect(events[0]?.data).toHaveLength(100_000);
});
