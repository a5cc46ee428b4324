import type { Message, ModelParameters, ProviderError } from "../../../agent/provider.ts";
import type { Json } from "../../../diagnostics/json.ts";
import type { Case } from "../case.ts";
import { collect, request } from "../collect.ts";
import { hold, same } from "../expect.ts";
import { type Session, secret, withSession } from "../session.ts";
import type { Act, Seen, Subject } from "../subject.ts";
import { longText, texts } from "./texts.ts";

const group = "request";
const answer: readonly Act[] = [{ reply: { text: ["Yes."] } }];
const user = (content: string): Message => ({ role: "user", content });

/** One request with these messages, and what is to be seen of it at the other end. */
function asks(name: string, messages: readonly Message[], look: (session: Session, error: ProviderError | undefined) => void): Case {
  return {
    name,
    group,
    run: (subject) => withSession(subject, answer, async (session) => look(session, (await collect(session.provider, request({ messages }))).error)),
  };
}

/** What is sent for a request arrives, and nothing else. */
function sends(name: string, messages: readonly Message[], system: string, wanted: readonly object[]): Case {
  return asks(name, messages, (session, error) => {
    if (error !== undefined) throw error;
    same("The system's text", session.seen().system, system);
    same("The conversation", session.seen().messages, wanted);
  });
}

const marks = ["kit mark one", "kit mark two"] as const;

/** Both marks arrive, the first before the second in what `where` gives; or it is an `invalid_request`, and nothing was sent. */
function keepsOrder(name: string, messages: readonly Message[], where: (seen: Seen, body: string) => string): Case {
  return asks(name, messages, (session, error) => {
    if (error !== undefined) {
      same("The class of the refusal", error.class, "invalid_request");
      same("Requests that were sent", session.received.length, 0);
      return;
    }
    const text = where(session.seen(), new TextDecoder().decode(session.received[0]?.bytes));
    const places = marks.map((mark) => text.indexOf(mark));
    hold(places.every((place) => place >= 0) && (places[0] ?? 0) < (places[1] ?? 0), `The texts do not stand in their order: ${text}`);
  });
}

const values: { readonly [P in keyof Required<ModelParameters>]: (subject: Subject) => Json } = {
  temperature: () => 0.25,
  top_p: () => 0.75,
  max_tokens: () => 77,
  stop: () => ["END", "\n\n"],
  seed: () => 42,
  reasoning: ({ abilities }) => abilities.reasoningWord ?? "low",
};

const parameters: readonly Case[] = (Object.keys(values) as (keyof typeof values)[]).flatMap((name): Case[] => [
  {
    name: `${name} arrives as it is written`,
    group,
    needs: (abilities) => abilities.parameters.includes(name),
    run: (subject) =>
      withSession(subject, answer, async (session) => {
        const value = values[name](subject);
        const { error } = await collect(session.provider, request({ parameters: { max_tokens: 100, [name]: value } }));
        if (error !== undefined) throw error;
        same(name, session.seen().parameters[name], value);
      }),
  },
]);

export const requestCases: readonly Case[] = [
  ...Object.entries(texts).map(([name, text]) => sends(`${name} arrives as it is`, [user(text)], "", [{ role: "user", text }])),
  sends("a long text arrives whole", [user(longText)], "", [{ role: "user", text: longText }]),
  sends("the system's text stands in its own place", [{ role: "system", content: "Be brief.\n  Always." }, user("Hi")], "Be brief.\n  Always.", [
    { role: "user", text: "Hi" },
  ]),
  sends(
    "the turns of a conversation keep their order and their roles",
    [{ role: "system", content: "S" }, user("one"), { role: "assistant", content: "two" }, user("three"), { role: "assistant", content: "four" }, user("five")],
    "S",
    [
      { role: "user", text: "one" },
      { role: "assistant", text: "two" },
      { role: "user", text: "three" },
      { role: "assistant", text: "four" },
      { role: "user", text: "five" },
    ],
  ),
  keepsOrder(
    "several system texts in front arrive in their order, or are refused before anything is sent",
    [{ role: "system", content: marks[0] }, { role: "system", content: marks[1] }, user("Hi")],
    ({ system }) => system,
  ),
  keepsOrder(
    "a system text that stands further on is sent where it stands, or refused before anything is sent",
    [user(marks[0]), { role: "assistant", content: "Yes?" }, user("Go on."), { role: "system", content: marks[1] }],
    (_seen, body) => body,
  ),
  ...parameters,
  {
    name: "what is not written is not sent",
    group,
    run: (subject) =>
      withSession(subject, answer, async (session) => {
        await collect(session.provider, request());
        same("The parameters", session.seen().parameters, subject.abilities.parameters.includes("max_tokens") ? { max_tokens: 100 } : {});
        same("The tools", session.seen().tools, []);
        same("The choice of a tool", session.seen().toolChoice, "auto");
        hold(session.seen().output === undefined, "No form of output should be asked for.");
      }),
  },
  {
    name: "the model's id arrives as it is",
    group,
    run: (subject) =>
      withSession(subject, answer, async (session) => {
        await collect(session.provider, request({ model: "kit-large-2026-01-01" }));
        same("The model", session.seen().model, "kit-large-2026-01-01");
      }),
  },
  {
    name: "extra goes out as it is written, over everything else",
    group,
    run: (subject) =>
      withSession(subject, answer, async (session) => {
        const extra = { x_kit: { list: [1, null, "two"], deep: { yes: true } } };
        await collect(session.provider, request({ extra }));
        const body = session.received[0]?.body as { readonly x_kit?: unknown } | null | undefined;
        same("x_kit in the body", body?.x_kit, extra.x_kit);
      }),
  },
  {
    name: "the key is sent in a header, and nowhere else",
    group,
    run: (subject) =>
      withSession(subject, answer, async (session) => {
        await collect(session.provider, request());
        const [received] = session.received;
        hold(received?.url.includes(secret) === false, "The key should not stand in the address.");
        hold(!new TextDecoder().decode(received?.bytes).includes(secret), "The key should not stand in the body.");
      }),
  },
  {
    name: "describe gives what is sent, without the key and without sending it",
    group,
    run: (subject) =>
      withSession(subject, answer, async (session) => {
        const asked = request({ messages: [{ role: "system", content: "S" }, user("Hi")] });
        const described = session.provider.describe?.(asked);
        if (described === undefined) return;
        same("The number of requests", session.received.length, 0);
        await collect(session.provider, asked);
        same("The described body", described.body, session.received[0]?.body);
        hold(described.url.endsWith(session.received[0]?.url ?? "?"), `The described address ${described.url} should be ${session.received[0]?.url}.`);
        hold(!JSON.stringify(described).includes(secret), "The key should not show.");
      }),
  },
  {
    name: "the request that it is given is not changed",
    group,
    run: (subject) =>
      withSession(subject, answer, async (session) => {
        const asked = request({ messages: [{ role: "system", content: "S" }, user("Hi")], extra: { x_kit: 1 } });
        const before = JSON.stringify(asked);
        await collect(session.provider, asked);
        same("The request", JSON.stringify(asked), before);
      }),
  },
];
