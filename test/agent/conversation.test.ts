import { expect, test } from "vitest";
import { createConversation } from "../../src/agent/conversation.ts";
import { user } from "./world.ts";

test("what was handed out never changes, and is the same list until something is added", () => {
  const opening = [user("a")];
  const conversation = createConversation(opening, "writer");
  const first = conversation.messages();
  expect(first).toBe(opening);
  conversation.add(user("b"), user("c"));
  const second = conversation.messages();
  expect(conversation.messages()).toBe(second);
  conversation.add(user("d"));
  expect([first, second, conversation.messages()].map((list) => list.map(({ content }) => content).join(""))).toEqual(["a", "abc", "abcd"]);
});

test("a conversation with nothing to answer is refused", () => {
  expect(() => createConversation([{ role: "system", content: "Be kind." }], "writer")).toThrow('The agent "writer" has no message to answer.');
});
