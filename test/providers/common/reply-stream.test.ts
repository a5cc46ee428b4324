import { expect, test } from "vitest";
import { type ModelChunk, ProviderError } from "../../../src/agent/provider.ts";
import { LineReader } from "../../../src/providers/common/json-lines.ts";
import { type ReplyProtocol, ReplyStream } from "../../../src/providers/common/reply-stream.ts";

/** Lines of text; "broken" is one that cannot be read, and "over" the last one. `seen` is told of each. */
function lines(text: string, seen: (line: string) => void = () => undefined): ReplyProtocol<string> {
  return {
    send: async () => new Response(text),
    frames: new LineReader(),
    read(line, out) {
      seen(line);
      if (line === "broken") throw new ProviderError("server_error", "It broke.");
      if (line !== "over") out.push({ type: "text", text: line });
      return line === "over";
    },
    finish: () => ({ type: "finish", reason: "stop" }),
    failure: (thrown) => (thrown instanceof ProviderError ? thrown : new ProviderError("internal", String(thrown))),
  };
}
const never = new AbortController().signal;
const text = (value: string) => ({ done: false, value: { type: "text", text: value } });

test("chunks come in order, the last one ends it, and then there is nothing", async () => {
  const stream = new ReplyStream(lines("a\nb\nover\nc\n"), never);
  const chunks: ModelChunk[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  expect(chunks).toEqual([
    { type: "text", text: "a" },
    { type: "text", text: "b" },
    { type: "finish", reason: "stop" },
  ]);
  expect(await stream.next()).toEqual({ done: true, value: undefined });
});

test("an error comes behind what had arrived with it, once", async () => {
  const stream = new ReplyStream(lines("a\nb\nbroken\nc\n"), never);
  expect(await stream.next()).toEqual(text("a"));
  expect(await stream.next()).toEqual(text("b"));
  await expect(stream.next()).rejects.toMatchObject({ class: "server_error", message: "It broke." });
  expect(await stream.next()).toEqual({ done: true, value: undefined });
});

test("what is left when the body is over is read as that", async () => {
  const read: [string, boolean][] = [];
  const protocol: ReplyProtocol<string> = {
    ...lines("a\nb\nc"),
    read(line, _out, ended) {
      read.push([line, ended]);
      return false;
    },
  };
  expect(await new ReplyStream(protocol, never).next()).toMatchObject({ value: { type: "finish" } });
  expect(read).toEqual([
    ["a", false],
    ["b", false],
    ["c", true],
  ]);
});

test("whoever is told to stop is shown nothing more", async () => {
  const controller = new AbortController();
  const stream = new ReplyStream(
    lines("a\nbroken\n", (line) => {
      if (line === "broken") controller.abort();
    }),
    controller.signal,
  );
  await expect(stream.next()).rejects.toMatchObject({ message: "It broke." });
});

test("whoever is told to stop gets nothing more of what had arrived, nor that it is over", async () => {
  const controller = new AbortController();
  const stream = new ReplyStream(lines("a\nb\nover\n"), controller.signal);
  expect(await stream.next()).toEqual(text("a"));
  controller.abort(new Error("enough"));
  await expect(stream.next()).rejects.toMatchObject({ message: "Error: enough" });
  expect(await stream.next()).toEqual({ done: true, value: undefined });
});

test("stopping after the end changes nothing", async () => {
  const controller = new AbortController();
  const stream = new ReplyStream(lines("over\n"), controller.signal);
  expect(await stream.next()).toEqual({ done: false, value: { type: "finish", reason: "stop" } });
  controller.abort();
  expect(await stream.next()).toEqual({ done: true, value: undefined });
});

test("nothing is sent before somebody reads, nor for whoever leaves before that", async () => {
  let sent = 0;
  const protocol = { ...lines("a\n"), send: async () => new Response(`${++sent}`) };
  const stream = new ReplyStream(protocol, never);
  await stream.return();
  expect(await stream.next()).toEqual({ done: true, value: undefined });
  expect(sent).toBe(0);
});

test("a body that fails is told as it failed", async () => {
  const encoder = new TextEncoder();
  let pulled = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (pulled++ === 0) controller.enqueue(encoder.encode("a\n"));
      else controller.error(new Error("reset"));
    },
  });
  const stream = new ReplyStream({ ...lines(""), send: async () => new Response(body) }, never);
  expect(await stream.next()).toEqual(text("a"));
  await expect(stream.next()).rejects.toMatchObject({ name: "ProviderError", message: "Error: reset" });
});
