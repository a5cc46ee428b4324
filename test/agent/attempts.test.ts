import { expect, test } from "vitest";
import { type ModelChunk, type Provider, ProviderError } from "../../src/agent/provider.ts";
import { defaultRetry } from "../../src/agent/retry.ts";
import { RunError } from "../../src/diagnostics/errors.ts";
import { manualClock, settled } from "../support/clock.ts";
import { agent, modelOf, scripted, tool, user, world } from "./world.ts";

const plain = { ...defaultRetry, jitter: "none" as const };

/** A provider of this protocol's kind, of a third party: each attempt is one of these, the last one for good. */
function provider(...attempts: ((signal: AbortSignal) => AsyncIterable<ModelChunk>)[]): Provider & { calls: number } {
  const made = {
    calls: 0,
    complete: (_request: unknown, signal: AbortSignal) => {
      const next = attempts[Math.min(made.calls++, attempts.length - 1)];
      if (next === undefined) throw new ProviderError("internal", "no attempt left");
      return next(signal);
    },
  };
  return made;
}
async function* saying(text: string): AsyncGenerator<ModelChunk> {
  yield { type: "text", text };
  yield { type: "finish", reason: "stop", usage: { input: 8, cachedInput: 0, cacheWrite: 0, output: 4, reasoning: 0 } };
}
const never = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new ProviderError("connection", "aborted"))));

test("a failed attempt waits as the policy says and is tried again; each try is told, and what it cost", async () => {
  const clock = manualClock();
  const w = world(clock);
  const model = scripted({ writer: [{ error: "rate_limit", retry_after: "3s" }, { error: "server_error" }, { text: "At last." }] }, clock, { retry: plain });
  const result = w.run(agent(model));
  await w.until("retry.scheduled");
  expect(clock.nextMs).toBeGreaterThanOrEqual(3000);
  await clock.advance(3999);
  await w.until("retry.scheduled", 2);
  await clock.advance(1000);
  expect((await result).value).toBe("At last.");
  expect((await result).turns).toBe(1);
  const [first, second] = w.of("retry.scheduled");
  expect(first).toMatchObject({ class: "rate_limit", because: "server", nextAttempt: 2, maxAttempts: 4 });
  expect(first?.delayMs).toBeGreaterThanOrEqual(3000);
  expect(first?.delayMs).toBeLessThanOrEqual(3300);
  expect(second).toMatchObject({ class: "server_error", because: "policy", nextAttempt: 3, delayMs: 1000 });
  expect(w.of("model.failed").map(({ attempt, status, error, outcome }) => [attempt, status, error.class, outcome])).toEqual([
    [1, 429, "rate_limit", "failed"],
    [2, 500, "server_error", "failed"],
  ]);
  expect(w.of("budget.spent")).toHaveLength(3);
  expect(w.runtime.ledger.requests.map(({ outcome, attempt }) => [outcome, attempt])).toEqual([
    ["failed", 1],
    ["failed", 2],
    ["replied", 3],
  ]);
  expect(w.of("attempt.restarted")).toHaveLength(0);
});

test("a refused request costs nothing, though its model has no price", async () => {
  const clock = manualClock();
  const w = world(clock);
  const model = scripted({ writer: [{ error: "invalid_request" }] }, clock);
  await expect(w.run(agent(model))).rejects.toMatchObject({ class: "invalid_request" });
  expect(w.of("budget.spent")[0]).toMatchObject({ cost: { usd: 0, unpriced: 0 }, outcome: "failed" });
});

test("when all attempts are used up the error says how many there were, what was said, and what to do", async () => {
  const clock = manualClock();
  const w = world(clock);
  const model = scripted({ writer: [{ error: "overloaded", times: "always" }] }, clock, { retry: { ...plain, delayMs: 0 } });
  const run = w.run(agent(model)).catch((error: unknown) => error);
  for (let n = 1; n <= 3; n++) {
    await w.until("retry.scheduled", n);
    await clock.advance(0);
  }
  expect(await run).toMatchObject({
    class: "overloaded",
    code: "T603",
    message: 'The model "fast" (sim-1) failed after 4 attempts: The script says overloaded.',
    path: "writer/turn[0]",
  });
});

test("a stream that breaks after it was shown is a failed attempt, and the retry says that it starts over", async () => {
  const clock = manualClock();
  const w = world(clock);
  const broken = provider(
    async function* () {
      yield { type: "text", text: "Once upon" };
      throw new ProviderError("connection", "socket hang up");
    },
    () => saying("A whole reply."),
  );
  const result = w.run(agent(modelOf(broken, { retry: plain })));
  await w.until("retry.scheduled");
  await clock.advance(500);
  const { value, usage } = await result;
  expect(value).toBe("A whole reply.");
  expect(w.of("model.failed")[0]).toMatchObject({ partial: "Once upon", usage: { input: 1, output: 3, estimated: true } });
  expect(usage).toMatchObject({ input: 9, output: 7, estimated: true });
  expect(w.story("agent.started", "agent.finished", "budget.spent", "model.queued")).toBe(
    "model.requested model.delta model.failed retry.scheduled attempt.restarted model.requested model.delta model.replied",
  );
});

test("a stream that ends without a last word is broken", async () => {
  const w = world(manualClock());
  const silent = provider(async function* () {
    yield { type: "text", text: "Half" };
  });
  await expect(w.run(agent(modelOf(silent, { retry: "none" })))).rejects.toMatchObject({ class: "connection" });
});

test.each([
  ["nothing comes within five minutes", undefined, 300_000, "Nothing came within 5m"],
  ["the model's own timeout is over", 7000, 7000, "No whole reply came within 7s"],
  ["a longer timeout of the model's own is over", 900_000, 900_000, "No whole reply came within 15m"],
])("an attempt times out when %s", async (_name, attemptTimeoutMs, ms, message) => {
  const clock = manualClock();
  const w = world(clock);
  const silent = provider(async function* (signal) {
    await never(signal);
    yield { type: "text", text: "" };
  });
  const run = w
    .run(agent(modelOf(silent, { retry: "none", ...(attemptTimeoutMs === undefined ? {} : { attemptTimeoutMs }) })))
    .catch((error: unknown) => error);
  await w.until("model.requested");
  await clock.advance(ms - 1);
  expect(w.of("model.failed")).toHaveLength(0);
  await clock.advance(1);
  expect(await run).toMatchObject({ class: "timeout", message: expect.stringContaining(message) });
  expect(w.of("budget.spent")[0]?.outcome).toBe("unknown");
});

test("a stream that stands still for two minutes is broken, one that goes on is not", async () => {
  const clock = manualClock();
  const w = world(clock);
  const slow = provider(async function* (signal) {
    for (let i = 0; i < 3; i++) {
      await clock.sleep(110_000, signal);
      yield { type: "text", text: "." };
    }
    await never(signal);
  });
  const run = w.run(agent(modelOf(slow, { retry: "none" }))).catch((error: unknown) => error);
  await w.until("model.requested");
  await clock.advance(330_000 + 119_999);
  expect(w.of("model.failed")).toHaveLength(0);
  await clock.advance(1);
  expect(await run).toMatchObject({ class: "timeout", message: expect.stringContaining("The reply stood still for 2m") });
});

test("signs of life end a silence, and are no part of a reply", async () => {
  const clock = manualClock();
  const w = world(clock);
  const thinking = provider(async function* (signal) {
    for (let minute = 0; minute < 8; minute++) {
      await clock.sleep(60_000, signal);
      yield { type: "alive" };
    }
    yield { type: "text", text: "Done." };
    yield { type: "finish", reason: "stop" };
  });
  const run = w.run(agent(modelOf(thinking)));
  for (let minute = 0; minute < 8; minute++) await clock.advance(60_000);
  expect(await run).toMatchObject({ value: "Done." });
  expect(w.of("model.delta").map(({ text }) => text)).toEqual(["Done."]);
});

test("a cancellation reaches the provider's signal, closes its stream, and is the run's error", async () => {
  const clock = manualClock();
  const w = world(clock);
  let closed = false;
  const patient = provider(async function* (signal) {
    try {
      yield { type: "text", text: "Wait" };
      await never(signal);
    } finally {
      closed = true;
    }
  });
  const stop = new AbortController();
  const run = w.run(agent(modelOf(patient)), { signal: stop.signal });
  await w.until("model.delta");
  const reason = new RunError("cancelled", "Enough.");
  stop.abort(reason);
  await expect(run).rejects.toBe(reason);
  expect(closed).toBe(true);
  expect(w.of("model.failed")[0]).toMatchObject({ outcome: "aborted", partial: "Wait", error: { class: "cancelled" }, usage: { estimated: true } });
  expect(w.of("retry.scheduled")).toHaveLength(0);
  expect(w.events.at(-1)?.type).toBe("agent.failed");
});

test("a provider that does not end when it is told to is given up two seconds later", async () => {
  const clock = manualClock();
  const w = world(clock);
  const deaf = provider(async function* () {
    await new Promise(() => undefined);
    yield { type: "text", text: "" };
  });
  const stop = new AbortController();
  const run = w.run(agent(modelOf(deaf)), { signal: stop.signal }).catch((error: unknown) => error);
  await w.until("model.requested");
  stop.abort(new RunError("cancelled", "Enough."));
  await clock.advance(2000);
  expect(await run).toMatchObject({ class: "cancelled" });
});

test("a cancellation ends the wait before a retry at once", async () => {
  const clock = manualClock();
  const w = world(clock);
  const stop = new AbortController();
  const run = w.run(agent(scripted({ writer: [{ error: "overloaded" }] }, clock)), { signal: stop.signal }).catch((error: unknown) => error);
  await w.until("retry.scheduled");
  stop.abort();
  expect(await run).toMatchObject({ class: "cancelled", message: "The run was cancelled." });
});

test("what a provider throws that it should not is internal, and not tried again", async () => {
  const w = world(manualClock());
  const wrong = provider(() => {
    throw new TypeError("x is undefined");
  });
  await expect(w.run(agent(modelOf(wrong)))).rejects.toMatchObject({ class: "internal", message: 'The model "fast" (sim-1) failed: x is undefined.' });
  expect(wrong.calls).toBe(1);
});

test("after many runs no timer is left but one for all limits, and none once the runtime is closed", async () => {
  const clock = manualClock();
  const w = world(clock);
  const model = scripted({ writer: [{ text: "Hi.", times: "always" }] }, clock);
  for (let i = 0; i < 50; i++) await w.run(agent(model), { path: `wf[${i}]/writer`, messages: [user("Hi")] });
  expect(clock.sleepers).toBe(1);
  w.runtime.close();
  await settled();
  expect(clock.sleepers).toBe(0);
});

test("only so many requests are in flight as the provider's limit allows, and a slot lasts to the end of the stream", async () => {
  const clock = manualClock();
  const w = world(clock, { gateOptions: () => ({ limit: { concurrent: 2 } }) });
  let open = 0;
  let most = 0;
  const counting = provider(async function* (signal) {
    most = Math.max(most, ++open);
    yield { type: "text", text: "." };
    await clock.sleep(1000, signal);
    yield { type: "finish", reason: "stop" };
    open--;
  });
  const runs = Promise.all(Array.from({ length: 6 }, (_, i) => w.run(agent(modelOf(counting)), { path: `wf[${i}]/writer` })));
  await clock.advance(3000);
  await runs;
  expect(most).toBe(2);
  expect(w.of("model.requested").map(({ waitedMs }) => waitedMs)).toEqual([0, 0, 1000, 1000, 2000, 2000]);
});

test("a retry that had to wait for a slot beyond its deadline is not sent", async () => {
  const clock = manualClock();
  const w = world(clock, { gateOptions: () => ({ limit: { concurrent: 1 } }) });
  const one = scripted({ writer: [{ error: "overloaded" }], other: [{ latency: "5s", text: "Slow." }] }, clock, { retry: { ...plain, deadlineMs: 2000 } });
  const late = w.run(agent(one)).catch((error: unknown) => error);
  await w.until("retry.scheduled");
  const other = w.run(agent(one, { name: "other" }));
  await clock.advance(5000);
  await other;
  expect(await late).toMatchObject({ class: "overloaded" });
  expect(w.of("model.requested").map(({ agent: name }) => name)).toEqual(["writer", "other"]);
});

/** Calls it after so many rounds of what is already due. */
function later(rounds: number, call: () => void): void {
  if (rounds === 0) call();
  else queueMicrotask(() => later(rounds - 1, call));
}

test.each([1, 2])("a run that is stopped in the moment in which it gets a slot sends nothing (%d)", async (rounds) => {
  const clock = manualClock();
  const stop = new AbortController();
  const w = world(clock, {
    gateOptions: () => ({ limit: { concurrent: 1 } }),
    // The slot goes back right after this event.
    sinks: [({ type }) => void (type === "budget.spent" && later(rounds, () => stop.abort()))],
  });
  const model = scripted({ writer: [{ latency: "1s", text: "First." }, { text: "Second." }] }, clock);
  const first = w.run(agent(model));
  await w.until("model.requested");
  const second = w.run(agent(model), { signal: stop.signal }).catch((error: unknown) => error);
  await w.until("model.queued", 2);
  await clock.advance(1000);
  await first;
  expect(await second).toMatchObject({ class: "cancelled" });
  expect(w.of("model.requested")).toHaveLength(1);
  expect((await w.run(agent(model))).value).toBe("Second.");
});

test("a run that had failed already stays failed for that reason, though it is stopped while it winds down", async () => {
  const clock = manualClock();
  const w = world(clock);
  const stop = new AbortController();
  const tools = [
    tool("broke", async () => {
      throw Object.assign(new Error("no money"), { code: "budget" });
    }),
    tool("patient", () => new Promise(() => undefined)),
  ];
  const run = w.run(agent(scripted({ writer: [{ tool_calls: [{ name: "patient" }, { name: "broke" }] }] }, clock), { tools }), { signal: stop.signal });
  const outcome = run.catch((error: unknown) => error);
  await w.until("tool.failed");
  stop.abort();
  await clock.advance(2000);
  expect(await outcome).toMatchObject({ class: "budget", path: "writer/turn[0]/call[1]/broke" });
});

test("tokens that a reply did not need are free for the next one at once", async () => {
  const clock = manualClock();
  const w = world(clock, { gateOptions: () => ({ limit: { tokens: { amount: 100, windowMs: 60_000 } } }) });
  const model = scripted({ writer: [{ text: "x", usage: { input: 1, output: 1 }, times: "always" }] }, clock, { parameters: { max_tokens: 90 } });
  for (let i = 0; i < 3; i++) await w.run(agent(model));
  expect(w.of("model.requested").map(({ waitedMs }) => waitedMs)).toEqual([0, 0, 0]);
});

test("a breaker that is open and has no other model makes the request wait", async () => {
  const clock = manualClock();
  const breaker = { calls: 2, windowMs: 60_000, openMs: 5000 };
  const w = world(clock, { gateOptions: () => ({ breaker }) });
  const model = scripted({ writer: [{ error: "server_error", times: 2 }, { text: "Back." }] }, clock, { retry: "none" });
  await expect(w.run(agent(model))).rejects.toMatchObject({ class: "server_error" });
  await expect(w.run(agent(model))).rejects.toMatchObject({ class: "server_error" });
  expect(w.of("breaker.opened")).toMatchObject([{ openMs: 5000, failures: 2, calls: 2, provider: "main.tantra#llm", modelId: "sim-1" }]);
  await expect(w.run(agent(model))).rejects.toMatchObject({ message: 'The model "fast" is left alone, because it failed too often lately.' });
  const patient = w.run(agent(model, { retry: plain }));
  await w.until("retry.scheduled");
  await clock.advance(4999);
  expect(w.of("model.requested")).toHaveLength(2);
  await clock.advance(1);
  expect((await patient).value).toBe("Back.");
  expect(w.of("breaker.closed")).toHaveLength(1);
});
