import { isProviderError, ProviderError } from "../../../agent/provider.ts";
import type { Case } from "../case.ts";
import { type Collected, collect, request } from "../collect.ts";
import { hold, same } from "../expect.ts";
import { bytesOf, withSession } from "../session.ts";
import type { ReceivedRequest, ScriptedReply, Subject } from "../subject.ts";

const group = "stream";
const reply: ScriptedReply = { text: ["Grüße, ", "🌊 tide", " and\n\nmore."] };
const withCalls: ScriptedReply = { text: ["Look: "], toolCalls: [{ id: "call_a", name: "look", arguments: { q: "naïve 🌊", n: [1, 2] } }] };

const outcome = ({ text, calls, finish, error }: Collected): object => ({
  text,
  calls: calls.map((call) => ({ name: call.name, arguments: JSON.parse(call.arguments) as unknown })),
  reason: finish?.reason,
  usage: finish?.usage,
  error: error?.message,
});

/** The bytes of a reply, to know where they may be cut. */
async function bytes(subject: Subject, of: ScriptedReply): Promise<Uint8Array> {
  return withSession(subject, [{ reply: of }], async (session) => {
    await collect(session.provider, asking(subject, of));
    return bytesOf(subject.backend.reply(of, session.received[0] as ReceivedRequest));
  });
}

function asking(subject: Subject, of: ScriptedReply) {
  return of.toolCalls === undefined || !subject.abilities.tools
    ? request()
    : request({
        tools: [{ name: "look", parameters: { type: "object", properties: { q: { type: "string" }, n: { type: "array", items: { type: "number" } } } } }],
      });
}

function cut(name: string, of: ScriptedReply, places: (length: number) => readonly (readonly number[])[], needs?: Case["needs"]): Case {
  return {
    name,
    group,
    ...(needs === undefined ? {} : { needs }),
    async run(subject) {
      const whole = await bytes(subject, of);
      const wanted = await withSession(subject, [{ reply: of }], async ({ provider }) => outcome(await collect(provider, asking(subject, of))));
      const ways = places(whole.length);
      await withSession(
        subject,
        ways.map((writes) => ({ reply: of, writes })),
        async ({ provider }) => {
          for (const writes of ways) {
            const got = outcome(await collect(provider, asking(subject, of)));
            same(`The reply cut at ${writes.slice(0, 3).join(", ")}${writes.length > 3 ? " …" : ""}`, got, wanted);
          }
        },
      );
    },
  };
}

/** So many places, evenly spread: every one of a short reply is what `npm run soak` tries. */
const spread = (length: number, count: number): number[] => Array.from({ length: count }, (_, index) => Math.floor(((index + 0.5) * length) / count));

function broken(name: string, share: number, then: "end" | "reset"): Case {
  return {
    name,
    group,
    run: (subject) =>
      withSession(subject, [{ reply, cut: share, then }], async ({ provider }) => {
        const { error, finish } = await collect(provider, request());
        hold(isProviderError(error), "A reply that breaks off should throw a ProviderError.");
        same("Its class", error?.class, "connection");
        hold(finish === undefined, "A reply that breaks off should have no last chunk.");
      }),
  };
}

export const streamCases: readonly Case[] = [
  cut("a stream may be cut into two anywhere", reply, (length) => spread(length, 40).map((at) => [at])),
  cut("a stream may come byte by byte", reply, (length) => [Array.from({ length }, (_, at) => at)]),
  cut("a stream may come in threes", reply, (length) => [Array.from({ length: Math.floor(length / 3) }, (_, at) => at * 3)]),
  cut(
    "a call may be cut anywhere",
    withCalls,
    (length) => spread(length, 40).map((at) => [at]),
    ({ tools }) => tools,
  ),
  cut(
    "a call may come byte by byte",
    withCalls,
    (length) => [Array.from({ length }, (_, at) => at)],
    ({ tools }) => tools,
  ),
  broken("a stream that ends in the middle has failed", 0.6, "end"),
  broken("a stream that is reset in the middle has failed", 0.6, "reset"),
  broken("a stream that ends before it began has failed", 0, "end"),
  {
    name: "the last chunk is the finish, and there is one",
    group,
    run: (subject) =>
      withSession(subject, [{ reply }], async ({ provider }) => {
        const { chunks } = await collect(provider, request());
        same("The number of last chunks", chunks.filter(({ type }) => type === "finish").length, 1);
        same("The last chunk", chunks.at(-1)?.type, "finish");
      }),
  },
  {
    name: "what has arrived is given before the rest comes",
    group,
    run: (subject) =>
      withSession(subject, [{ reply: { text: Array<string>(40).fill("tide ") }, cut: 0.6, then: "stall" }], async (session) => {
        const stop = new AbortController();
        // The rest never comes: only a provider that does not wait for it gets to the end of this.
        const { text } = await collect(session.provider, request(), stop.signal, (chunk) => {
          if (chunk.type === "text") stop.abort(new ProviderError("cancelled", "seen enough"));
        });
        hold(text.startsWith("tide "), "Text that has arrived should be given.");
        await session.quiet();
      }),
  },
  {
    name: "who stops reading closes the connection",
    group,
    run: (subject) =>
      withSession(subject, [{ reply: { text: Array<string>(40).fill("tide ") }, cut: 0.6, then: "stall" }], async (session) => {
        for await (const chunk of session.provider.complete(request(), new AbortController().signal)) if (chunk.type === "text") break;
        await session.quiet();
      }),
  },
  {
    name: "nothing is sent before somebody reads",
    group,
    run: (subject) =>
      withSession(subject, [{ reply }], async (session) => {
        session.provider.complete(request(), new AbortController().signal);
        await new Promise((resolve) => setImmediate(resolve));
        same("The number of requests", session.received.length, 0);
      }),
  },
];
