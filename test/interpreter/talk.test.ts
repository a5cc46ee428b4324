import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../src/agent/events.ts";
import { RunFailure } from "../../src/agent/run-failure.ts";
import { RunError } from "../../src/diagnostics/errors.ts";
import { openTalk, type TalkOptions } from "../../src/interpreter/talk.ts";
import { manualClock } from "../support/clock.ts";
import { agent, flow, graphOf, say } from "./build.ts";
import { optionsOf, type RunSettings } from "./world.ts";

const analyst = agent("analyst", { params: [], messages: [{ role: "system", text: say("You know.") }], callable: false });
const always = (text: string) => ({ analyst: [{ text, times: "always" }] });
const never = new AbortController().signal;

/** A talk with the agent of a graph, and all of its events. */
async function talking(settings: RunSettings & Pick<TalkOptions, "session"> = {}, graph = graphOf({ agents: [analyst] })) {
  const clock = manualClock();
  const events: RunEvent[] = [];
  const onEvent = (event: RunEvent) => {
    events.push(event);
    settings.sink?.(event);
  };
  const talk = await openTalk(graph, { ...optionsOf({ main: "analyst", ...settings }, clock), onEvent });
  return { talk, clock, events, types: () => events.map(({ type }) => type) };
}

describe("a talk", () => {
  test("is one run, and each thing that is said in it is a step", async () => {
    const { talk, events, types } = await talking({ replies: always("x") });
    expect(await talk.send(talk.chat, "a", never)).toBe("x");
    await talk.send(talk.chat, "b", never);
    await talk.end();
    expect(events.filter(({ type }) => type === "step.started").map(({ path }) => path)).toEqual(["analyst/send[0]", "analyst/send[1]"]);
    expect([types()[0], types().at(-1)]).toEqual(["run.started", "run.finished"]);
    expect(events.at(-1)).toMatchObject({ value: "x", usage: { output: 2 } });
    expect(new Set(events.map(({ runId }) => runId)).size).toBe(1);
  });

  test("tells whether anything waits for an answer", async () => {
    const { talk } = await talking();
    expect(talk.awaits(talk.chat)).toBe(false);
    const asked = await talking({}, graphOf({ agents: [agent("analyst")] }));
    expect(asked.talk.awaits(asked.talk.chat)).toBe(true);
    expect(await asked.talk.send(asked.talk.chat, undefined, never)).toBe("[analyst] go");
    expect(asked.talk.awaits(asked.talk.chat)).toBe(false);
  });

  test("takes back what was said last, in a copy apart from the original", async () => {
    const { talk } = await talking({ replies: always("x") });
    await talk.send(talk.chat, "a", never);
    const copy = talk.fork(talk.chat);
    await talk.send(copy, "b", never);
    expect([await talk.undo(copy), await talk.undo(copy), await talk.undo(copy)]).toEqual(["b", "a", undefined]);
    expect([talk.chat.said.messages.length, copy.said.messages.length]).toEqual([3, 1]);
  });

  test("goes on after a failure, which says what was spent and holds no secret", async () => {
    const { talk, types } = await talking({ secrets: ["sk-very-secret"], replies: { analyst: [{ error: "auth" }, { text: "x" }] } });
    const failed = await talk.send(talk.chat, "a", never).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(RunFailure);
    expect(failed).toMatchObject({ class: "auth", path: "analyst/send[0]/turn[0]" });
    expect(await talk.send(talk.chat, "b", never)).toBe("x");
    expect(talk.chat.said.messages.map(({ content }) => content)).toEqual(["You know.", "b", "x"]);
    expect(types()).not.toContain("run.failed");
  });

  test("stops one reply by its signal, and the next one has its own", async () => {
    const stop = new AbortController();
    const { talk, clock } = await talking({
      replies: { analyst: [{ text: "late", latency: "1h" }, { text: "x" }] },
      sink: ({ type, path }) => {
        if (type === "model.requested" && path.includes("send[0]")) queueMicrotask(() => stop.abort(new RunError("cancelled", "Stopped.")));
      },
    });
    await expect(talk.send(talk.chat, "a", stop.signal)).rejects.toMatchObject({ class: "cancelled", message: "Stopped." });
    expect(await talk.send(talk.chat, "b", never)).toBe("x");
    await talk.end();
    expect(clock.sleepers).toBe(0);
  });

  test("that cannot have its session fails, and lets go of what it has", async () => {
    const events: RunEvent[] = [];
    const opened = openTalk(graphOf({ agents: [analyst] }), {
      ...optionsOf({ main: "analyst" }, manualClock()),
      session: "s",
      onEvent: (event) => events.push(event),
    });
    await expect(opened).rejects.toMatchObject({ code: "T627" });
    expect(events.map(({ type }) => type)).toEqual(["run.started", "run.failed"]);
  });

  test("is with an agent", async () => {
    await expect(talking({ main: "w" }, flow([], { agents: [analyst] }))).rejects.toMatchObject({
      code: "T621",
      message: '"w" is a workflow, and only an agent can be talked to.',
    });
  });
});
