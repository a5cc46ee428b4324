import { expect, test } from "vitest";
import { createConversation } from "../../src/agent/conversation.ts";
import type { Message } from "../../src/agent/provider.ts";
import { awaitsAnswer, underSystem, unpaired } from "../../src/agent/sequence.ts";
import { user } from "./world.ts";

const system = (content: string): Message => ({ role: "system", content });
const said = (content: string): Message => ({ role: "assistant", content });
const calling = (...ids: readonly string[]): Message => ({
  role: "assistant",
  content: "",
  toolCalls: ids.map((id) => ({ id, name: `tool_${id}`, arguments: "{}" })),
});
const result = (id: string): Message => ({ role: "tool", callId: id, name: `tool_${id}`, content: "" });

test.each<readonly [string, readonly Message[], number, string]>([
  ["a result without its call", [user("a"), result("x")], 1, 'The result of the tool "tool_x" (x) has no call before it.'],
  ["a second result for one call", [user("a"), calling("x"), result("x"), result("x")], 3, 'The result of the tool "tool_x" (x) has no call before it.'],
  ["a call without its result", [user("a"), calling("x", "y"), result("x"), user("b")], 1, 'The call of the tool "tool_y" (y) has no result behind it.'],
  ["a call at the end", [user("a"), calling("x")], 1, 'The call of the tool "tool_x" (x) has no result behind it.'],
  ["a result behind what was said since", [user("a"), calling("x"), user("b"), result("x")], 1, 'The call of the tool "tool_x" (x) has no result behind it.'],
])("%s is out of order, and it is said where", (_name, messages, index, message) => {
  expect(unpaired(messages)).toMatchObject({ index, message });
});

test("calls with their results, in whatever order, are in order", () => {
  expect(unpaired([system("a"), system("b"), user("c"), calling("x", "y"), result("y"), result("x"), said("d"), user("e")])).toBeUndefined();
});

test("an agent is not run on messages that a vendor would refuse", () => {
  expect(() => createConversation([user("a"), result("x")], "writer")).toThrow('Message 2 to the agent "writer" is out of place. The result of the tool');
});

test("something is to be answered where the last word is not the agent's own", () => {
  expect([[], [system("a")], [user("a")], [user("a"), said("b")], [user("a"), calling("x"), result("x")]].map(awaitsAnswer)).toEqual([
    false,
    false,
    true,
    false,
    true,
  ]);
});

test("another system text takes the place of those in front: a later one was said where it stands, and stays there", () => {
  expect(underSystem([system("new")], [system("a"), system("b"), user("c"), system("d")])).toEqual([system("new"), user("c"), system("d")]);
});
