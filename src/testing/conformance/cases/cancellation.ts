import { ProviderError } from "../../../agent/provider.ts";
import type { Case } from "../case.ts";
import { collect, request } from "../collect.ts";
import { hold, same } from "../expect.ts";
import { withSession } from "../session.ts";

const group = "cancellation";
const long = { text: Array<string>(60).fill("tide ") };

export const cancellationCases: readonly Case[] = [
  {
    name: "who has cancelled already sends nothing",
    group,
    run: (subject) =>
      withSession(subject, [{ reply: long }], async (session) => {
        const { error, chunks } = await collect(session.provider, request(), AbortSignal.abort(new Error("no")));
        hold(error !== undefined, "It should throw.");
        same("The chunks", chunks, []);
        same("The number of requests", session.received.length, 0);
      }),
  },
  {
    name: "cancelling while the server thinks closes the connection",
    group,
    run: (subject) =>
      withSession(subject, [{ connection: "silence" }], async (session) => {
        const stop = new AbortController();
        const running = collect(session.provider, request(), stop.signal);
        await session.arrived(1);
        stop.abort(new Error("enough"));
        hold((await running).error !== undefined, "It should throw.");
        await session.quiet();
      }),
  },
  {
    name: "cancelling in the middle of a stream ends it at once, and closes the connection",
    group,
    run: (subject) =>
      withSession(subject, [{ reply: long, cut: 0.5, then: "stall" }], async (session) => {
        const stop = new AbortController();
        const { error, finish } = await collect(session.provider, request(), stop.signal, () => stop.abort(new Error("enough")));
        hold(error !== undefined && finish === undefined, "It should throw, and have no last chunk.");
        await session.quiet();
      }),
  },
  {
    name: "the timeout of an attempt is thrown as it is given",
    group,
    run: (subject) =>
      withSession(subject, [{ connection: "silence" }], async (session) => {
        const stop = new AbortController();
        const reason = new ProviderError("timeout", "No whole reply came within 1 s.");
        const running = collect(session.provider, request(), stop.signal);
        await session.arrived(1);
        stop.abort(reason);
        same("The class", (await running).error?.class, "timeout");
      }),
  },
  {
    name: "cancelling after the end changes nothing",
    group,
    run: (subject) =>
      withSession(subject, [{ reply: { text: ["Yes."] } }], async (session) => {
        const stop = new AbortController();
        const first = await collect(session.provider, request(), stop.signal);
        stop.abort(new Error("late"));
        same("The text", first.text, "Yes.");
        same("The next reply", (await collect(session.provider, request())).text, "Yes.");
      }),
  },
  {
    name: "close ends the connections that are left",
    group,
    run: (subject) =>
      withSession(subject, [{ reply: { text: ["Yes."] } }], async (session) => {
        await collect(session.provider, request());
        await session.provider.close?.();
        await session.quiet();
      }),
  },
];
