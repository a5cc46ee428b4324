import { describe, expect, test } from "vitest";
import { BrokenMessage, type EventMessage, MessageReader } from "../../../src/providers/bedrock/event-stream.ts";
import { event, exception, framed, message } from "../../support/bedrock-server.ts";

function read(pieces: readonly Uint8Array[]): {
  readonly messages: readonly (readonly [Readonly<Record<string, string>>, string])[];
  readonly within: boolean;
} {
  const reader = new MessageReader();
  const out: EventMessage[] = [];
  for (const piece of pieces) reader.push(piece, out);
  return { messages: out.map(({ headers, payload }) => [headers, Buffer.from(payload).toString()]), within: reader.within };
}

const stream = Buffer.concat([
  event("messageStart", { role: "assistant" }),
  message({ ":message-type": "event", ":event-type": "contentBlockDelta" }, '{"delta":{"text":"ä€😀"}}'),
  message({}, ""),
  exception("throttlingException", { message: "slow down" }),
]);
const whole = read([stream]);

test("messages are read with their headers and payloads", () => {
  expect(whole.within).toBe(false);
  expect(whole.messages).toEqual([
    [{ ":event-type": "messageStart", ":content-type": "application/json", ":message-type": "event" }, '{"role":"assistant","p":"abcdefghijkl"}'],
    [{ ":message-type": "event", ":event-type": "contentBlockDelta" }, '{"delta":{"text":"ä€😀"}}'],
    [{}, ""],
    [{ ":exception-type": "throttlingException", ":content-type": "application/json", ":message-type": "exception" }, '{"message":"slow down"}'],
  ]);
});

// The vector of the published description: one message without headers and payload is sixteen bytes.
test("the shortest message is the one that AWS's own test vectors begin with", () => {
  expect(message({}, "").toString("hex")).toBe("000000100000000005c248eb7d98c8ff");
  expect(message({}, "{'foo':'bar'}").toString("hex")).toBe("0000001d00000000fd528c5a7b27666f6f273a27626172277dc3653936");
});

test("a stream reads the same cut in two at any byte, and byte by byte", () => {
  for (let at = 0; at <= stream.length; at++) expect(read([stream.subarray(0, at), stream.subarray(at)])).toEqual(whole);
  expect(read(Array.from(stream, (_byte, at) => stream.subarray(at, at + 1)))).toEqual(whole);
});

test("a view into a larger buffer is read from where it begins", () => {
  const padded = Buffer.concat([Buffer.from([1, 2, 3]), stream, Buffer.from([4])]);
  expect(read([new Uint8Array(padded.buffer, padded.byteOffset + 3, stream.length)])).toEqual(whole);
});

test("a long message in many pieces is joined once", () => {
  const text = "x".repeat(3_000_000);
  const long = message({ a: "b" }, text);
  const pieces: Buffer[] = [];
  for (let at = 0; at < long.length; at += 1000) pieces.push(long.subarray(at, at + 1000));
  expect(read(pieces).messages).toEqual([[{ a: "b" }, text]]);
});

test("a message that has begun is known not to be whole", () => {
  expect(read([stream.subarray(0, 5)]).within).toBe(true);
  expect(read([stream.subarray(0, stream.length - 1)]).within).toBe(true);
});

test("headers of every type are passed over but for texts", () => {
  const field = (name: string, type: number, value: readonly number[]) => Buffer.from([name.length, ...Buffer.from(name), type, ...value]);
  const headers = Buffer.concat([
    field("yes", 0, []),
    field("no", 1, []),
    field("byte", 2, [7]),
    field("short", 3, [0, 7]),
    field("int", 4, [0, 0, 0, 7]),
    field("long", 5, [0, 0, 0, 0, 0, 0, 0, 7]),
    field("bytes", 6, [0, 2, 9, 9]),
    field("text", 7, [0, 1, 104]),
    field("time", 8, [0, 0, 0, 0, 0, 0, 0, 7]),
    field(
      "uuid",
      9,
      Array.from({ length: 16 }, () => 1),
    ),
    field("last", 7, [0, 0]),
  ]);
  expect(read([framed(headers, Buffer.from("{}"))]).messages).toEqual([[{ text: "h", last: "" }, "{}"]]);
});

describe("what is no event stream is told at once", () => {
  const damaged = (at: number) => {
    const copy = Buffer.from(stream);
    copy[at] = (copy[at] ?? 0) ^ 1;
    return copy;
  };
  const cases: readonly (readonly [string, Uint8Array, string])[] = [
    ["a page", Buffer.from("<!DOCTYPE html><html></html>"), "what came is no event stream"],
    ["a length that was damaged", damaged(3), "what came is no event stream"],
    ["a checksum of the prelude that was damaged", damaged(8), "what came is no event stream"],
    ["a header that was damaged", damaged(14), "a checksum does not match"],
    ["the last checksum that was damaged", damaged(stream.length - 1), "a checksum does not match"],
    ["a header type that does not exist", framed(Buffer.from([1, 97, 10]), Buffer.alloc(0)), "there is no header type 10"],
    ["a header that is longer than its message", framed(Buffer.from([1, 97, 7, 0, 200, 1]), Buffer.alloc(0)), "a header is longer than its message"],
    ["a header that ends in its length", framed(Buffer.from([1, 97, 7, 0]), Buffer.alloc(0)), "a header is longer than its message"],
    ["a header that ends in its name", framed(Buffer.from([9, 97]), Buffer.alloc(0)), "there is no header type -1"],
  ];
  test.each(cases)("%s", (_name, bytes, words) => {
    expect(() => read([bytes])).toThrow(new BrokenMessage(words));
  });

  test("before a length that nobody can send is waited for", () => {
    const prelude = framed(Buffer.alloc(0), Buffer.alloc(26 * 1024 * 1024)).subarray(0, 12);
    expect(() => read([prelude])).toThrow(BrokenMessage);
  });
});
