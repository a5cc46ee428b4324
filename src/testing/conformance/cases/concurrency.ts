import type { Case } from "../case.ts";
import { collect, request } from "../collect.ts";
import { hold, same } from "../expect.ts";
import { withSession } from "../session.ts";
import type { Act } from "../subject.ts";

const group = "concurrency";
const replies = (count: number): Act[] => Array.from({ length: count }, (_, index) => ({ reply: { text: [`reply `, String(index)] } }));

export const concurrencyCases: readonly Case[] = [
  {
    name: "twenty requests at once keep their replies apart",
    group,
    run: (subject) =>
      withSession(subject, replies(20), async (session) => {
        const all = await Promise.all(Array.from({ length: 20 }, () => collect(session.provider, request())));
        same("The replies", all.map(({ text }) => text).sort(), Array.from({ length: 20 }, (_, index) => `reply ${index}`).sort());
        hold(session.mostAtOnce > 1, "They should be under way at the same time.");
      }),
  },
  {
    name: "cancelling one request leaves the others alone",
    group,
    run: (subject) =>
      withSession(subject, [{ connection: "silence" }, { reply: { text: ["Yes."] } }], async (session) => {
        const stop = new AbortController();
        const first = collect(session.provider, request(), stop.signal);
        await session.arrived(1);
        const others = Promise.all([1, 2, 3].map(() => collect(session.provider, request())));
        stop.abort(new Error("enough"));
        same(
          "The others",
          (await others).map(({ text, error }) => error?.message ?? text),
          ["Yes.", "Yes.", "Yes."],
        );
        hold((await first).error !== undefined, "The first should throw.");
      }),
  },
  {
    name: "a failure of one request leaves the next alone",
    group,
    run: (subject) =>
      withSession(subject, [{ connection: "reset" }, ...replies(2)], async ({ provider }) => {
        await collect(provider, request());
        same("The next", (await collect(provider, request())).text, "reply 0");
        same("The one after", (await collect(provider, request())).text, "reply 1");
      }),
  },
  {
    name: "thirty requests one after the other",
    group,
    run: (subject) =>
      withSession(subject, replies(30), async ({ provider }) => {
        for (let index = 0; index < 30; index++) same("The reply", (await collect(provider, request())).text, `reply ${index}`);
      }),
  },
];
