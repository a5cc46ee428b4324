import { isProviderError, type ProviderError } from "../../../agent/provider.ts";
import type { ErrorClass } from "../../../diagnostics/classes.ts";
import type { Case } from "../case.ts";
import { type Collected, collect, request } from "../collect.ts";
import { hold, same } from "../expect.ts";
import { secret, withSession } from "../session.ts";
import type { Act } from "../subject.ts";

const group = "errors";
const classes: readonly ErrorClass[] = [
  "rate_limit",
  "quota",
  "overloaded",
  "timeout",
  "server_error",
  "auth",
  "not_found",
  "invalid_request",
  "context_length",
  "content_filter",
];

/** The one error that a provider throws, of this class, asked for once, without the key in it. */
function isFailure({ error, finish }: Collected, wanted: ErrorClass, requests: number): ProviderError {
  if (!isProviderError(error)) throw new Error(`A ProviderError should be thrown, not ${String(error)}.`);
  same("The class", error.class, wanted);
  hold(finish === undefined, "A failure should have no last chunk.");
  hold(requests <= 1, `A provider asks once and never retries: it asked ${requests} times.`);
  hold(!`${error.message} ${error.hint ?? ""}`.includes(secret), "The key should not show in the message.");
  return error;
}

function fails(name: string, act: Act, wanted: ErrorClass, more: (error: ProviderError) => void = () => undefined, needs?: Case["needs"]): Case {
  return {
    name,
    group,
    ...(needs === undefined ? {} : { needs }),
    run: (subject) =>
      withSession(subject, [act], async ({ provider, received }) => more(isFailure(await collect(provider, request()), wanted, received.length))),
  };
}

const page = (status: number, title: string): Act => ({
  raw: {
    status,
    headers: { "content-type": "text/html" },
    pieces: [`<!DOCTYPE html><html><head><title>${title}</title><style>p{}</style></head><body><p>nginx</p></body></html>`],
  },
});

export const errorCases: readonly Case[] = [
  ...classes.map((wanted) =>
    fails(
      `${wanted} is told as ${wanted}, in the vendor's words`,
      { failure: { class: wanted, message: `The vendor's own words about ${wanted}: ${secret}` } },
      wanted,
      (error) => hold(error.message.includes("The vendor's own words"), `The message should keep the vendor's words, and is "${error.message}".`),
      ({ errors }) => errors.includes(wanted),
    ),
  ),
  ...(["rate_limit", "overloaded"] as const).map((wanted) =>
    fails(
      `${wanted} keeps the server's word on when to come back`,
      { failure: { class: wanted, message: "Later.", retryAfterMs: 7000 } },
      wanted,
      (error) => same("retryAfterMs", error.retryAfterMs, 7000),
      ({ errors }) => errors.includes(wanted),
    ),
  ),
  ...classes.map((wanted) =>
    fails(
      `${wanted} inside a stream is told as ${wanted}`,
      { reply: { text: ["Begun "], broken: { class: wanted, message: "broke in the middle" } } },
      wanted,
      (error) => hold(error.message.includes("broke in the middle"), `The message should keep the vendor's words, and is "${error.message}".`),
      ({ streamErrors }) => streamErrors.includes(wanted),
    ),
  ),
  fails("a page of a proxy is told in words, not in HTML", page(502, "Bad Gateway"), "server_error", (error) => {
    hold(error.message.includes("Bad Gateway") && !error.message.includes("<"), `The message should be "Bad Gateway", and is "${error.message}".`);
    same("The status", error.status, 502);
  }),
  fails("a refusal without a body has a message", { raw: { status: 503, headers: {}, pieces: [] } }, "server_error", (error) =>
    hold(error.message.length > 10, "There should be a message."),
  ),
  fails("a connection that is reset is told as connection", { connection: "reset" }, "connection"),
  fails("a redirect to another host is not followed", { redirect: "http://127.0.0.2:1/steal" }, "connection", (error) =>
    hold(error.shouldRetry === false, "It should not be tried again."),
  ),
  {
    name: "a server that is not there is told as connection, with its address",
    group,
    async run(subject) {
      let origin = "";
      const provider = await withSession(subject, [], async (session) => {
        origin = session.origin;
        return subject.open(session.origin, secret);
      });
      try {
        const error = isFailure(await collect(provider, request()), "connection", 0);
        hold(error.message.includes(new URL(origin).host), `The message should name the server, and is "${error.message}".`);
      } finally {
        await provider.close?.();
      }
    },
  },
  {
    name: "a page in the place of a reply is an error, not a reply",
    group,
    run: (subject) =>
      withSession(subject, [page(200, "Please log in")], async ({ provider }) => {
        const { error, text } = await collect(provider, request());
        hold(isProviderError(error), "A ProviderError should be thrown.");
        same("The text", text, "");
      }),
  },
  {
    name: "nothing in the place of a reply is an error, not a reply",
    group,
    run: (subject) =>
      withSession(subject, [{ raw: { status: 200, headers: { "content-type": "application/json" }, pieces: [] } }], async ({ provider }) => {
        hold(isProviderError((await collect(provider, request())).error), "A ProviderError should be thrown.");
      }),
  },
];
