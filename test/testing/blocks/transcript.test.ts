import { expect, it } from "vitest";
import { head, results } from "./blocks.ts";

const program = `${head}model other = llm("gpt-5")
model either = fallback(small, other)
retry twice { attempts: 2, delay: 1ms, jitter: none, on: [rate_limit] }
tool look(n: int) -> string from "./t.ts"
template mend(output: string, error: string) "Again: \${error}"
agent critic(task: string) { model: small, prompt: task }
agent a(topic: string) {
  model: either
  retry: twice
  tools: [look, critic]
  system: "You write."
  prompt: "About \${topic}"
  check: { long: len(result) > 100 }
}
agent teller() -> int { model: small, prompt: "A number.", repair: mend }
agent taker() { model: small, system: "You take over." }
agent giver() { model: small, system: "You give.", handoffs: [taker] }
`;

const tools = { look: ({ n }: { readonly n?: unknown }) => `seen ${String(n)}` };

async function said(body: string, replies = {}): Promise<string[]> {
  const [result] = await results(`${program}test "x" {\n${body}\n}`, { replies, tools });
  return (result?.transcript ?? []).flatMap((exchange) => {
    const { name, path } = exchange;
    if (exchange.with === "tool") return [`${name} ${path} ${JSON.stringify(exchange.arguments)} ${JSON.stringify(exchange.outcome ?? exchange.error)}`];
    const since = exchange.since === undefined ? "" : ` since ${exchange.since.path} ${exchange.since.messages}`;
    return [
      `${name} ${path}${since}`,
      ...exchange.said.map((one) => {
        const { kind, ...rest } = one;
        return `  ${kind} ${Object.values(rest)
          .map((value) => (typeof value === "string" ? value : JSON.stringify(value)))
          .join(" ")}`;
      }),
    ];
  });
}

it("of a test is every message, role by role, with calls and their results, and the agents that were called as tools", async () => {
  const script = {
    a: [
      {
        tool_calls: [
          { name: "look", arguments: { n: 1 } },
          { name: "critic", arguments: { task: "Judge." } },
        ],
        text: "I look.",
      },
      { text: "Done." },
    ],
    critic: [{ text: "Good." }],
  };
  expect(await said(`let _ = a("tides")\n  expect look(2) == ""`, script)).toEqual([
    "a test/a",
    "  message system You write.",
    "  message user About tides",
    '  message assistant I look. [{"name":"look","arguments":"{\\"n\\":1}"},{"name":"critic","arguments":"{\\"task\\":\\"Judge.\\"}"}]',
    "  message tool seen 1 look",
    "  message tool Good. critic",
    "  message assistant Done.",
    "  check long",
    "critic test/a/turn[0]/call[1]/critic",
    "  message user Judge.",
    "  message assistant Good.",
    'look test/look {"n":2} "seen 2"',
  ]);
});

it("tells of retries, fallbacks, and replies that do not fit", async () => {
  const script = { a: [{ error: "rate_limit", times: 2 }, { text: "Here." }], teller: [{ text: "three" }, { text: '{"value":3}' }] };
  expect(await said(`let _ = a("tides")\n  expect teller() == 4`, script)).toEqual([
    "a test/a",
    "  message system You write.",
    "  message user About tides",
    expect.stringMatching(/^ {2}failed rate_limit /),
    "  retry 2 1",
    expect.stringMatching(/^ {2}failed rate_limit /),
    "  fallback main.tantra#other",
    "  message assistant Here.",
    "  check long",
    "teller test/teller",
    "  message user A number.",
    "  message assistant three",
    expect.stringMatching(/^ {2}invalid The reply to the agent "teller"/),
    expect.stringMatching(/^ {2}message user Again: /),
    '  message assistant {"value":3}',
  ]);
});

it("says a failure once, and that of a tool with its class", async () => {
  expect(await said(`fake a -> fail auth "no key"\n  fake look -> fail tool_error "gone"\n  expect fails tool_error { look(1) }\n  let _ = a("x")`)).toEqual([
    'look test/look {"n":1} {"class":"tool_error","message":"The tool \\"look\\" failed: gone."}',
    "a test/a",
    "  message system You write.",
    "  message user About x",
    '  failed auth The model "a" failed: no key.',
  ]);
});

it("of a conversation says what a copy or a further word goes on from, and who takes over", async () => {
  const body = `let c = chat giver()
  let _ = c.send("One")
  let d = fork(c)
  let _ = d.send("Two")
  let _ = c.send("Three")`;
  const script = { giver: [{ text: "1" }, { text: "2" }, { tool_calls: [{ name: "handoff_taker" }] }], taker: [{ text: "3" }] };
  expect(await said(body, script)).toEqual([
    "giver test/c#2",
    "  message system You give.",
    "  message user One",
    "  message assistant 1",
    "giver test/d since test/c#2 3",
    "  message system You give.",
    "  message user One",
    "  message assistant 1",
    "  message user Two",
    "  message assistant 2",
    "giver test/c#3 since test/c#2 3",
    "  message system You give.",
    "  message user One",
    "  message assistant 1",
    "  message user Three",
    '  message assistant  [{"name":"handoff_taker","arguments":"{}"}]',
    "  handoff taker",
    "  message system You take over.",
    "  message tool  handoff_taker",
    "  message assistant 3",
  ]);
});

it("shows branches in the order of their block, and no secret", async () => {
  const tests = `workflow both() {
  parallel {
    let one = critic("one")
    let two = critic("two of-secret-words")
  }
}
test "x" {
  fake critic -> "A" then "B" then "C"
  both()
  expect calls(critic) == 3
}`;
  const [result] = await results(program + tests, {}, { secrets: ["of-secret-words"] });
  const asked = (result?.transcript ?? []).map((exchange) => (exchange.with === "agent" && exchange.said[0]?.kind === "message" ? exchange.said[0].text : ""));
  expect(asked[0]).toBe("one");
  expect(asked[1]).toBe("two [secret]");
});
