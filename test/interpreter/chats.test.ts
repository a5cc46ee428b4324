import { describe, expect, test } from "vitest";
import type { CallOptions, Expr } from "../../src/graph/expressions.ts";
import type { SessionStore } from "../../src/interpreter/options.ts";
import { renderPrompt } from "../../src/plan/prompt.ts";
import { agent, bind, caught, flow, give, graphOf, list, lit, parallel, param, place, read, say, spread } from "./build.ts";
import { finish } from "./world.ts";

const chat = (name: string, args: Record<string, Expr> = {}, more: { readonly from?: string; readonly session?: Expr } = {}): Expr => ({
  kind: "chat",
  place,
  path: "w/chat",
  agent: `t#${name}`,
  args,
  ...more,
});
const send = (name: string, text?: string, options: CallOptions = {}): Expr => ({
  kind: "chat_send",
  place,
  path: `w/${name}`,
  chat: name,
  ...(text === undefined ? {} : { text: lit(text) }),
  options,
});
const add = (name: string, role: "user" | "assistant" | "system", text: string): Expr => ({ kind: "chat_add", place, chat: name, role, text: lit(text) });
const messages = (name: string): Expr => ({ kind: "chat_messages", place, chat: name });
const fork = (name: string): Expr => ({ kind: "fork", place, chat: name });

const analyst = agent("analyst", {
  params: [param("topic")],
  messages: [{ role: "system", text: say("You know ", read("topic"), ".") }],
  callable: false,
});
const tides = { topic: lit("tides") };
const always = (text: string) => [{ text, times: "always" }];

describe("a conversation", () => {
  test("asks nobody when it is opened, and each send adds what is said and the answer", async () => {
    const graph = flow([bind("c", chat("analyst", tides)), bind("a", send("c", "Why?")), bind("b", send("c", "How?")), give(messages("c"))], {
      agents: [analyst],
    });
    const { value, of } = await finish(graph, { replies: { analyst: [{ text: "Gravity." }, { text: "It pulls." }] } });
    expect(value).toEqual([
      { role: "system", text: "You know tides." },
      { role: "user", text: "Why?" },
      { role: "assistant", text: "Gravity." },
      { role: "user", text: "How?" },
      { role: "assistant", text: "It pulls." },
    ]);
    expect(of("model.requested")).toHaveLength(2);
    expect(of("step.started").map(({ kind, path, name }) => [kind, path, name])).toEqual([
      ["chat", "w/chat", "analyst"],
      ["chat_send", "w/c", "analyst"],
      ["chat_send", "w/c", "analyst"],
    ]);
  });

  test("takes a system text once something was said: what it begins with is the agent's", async () => {
    const graph = flow([bind("c", chat("analyst", tides)), add("c", "system", "Be brief."), give(messages("c"))], { agents: [analyst] });
    expect((await finish(graph)).error).toMatchObject({
      class: "invalid_request",
      place,
      message: 'A conversation begins with the system text of its agent, here "analyst".',
    });
  });

  test("stays as it was when a send fails", async () => {
    const graph = flow([bind("c", chat("analyst", tides)), bind("a", caught(send("c", "Why?"), "_", lit("none"))), give(list(read("a"), messages("c")))], {
      agents: [analyst],
    });
    const { value } = await finish(graph, { replies: { analyst: [{ error: "auth" }] } });
    expect(value).toEqual(["none", [{ role: "system", text: "You know tides." }]]);
  });

  test("has nothing to answer where nobody has spoken, or the agent itself has spoken last", async () => {
    const nobody = await finish(flow([bind("c", chat("analyst", tides)), send("c")], { agents: [analyst] }));
    expect(nobody.error).toMatchObject({
      class: "invalid_request",
      path: "w/c",
      place,
      message: 'There is nothing for the agent "analyst" to answer: nothing has been said.',
    });
    const itself = await finish(flow([bind("c", chat("analyst", tides)), add("c", "assistant", "Ask me."), send("c")], { agents: [analyst] }));
    expect(itself.error?.message).toBe('There is nothing for the agent "analyst" to answer: the last word is its own.');
    const asked = await finish(flow([bind("c", chat("analyst", tides)), add("c", "user", "Why?"), send("c")], { agents: [analyst] }));
    expect(asked.value).toBe("[analyst] Why?");
  });

  test("that is forked goes two ways", async () => {
    const graph = flow([bind("c", chat("analyst", tides)), send("c", "a"), bind("d", fork("c")), send("d", "b"), give(list(messages("c"), messages("d")))], {
      agents: [analyst],
    });
    const { value } = await finish(graph, { replies: { analyst: always("x") } });
    expect((value as unknown[][]).map((all) => all.length)).toEqual([3, 5]);
  });

  test("goes on under another agent with a copy of what was said, and that agent's prompt is not sent", async () => {
    const judge = agent("judge", {
      messages: [
        { role: "system", text: say("You judge.") },
        { role: "user", text: say("Never sent.") },
      ],
    });
    const graph = flow([bind("c", chat("analyst", tides)), send("c", "a"), bind("d", chat("judge", {}, { from: "c" })), send("d", "b"), give(messages("c"))], {
      agents: [analyst, judge],
    });
    const { value, of } = await finish(graph, { replies: { analyst: always("x"), judge: always("y") } });
    expect(of("model.requested")[1]?.request.messages).toEqual([
      { role: "system", content: "You judge." },
      { role: "user", content: "a" },
      { role: "assistant", content: "x" },
      { role: "user", content: "b" },
    ]);
    expect(value).toHaveLength(3);
  });

  test("stays with the agent that has taken over", async () => {
    const front = agent("front", { messages: [{ role: "system", text: say("Front.") }], handoffs: [{ agent: "t#back", args: { who: read("q") } }] });
    const back = agent("back", { params: [param("who")], messages: [{ role: "system", text: say("Back, for ", read("who"), ".") }], callable: false });
    const graph = flow([bind("c", chat("front", { q: lit("Ada") })), send("c", "a"), bind("d", fork("c")), send("c", "b"), send("d", "c")], {
      agents: [front, back],
    });
    const { of } = await finish(graph, { replies: { front: [{ tool_calls: [{ name: "handoff_back" }] }], back: always("x") } });
    expect(of("model.requested").map(({ agent, request }) => [agent, request.messages[0]?.content])).toEqual([
      ["front", "Front."],
      ["back", "Back, for Ada."],
      ["back", "Back, for Ada."],
      ["back", "Back, for Ada."],
    ]);
  });

  test("offers handoffs as `tantra prompt` shows them", async () => {
    const front = agent("front", { handoffs: [{ agent: "t#back", args: {} }] });
    const graph = graphOf({ agents: [front, agent("back", { doc: "Takes over." })] });
    const { of } = await finish(graph);
    const shown = await renderPrompt(graph, "front", {}, { refusedKeywords: () => [] });
    expect(JSON.stringify(of("model.requested")[0]?.request.tools)).toBe(JSON.stringify(shown.tools));
  });

  test("keeps the calls of tools and their results in its history", async () => {
    const able = agent("able", { tools: [{ of: "agent", key: "t#analyst" }] });
    const helper = agent("analyst", { params: [param("topic")], messages: [{ role: "user", text: read("topic") }] });
    const graph = flow([bind("c", chat("able")), send("c"), send("c", "again")], { agents: [able, helper] });
    const replies = { able: [{ tool_calls: [{ name: "analyst", arguments: { topic: "x" } }] }, { text: "a" }, { text: "b" }], analyst: always("seen") };
    const { of, error } = await finish(graph, { replies });
    expect(error).toBeUndefined();
    expect(
      of("model.requested")
        .at(-1)
        ?.request.messages.map(({ role, content }) => `${role} ${content}`),
    ).toEqual(["user go", "assistant ", "tool seen", "assistant a", "user again"]);
  });

  test("that two branches use at once, which only a graph made by hand can say, is refused", async () => {
    const graph = flow([bind("c", chat("analyst", tides)), spread(lit([1, 2]), send("c", "a"))], { agents: [analyst] });
    expect((await finish(graph, { replies: { analyst: always("x") } })).error?.message).toBe("A conversation is used from two places at once.");
  });

  test("that a branch was to open and did not is no conversation", async () => {
    const graph = flow(
      [parallel({ onError: "continue" }, { place, path: "w/parallel/c", name: "c", value: chat("analyst", tides, { session: lit("x") }) }), send("c", "a")],
      {
        agents: [analyst],
      },
    );
    expect((await finish(graph)).error).toMatchObject({
      class: "bad_value",
      message: 'There is no conversation "c": the branch that was to open it has failed.',
    });
  });

  test("has the time and the pots of each of its sends", async () => {
    const graph = flow([bind("c", chat("analyst", tides)), send("c", "a", { timeoutMs: 100 })], { agents: [analyst] });
    expect((await finish(graph, { replies: { analyst: [{ text: "x", latency: "1h" }] } })).error).toMatchObject({ class: "timeout", path: "w/c" });
  });
});

/** Texts in memory, one run at a time. */
function memory(
  texts: Record<string, string> = {},
): SessionStore & { readonly texts: Record<string, string>; readonly open: SessionStore["open"]; closed: number } {
  const store = {
    texts,
    closed: 0,
    async open(name: string) {
      return {
        file: `kept/${name}.jsonl`,
        text: texts[name],
        async write(text: string) {
          texts[name] = text;
        },
        async close() {
          store.closed++;
        },
      };
    },
  };
  return store;
}

const kept = (name: string, ...said: readonly string[]) =>
  flow([bind("c", chat("analyst", tides, { session: lit(name) })), ...said.map((text) => send("c", text)), give(messages("c"))], { agents: [analyst] });

describe("a session", () => {
  test("is read at the start and written after each send, as lines that say what they are", async () => {
    const sessions = memory();
    await finish(kept("user-ada", "a"), { sessions, replies: { analyst: always("x") } });
    expect(sessions.texts["user-ada"]).toBe(
      ['{"session":"user-ada","agent":"analyst"}', '{"role":"user","content":"a"}', '{"role":"assistant","content":"x"}', ""].join("\n"),
    );
    const second = await finish(kept("user-ada", "b"), { sessions, replies: { analyst: always("y") } });
    expect((second.value as { text: string }[]).map(({ text }) => text)).toEqual(["You know tides.", "a", "x", "b", "y"]);
    expect(sessions.closed).toBe(2);
  });

  test("is not written by a send that fails", async () => {
    const sessions = memory();
    await finish(kept("s", "a"), { sessions, replies: { analyst: [{ error: "auth" }] } });
    expect(sessions.texts).toEqual({});
    expect(sessions.closed).toBe(1);
  });

  test("holds no secret of the run", async () => {
    const sessions = memory();
    await finish(kept("s", "my key is sk-very-secret"), { sessions, secrets: ["sk-very-secret"], replies: { analyst: always("x") } });
    expect(sessions.texts["s"]).toContain("my key is [secret]");
  });

  test("may be opened again in the same run, and the conversation that had it before may not go on", async () => {
    const again = flow(
      [
        bind("c", chat("analyst", tides, { session: lit("s") })),
        send("c", "a"),
        bind("d", chat("analyst", tides, { session: lit("s") })),
        send("d", "b"),
        bind("stale", caught(send("c", "c"), "err", { kind: "member", place, object: read("err"), name: "message" })),
        give(list(messages("d"), read("stale"))),
      ],
      { agents: [analyst] },
    );
    const { value } = await finish(again, { sessions: memory(), replies: { analyst: always("x") } });
    expect(value).toEqual([expect.objectContaining({ length: 5 }), 'The session "s" has gone on in another conversation of this run.']);
  });

  test("remembers who has taken over, and with which arguments", async () => {
    const front = agent("front", { messages: [{ role: "system", text: say("Front.") }], handoffs: [{ agent: "t#back", args: { who: read("q") } }] });
    const back = agent("back", { params: [param("who")], messages: [{ role: "system", text: say("Back, for ", read("who"), ".") }], callable: false });
    const graph = (text: string) => flow([bind("c", chat("front", { q: lit("Ada") }, { session: lit("s") })), send("c", text)], { agents: [front, back] });
    const sessions = memory();
    const replies = { front: [{ tool_calls: [{ name: "handoff_back" }] }], back: always("x") };
    await finish(graph("a"), { sessions, replies });
    expect(sessions.texts["s"]?.split("\n")[0]).toBe('{"session":"s","agent":"front","now":{"agent":"back","args":{"who":"Ada"}}}');
    const { of } = await finish(graph("b"), { sessions, replies });
    expect(of("model.requested").map(({ agent, request }) => [agent, request.messages[0]?.content])).toEqual([["back", "Back, for Ada."]]);
  });

  test("keeps an image's bytes with the message that it stands in", async () => {
    const url = "data:image/png;base64,iVBORw0KGgo=";
    const seeing = agent("analyst", {
      params: [],
      messages: [{ role: "user", parts: true, text: { kind: "text", place, parts: ["Look: ", { kind: "media", place, of: "image", value: lit(url) }] } }],
    });
    const graph = flow([bind("c", chat("analyst", {}, { session: lit("s") })), send("c", "What is it?")], { agents: [seeing] });
    const sessions = memory();
    const replies = { analyst: always("x") };
    await finish(graph, { sessions, replies });
    expect(sessions.texts["s"]).toContain('"data":"iVBORw0KGgo="');
    const { of } = await finish(graph, { sessions, replies });
    const [first] = of("model.requested")[0]?.request.messages ?? [];
    const parts = first !== undefined && "parts" in first ? (first.parts ?? []) : [];
    expect(parts.map((part) => (part.type === "text" ? part.text : part.data?.()))).toEqual(["Look: ", "iVBORw0KGgo="]);
  });

  test.each(["", "../ada", "a/b", "a\\b", ".hidden", "a.", "ada lovelace", "ada\n", "ada\u0000", "Åsa", "con", "NUL.txt", "x".repeat(101)])(
    "cannot have the name %j",
    async (name) => {
      const { error } = await finish(kept(name, "a"), { sessions: memory() });
      expect(error).toMatchObject({ code: "T627", path: "w/chat", place });
      expect(error?.message).toContain("cannot be the name of a session");
    },
  );

  test.each(["user-ada", "ada@example.org", "2026.11", "a+b_c"])("may have the name %j", async (name) => {
    expect((await finish(kept(name, "a"), { sessions: memory() })).error).toBeUndefined();
  });

  test("without a place to be kept is refused", async () => {
    expect((await finish(kept("s", "a"))).error).toMatchObject({ code: "T627", message: 'The session "s" has nowhere to be kept.' });
  });

  const head = '{"session":"s","agent":"analyst"}';
  test.each<readonly [string, readonly string[], string, string]>([
    ["is no JSON", [head, '{"role":"user"'], "kept/s.jsonl:2:1", "This line is no JSON"],
    ["lacks its first line", ['{"role":"user","content":"a"}'], "kept/s.jsonl:1:1", "This line is not as it should be"],
    ["has a line of no role", [head, "", '{"content":"a"}'], "kept/s.jsonl:3:1", "This line is no message."],
    ["has a line of an unknown role", [head, '{"role":"robot","content":"a"}'], "kept/s.jsonl:2:1", "This line is no message."],
    ["has a message without text", [head, '{"role":"user"}'], "kept/s.jsonl:2:1", "must have required property 'content'"],
    ["begins with a system text", [head, '{"role":"system","content":"a"}'], "kept/s.jsonl:2:1", "It begins with a system text."],
    ["has a result without its call", [head, '{"role":"tool","callId":"x","name":"look","content":""}'], "kept/s.jsonl:2:1", "has no call before it"],
    ["is another's on a disk that knows no capitals", ['{"session":"S","agent":"analyst"}'], "kept/s.jsonl:1:1", 'This is the session "S", and not "s".'],
    ["was begun with another agent", ['{"session":"s","agent":"writer"}'], "kept/s.jsonl:1:1", 'begun with the agent "writer"'],
    [
      "speaks with an agent that nobody hands over to",
      ['{"session":"s","agent":"analyst","now":{"agent":"gone","args":{}}}'],
      "kept/s.jsonl:1:1",
      'which "analyst" cannot hand over to',
    ],
    [
      "speaks with arguments that do not fit",
      ['{"session":"s","agent":"analyst","now":{"agent":"analyst","args":{"topic":3}}}'],
      "kept/s.jsonl:1:1",
      '"topic"',
    ],
  ])("that %s is refused with its line", async (_name, lines, where, message) => {
    const { error, of } = await finish(kept("s", "a"), { sessions: memory({ s: lines.join("\n") }) });
    expect(error).toMatchObject({ code: "T627", place: where });
    expect(error?.message).toContain(message);
    expect(of("model.requested")).toEqual([]);
  });

  test("keeps a system text that was added on the way, where it stands; the one that it begins with is the program's", async () => {
    const store: Record<string, string> = {};
    const opened = bind("c", chat("analyst", tides, { session: lit("s") }));
    const added = flow([opened, send("c", "Why?"), add("c", "system", "Be brief."), send("c", "How?"), give(messages("c"))], { agents: [analyst] });
    const { value } = await finish(added, { sessions: memory(store), replies: { analyst: always("x") } });
    const texts = ["You know tides.", "Why?", "x", "Be brief.", "How?", "x"];
    expect((value as { text: string }[]).map(({ text }) => text)).toEqual(texts);
    const again = flow([opened, give(messages("c"))], { agents: [analyst] });
    const kept = await finish(again, { sessions: memory({ s: store["s"] ?? "" }) });
    expect((kept.value as { text: string }[]).map(({ text }) => text)).toEqual(texts);
  });

  test("that was edited by hand is gone on with as it stands", async () => {
    const text = [head, '{ "role": "user", "content": "Changed." }', "", '{"role":"assistant","content":"Fine."}'].join("\n");
    const { value } = await finish(kept("s", "a"), { sessions: memory({ s: text }), replies: { analyst: always("x") } });
    expect((value as { text: string }[]).map(({ text }) => text)).toEqual(["You know tides.", "Changed.", "Fine.", "a", "x"]);
  });
});
