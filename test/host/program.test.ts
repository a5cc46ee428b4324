import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import {
  compile,
  load,
  openai,
  type ProgramRunOptions,
  type Provider,
  ProviderError,
  RunError,
  type RunEvent,
  RunFailure,
  simulator,
  systemClock,
} from "../../src/index.ts";
import { all } from "../embed/world.ts";
import { settled } from "../support/clock.ts";
import { openaiServer, reply } from "../support/openai-server.ts";
import { folder } from "./folder.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

const head = 'provider llm = simulator\nmodel m = llm("gpt-5") { max_tokens: 100 }\n';
const research = `${head}
/// Looks into the notes.
tool search_notes(query: string, limit: int = 3) -> string[] from "./tools/notes.ts"

template ask_for(topic: string, audience: string = "all") """
  About \${topic}, for \${audience}.
  """

agent writer(topic: string, notes: string[]) {
  model: m
  prompt: """
    \${ask_for(topic)}
    \${join(notes, ", ")}
    """
}

/// A brief about a topic.
workflow research(topic: string, limit: int = 2) {
  let notes = search_notes(topic, limit: limit)
  let text = writer(topic, notes)
  return text
}
`;
const greeter = `${head}agent greet(name: string = "world") { model: m, prompt: "Greet \${name}" }`;
const scripted = (replies: object): Provider => simulator({ replies: "replies.json" }, { clock: systemClock, replies: replies as never });
const notes = { search_notes: async ({ query, limit }: { query: string; limit: number }) => [query, String(limit)] };
const silent: Provider = {
  async *complete(_request, signal) {
    await new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  },
};

describe("load and compile", () => {
  test("give a program's workflows, agents, templates, graph and diagnostics", async () => {
    const cwd = folder({ "research.tantra": research, "package.json": "{}" });
    const program = await load("research.tantra", { cwd });
    expect(program.diagnostics).toMatchObject([{ code: "T517", severity: "warning" }]);
    expect(Object.keys(program.workflows)).toEqual(["research"]);
    expect(program.workflows["research"]).toMatchObject({
      doc: "A brief about a topic.",
      place: "research.tantra:20:1",
      parameters: { required: ["topic"] },
      result: { type: "string" },
    });
    expect(Object.keys(program.agents)).toEqual(["writer"]);
    expect(await program.templates["ask_for"]?.render({ topic: "tides" })).toBe("About tides, for all.");
    await expect(program.templates["ask_for"]?.render({ topik: "tides" })).rejects.toMatchObject({ code: "T621" });
    expect(program.graph?.main).toBe("research.tantra#research");
  });

  test("compile(source) takes a text; its imports and tools are files of the root", async () => {
    const root = folder({ "shared.tantra": `${head}agent helper() { model: m, prompt: "Help." }`, "package.json": "{}" });
    const program = await compile('import { helper } from "./shared.tantra"\nworkflow go() { helper() }', { root });
    expect(program.diagnostics).toEqual([]);
    expect((await program.run("go")).value).toBe("[helper] Help.");
  });

  test("a program with mistakes has them as diagnostics, and running it throws the first", async () => {
    const program = await compile(`${head}agent x() { model: m, prompt: nme }`);
    expect(program.diagnostics).toMatchObject([{ code: "T201" }]);
    expect([program.graph, program.workflows, program.agents]).toEqual([undefined, {}, {}]);
    await expect(program.run("x")).rejects.toMatchObject({ code: "T201", place: "program.tantra:3:31" });
    await expect(load("no-such.tantra")).rejects.toMatchObject({ code: "T623" });
  });
});

describe("program.run", () => {
  test("is awaited for value, usage, cost and runId, and has its events where they were asked for", async () => {
    const program = await compile(greeter);
    const { value, usage, cost, runId, events } = await program.run("greet", { name: "Ada" }, { keepEvents: true, simulate: true });
    expect(value).toBe("[greet] Greet Ada");
    expect(usage.input).toBeGreaterThan(0);
    expect(cost.simulated).toBe(true);
    expect(events?.map(({ runId: id }) => id).every((id) => id === runId)).toBe(true);
    expect([events?.[0]?.type, events?.at(-1)?.type]).toEqual(["run.started", "run.finished"]);
    expect(await program.run("greet")).not.toHaveProperty("events");
  });

  test("is iterated for events as they happen; asked for in the same breath, none is missed", async () => {
    const program = await compile(greeter);
    const run = program.run("greet");
    const told: RunEvent[] = [];
    const [first, second] = [all(run), all(run)];
    for await (const event of run) told.push(event);
    expect(told.map(({ seq }) => seq)).toEqual(told.map((_event, index) => index + 1));
    expect(told.at(-1)?.type).toBe("run.finished");
    expect(await first).toEqual(told);
    expect(await second).toEqual(told);
  });

  test("iteration that begins late starts at the present", async () => {
    const program = await compile(greeter);
    const run = program.run("greet");
    for await (const { type } of run) if (type === "model.requested") break;
    const rest = await all(run);
    expect(rest[0]?.type).not.toBe("run.started");
    expect(rest.at(-1)?.type).toBe("run.finished");
    await run;
    expect(await all(run)).toEqual([]);
  });

  test("text() is the answer as it is written, of the agent whose text it is", async () => {
    const program = await compile(research);
    const providers = { llm: scripted({ writer: [{ text: "The tides rise and fall, twice a day, every day." }] }) };
    const run = program.run("research", { topic: "tides" }, { tools: notes, providers });
    const pieces = await all(run.text());
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.join("")).toBe((await run).value);
  });

  test("text() of what no agent wrote comes in one piece at the end", async () => {
    const program = await compile(`${head}agent a() -> int[] { model: m, prompt: "x" }\nworkflow both() { let x = a()\n { list: x } }`);
    expect(await all(program.run("both").text())).toEqual(['{"list":[0]}']);
    expect(await all(program.run("a").text())).toEqual(["[0]"]);
  });

  test.each([
    ["an agent of its own", "agent", "greet", true],
    ["the last expression", "workflow w() { greet() }", "w", true],
    ["a let that is returned", "workflow w() { let x = greet()\n return x }", "w", true],
    ["an arm", 'workflow w(yes: bool = true) { if yes { greet() } else { "no" } }', "w", true],
    ["a call that may fail", 'workflow w() { greet() catch _ { "no" } }', "w", true],
    ["another workflow's", "workflow inner() { greet() }\nworkflow w() { inner() }", "w", true],
    ["part of a text", 'workflow w() { let x = greet()\n "<${x}>" }', "w", false],
    ["a name that is assigned again", 'workflow w() { let x = greet()\n x = "other"\n x }', "w", false],
    ["one of a loop", 'workflow w() { join(for i in range(2) { greet() }, "") }', "w", false],
  ])("text() of %s streams: %#", async (_what, workflow, main, streams) => {
    const program = await compile(`${greeter}\n${workflow === "agent" ? "" : workflow}`);
    expect(program.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    const llm = scripted({ greet: [{ text: "A text of more than one chunk, so that it streams.", times: "always" }] });
    const run = program.run(main, {}, { providers: { llm } });
    const pieces = await all(run.text());
    expect(pieces.join("")).toBe((await run).value);
    expect(pieces.length > 1).toBe(streams);
  });

  test("its errors are RunErrors with code, place, path, cause and what was spent", async () => {
    const program = await compile(greeter);
    const llm = scripted({ greet: [{ error: "auth", usage: { input: 9, output: 0 } }] });
    const failure = await program.run("greet", {}, { providers: { llm }, keepEvents: true }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RunFailure);
    expect(failure).toMatchObject({
      code: "T607",
      class: "auth",
      place: "program.tantra:3:1",
      path: "greet/turn[0]",

      totals: { runId: expect.any(String) },
    });
    expect((failure as RunFailure).cause).toBeInstanceOf(ProviderError);
    expect((failure as RunFailure).events?.at(-1)?.type).toBe("run.failed");
    await expect(all(program.run("greet", {}, { providers: { llm } }))).rejects.toBeInstanceOf(RunFailure);
    await expect(all(program.run("greet", {}, { providers: { llm } }).text())).rejects.toBeInstanceOf(RunFailure);
    await expect(program.run("greeet")).rejects.toMatchObject({ code: "T621", hint: 'Did you mean "greet"?' });
    await expect(program.run("greet", { nme: "Ada" })).rejects.toMatchObject({ code: "T621", hint: 'The agent "greet" takes name.' });
    await expect(program.run("greet", {}, { profile: "none" })).rejects.toMatchObject({ code: "T621" });
  });

  test("cancel(reason) stops it, before it has begun, in the middle and not after the end", async () => {
    const program = await compile(greeter);
    const options: ProgramRunOptions = { providers: { llm: silent } };
    const early = program.run("greet", {}, options);
    await early.cancel("Changed my mind.");
    await expect(early).rejects.toMatchObject({ class: "cancelled", message: "Changed my mind." });
    const late = program.run("greet", {}, options);
    for await (const { type } of late) if (type === "model.requested") break;
    await late.cancel();
    await expect(late).rejects.toMatchObject({ class: "cancelled", message: "The run was cancelled." });
    const over = program.run("greet");
    await over;
    await over.cancel();
    expect((await over).value).toBe("[greet] Greet world");
  });

  test("a run that is over is let go of, also by a signal and a listener that live on", async () => {
    const program = await compile(greeter);
    const { signal } = new AbortController();
    const iterators: unknown[] = [];
    const runs: WeakRef<object>[] = [];
    for (let i = 0; i < 20; i++) {
      const run = program.run("greet", {}, { signal });
      iterators.push(run[Symbol.asyncIterator]());
      runs.push(new WeakRef(run));
      await run;
    }
    await settled();
    collectGarbage();
    // The last ones may still stand on a stack; without letting go it would be all twenty.
    expect(runs.filter((run) => run.deref() !== undefined).length).toBeLessThan(5);
    expect(iterators).toHaveLength(20);
  });

  test("a system text that a conversation has come to, and the vendor does not take, is refused before anything is sent", async () => {
    const program = await compile(`
      provider llm = gemini { api_key: env.KEY, base_url: "http://127.0.0.1:9" }
      model m = llm("gemini-3-flash") { price: { input: $1, output: $1 } }
      agent a() { model: m, system: "Be kind." }
      workflow w() {
        let c = chat a()
        c.add(user: "Is it so?")
        c.add(system: "Be brief.")
        c.continue()
      }`);
    const run = program.run("w", {}, { env: { KEY: "a-key-of-ours" }, trusted: ["127.0.0.1"] });
    await expect(run).rejects.toMatchObject({
      class: "invalid_request",
      place: "program.tantra:4:7",
      message: 'Message 3 to the agent "a" is a system text out of place for "m", a model of `gemini`, which takes system texts before everything else only.',
    });
  });

  test("a signal stops it", async () => {
    const program = await compile(greeter);
    const stop = new AbortController();
    const run = program.run(
      "greet",
      {},
      { signal: stop.signal, providers: { llm: silent }, onEvent: ({ type }) => type === "model.requested" && stop.abort() },
    );
    await expect(run).rejects.toMatchObject({ class: "cancelled" });
    await expect(program.run("greet", {}, { signal: stop.signal })).rejects.toMatchObject({ class: "cancelled" });
  });

  test("a cancellation ends the wait for a retry, and a tool", async () => {
    const retried = (await compile(greeter)).run(
      "greet",
      {},
      {
        providers: { llm: scripted({ greet: [{ error: "overloaded", times: "always" }] }) },
        onEvent: ({ type }) => type === "retry.scheduled" && void retried.cancel("Enough."),
      },
    );
    await expect(retried).rejects.toMatchObject({ class: "cancelled", message: "Enough." });
    const search_notes = (_args: object, { signal }: { signal: AbortSignal }) =>
      new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    const searching = (await compile(research)).run(
      "research",
      { topic: "x" },
      { tools: { search_notes }, onEvent: ({ type }) => type === "tool.called" && void searching.cancel("Enough.") },
    );
    await expect(searching).rejects.toMatchObject({ class: "cancelled", message: "Enough." });
  });

  test("two runs at once on one program keep apart", async () => {
    const program = await compile(greeter);
    const names = ["Ada", "Grace", "Edsger"];
    const outcomes = await Promise.all(names.map((name) => program.run("greet", { name }, { keepEvents: true })));
    expect(outcomes.map(({ value }) => value)).toEqual(names.map((name) => `[greet] Greet ${name}`));
    expect(new Set(outcomes.map(({ runId }) => runId)).size).toBe(3);
    for (const { runId, events } of outcomes) expect(events?.every((event) => event.runId === runId)).toBe(true);
  });

  test("budget, hooks and onEvent are heard; an onEvent that throws breaks nothing", async () => {
    const program = await compile(greeter);
    await expect(program.run("greet", {}, { budget: 1e-9 })).rejects.toMatchObject({ class: "budget" });
    const { value } = await program.run(
      "greet",
      {},
      {
        hooks: { beforeModel: ({ request }) => ({ request: { ...request, messages: [{ role: "user", content: "Changed" }] } }) },
        onEvent() {
          throw new Error("not my day");
        },
      },
    );
    expect(value).toBe("[greet] Changed");
  });
});

describe("values of the host", () => {
  test("take the place of declared providers and tools: no key, no module and no host is asked for", async () => {
    const keyed = research.replace("provider llm = simulator", 'provider llm = openai { api_key: env.NO_SUCH_KEY, base_url: "https://elsewhere.example" }');
    const program = await compile(keyed);
    await expect(program.run("research", { topic: "x" }, { env: {} })).rejects.toMatchObject({ code: "T622", others: [{ code: "T623" }] });
    const llm = scripted({ writer: [{ when: { contains: "tides, 2" }, text: "Fine." }] });
    const { value, cost } = await program.run("research", { topic: "tides" }, { env: {}, providers: { llm }, tools: notes });
    expect(value).toBe("Fine.");
    expect(cost.simulated).toBe(true);
  });

  test("a provider of the host's own prices by its kind, and is not closed by the run", async () => {
    const server = await openaiServer(() => reply("Hello."));
    let closed = 0;
    const llm: Provider = { ...openai({ api_key: "none", base_url: server.url }), close: async () => void closed++ };
    const { value, cost } = await (await compile(greeter)).run("greet", {}, { providers: { llm } });
    await server.close();
    expect({ value, unpriced: cost.unpriced, simulated: cost.simulated, closed }).toEqual({ value: "Hello.", unpriced: 0, simulated: undefined, closed: 0 });
    expect(cost.usd).toBeGreaterThan(0);
  });

  test("names that mean nothing are said with the nearest, and values that are none", async () => {
    const program = await compile(research);
    const given = (options: object) => program.run("research", { topic: "x" }, options);
    await expect(given({ tools: { serch_notes: () => [] } })).rejects.toMatchObject({
      code: "T621",
      message: 'There is no tool "serch_notes" in the program.',
      hint: 'Did you mean "search_notes"?',
    });
    await expect(given({ providers: { lmm: silent } })).rejects.toMatchObject({ hint: 'Did you mean "llm"?' });
    await expect(given({ tools: { search_notes: "x" } })).rejects.toMatchObject({
      message: 'What is given for the tool "search_notes" is no function.',
      place: "program.tantra:5:1",
    });
    await expect(given({ providers: { llm: {} } })).rejects.toMatchObject({
      message: 'What is given for the provider "llm" has no method complete(request, signal).',
    });
  });

  test("results of tools are held to the declaration", async () => {
    const program = await compile(research);
    const wrong = program.run("research", { topic: "x" }, { tools: { search_notes: () => [1] } });
    await expect(wrong).rejects.toMatchObject({
      class: "tool_error",
      place: "program.tantra:5:1",
      message: 'The tool "search_notes" gave what its type does not allow: "[0]" must be a text, but is 1.',
      hint: "Change what the function that the host gives returns, or the type after `->` in the declaration.",
    });
  });

  test("a tool that throws, one that hangs and a provider that throws no ProviderError fail the run in our words", async () => {
    const program = await compile(research.replace('from "./tools/notes.ts"', 'from "./tools/notes.ts" { timeout: 10ms }'));
    const cause = new Error("no lamp");
    await expect(program.run("research", { topic: "x" }, { tools: { search_notes: () => Promise.reject(cause) } })).rejects.toMatchObject({
      class: "tool_error",
      cause,
    });
    const hanging = (_args: object, { signal }: { signal: AbortSignal }) => new Promise((resolve) => signal.addEventListener("abort", () => resolve([])));
    await expect(program.run("research", { topic: "x" }, { tools: { search_notes: hanging } })).rejects.toMatchObject({ class: "timeout" });
    const broken: Provider = {
      complete() {
        throw new TypeError("x is not a function");
      },
    };
    await expect(program.run("research", { topic: "x" }, { tools: notes, providers: { llm: broken } })).rejects.toMatchObject({
      class: "internal",
      message: expect.stringContaining("x is not a function"),
    });
  });

  test("of declarations of one name in several files the entry's is meant, or one that is said by its key", async () => {
    const one = (answer: string) => `${head}tool pick() -> string from "./no.ts"\nworkflow ${answer}() { pick() }`;
    const root = folder({ "a.tantra": one("a"), "b.tantra": one("b"), "package.json": "{}" });
    const program = await compile('import { a } from "./a.tantra"\nimport { b } from "./b.tantra"\nworkflow both() { [a(), b()] }', { root });
    expect(program.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    await expect(program.run("both", {}, { tools: { pick: () => "x" } })).rejects.toMatchObject({
      message: 'There are 2 declarations of a tool "pick".',
      hint: 'Say which: "a.tantra#pick", "b.tantra#pick"',
    });
    expect((await program.run("both", {}, { tools: { "a.tantra#pick": () => "x", "b.tantra#pick": () => "y" } })).value).toEqual(["x", "y"]);
  });

  test("what nobody awaits is told to the process, unless somebody has heard of it another way", async () => {
    expect(RunError.name).toBe("RunError");
    const program = await compile(greeter);
    const heard: unknown[] = [];
    const listener = (error: unknown): void => void heard.push(error);
    process.on("unhandledRejection", listener);
    const run = program.run("greeet");
    await all(run).catch(() => undefined);
    await program.run("greeet").cancel();
    process.off("unhandledRejection", listener);
    expect(heard).toEqual([]);
  });
});
