import { describe, expect, it } from "vitest";
import { failures, head } from "./blocks.ts";

const program = `${head}agent helper() { model: small, prompt: "x", tools: [send] }
tool send(to: string) -> string from "./t.ts" { approve: to != "me" }
type Name { first: string, last: string? }
workflow publish() -> string {
  let go = ask "Publish?" -> bool
  if !go { fail "Not published." }
  let name = ask "Who are you?" -> Name
  let level = ask "How much?" -> "some" | "all"
  return "\${name.first} \${name.last ?? "-"} \${level}"
}
workflow both() -> string[] {
  parallel {
    let late = if helper() == "done" { ask "A?" } else { "-" }
    let early = ask "B?"
  }
  return [late, early]
}
`;

describe("fake ask", () => {
  it("answers questions in the order of their paths, each held to its type", async () => {
    const tests = `test "published" {
  fake ask -> true then { first: "Ada" } then "all"
  expect publish() == "Ada - all"
}
test "not published" {
  fake ask -> false
  expect fails failed { publish() }
}
test "in the order of the source, whatever is reached first" {
  fake helper -> "done"
  fake ask -> "one" then "two"
  expect both() == ["one", "two"]
}
test "nobody has the time" {
  fake ask -> fail timeout "Nobody was there."
  expect fails timeout { publish() }
}`;
    expect(await failures(program + tests)).toEqual([]);
  });

  it("answers approvals with a bool; `approve` holds for a faked tool, too", async () => {
    const replies = { helper: [{ tool_calls: [{ name: "send", arguments: { to: "you" } }] }, { text: "sent" }, { text: "no" }] };
    const tests = `test "approved" {
  fake send -> "ok"
  fake ask -> true
  expect helper() == "sent" && calls(send) == 1
}
test "denied" {
  fake send -> "ok"
  fake ask -> false
  expect fails denied { send("you") }
  expect send("me") == "ok"
}`;
    expect(await failures(program + tests, { replies })).toEqual([]);
  });

  it("says which answer does not fit which question, and which question nobody answers", async () => {
    const tests = `test "unfit" {
  fake ask -> true then "Ada"
  expect publish() == ""
}
test "unasked" { expect fails cancelled { publish() } }
test "no bool" {
  fake send -> "ok"
  fake ask -> "all"
  expect send("you") == "ok"
}`;
    expect(await failures(program + tests)).toEqual([
      'T617 The faked answer to "Who are you?" does not fit. The value must be an object (Name), but is "Ada".',
      'T641 The test reached the question "Publish?", and asks nobody.',
      'T617 The faked answer to the approval of "send" is "all", and not true or false.',
    ]);
  });
});
