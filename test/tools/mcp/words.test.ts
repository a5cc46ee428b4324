import { expect, test } from "vitest";
import { lastOf, shorten } from "../../../src/tools/mcp/words.ts";

test("a text is cut between words, so that no half of a secret is left", () => {
  expect(shorten("short", 10)).toBe("short");
  expect(shorten("the key is sk-secret-123456", 20)).toBe("the key is …");
  expect(shorten("sk-secret-123456-and-on-and-on", 20)).toBe("…");
  expect(lastOf("short", 10)).toBe("short");
  expect(lastOf("key sk-secret-123456 was refused", 18)).toBe("was refused");
  expect(lastOf("sk-secret-123456-and-on-and-on", 20)).toBe("…");
});
