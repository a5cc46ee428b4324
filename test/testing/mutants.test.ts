import { expect, test } from "vitest";
import type { ModelChunk, ModelRequest, Provider } from "../../src/agent/provider.ts";
import { casesFor, type Subject } from "../../src/testing/index.ts";
import { openaiSubject } from "./subjects/openai.ts";

/** Providers that are wrong in one way each: the kit has to find every one of them, and say so about the right thing. */
type Complete = Provider["complete"];
const never = new AbortController().signal;

const mutants: Readonly<Record<string, { readonly change: (inner: Complete) => Complete; readonly found: readonly string[] }>> = {
  "loses the last piece of text": {
    change: (inner) =>
      async function* (request, signal) {
        const all: ModelChunk[] = [];
        for await (const chunk of inner(request, signal)) all.push(chunk);
        const last = all.findLastIndex(({ type }) => type === "text");
        yield* all.filter((_, index) => index !== last);
      },
    found: ["text: plain text comes back as it is", "stream: what has arrived is given before the rest comes"],
  },
  "trims what it sends": {
    change: (inner) => (request, signal) =>
      inner(
        withMessages(request, (text) => text.trim()),
        signal,
      ),
    found: ["request: blanks at both ends arrives as it is"],
  },
  "puts a word of its own before the prompt": {
    change: (inner) => (request, signal) =>
      inner(
        withMessages(request, (text) => `Please: ${text}`),
        signal,
      ),
    found: ["request: plain text arrives as it is", "request: the turns of a conversation keep their order and their roles"],
  },
  "moves system texts to the front": {
    change: (inner) => (request, signal) => {
      const isSystem = ({ role }: ModelRequest["messages"][number]) => role === "system";
      return inner({ ...request, messages: [...request.messages.filter(isSystem), ...request.messages.filter((one) => !isSystem(one))] }, signal);
    },
    found: ["request: a system text that stands further on is sent where it stands, or refused before anything is sent"],
  },
  retries: {
    change: (inner) =>
      async function* (request, signal) {
        try {
          yield* inner(request, signal);
        } catch {
          yield* inner(request, signal);
        }
      },
    found: ["errors: rate_limit is told as rate_limit, in the vendor's words", "errors: server_error is told as server_error, in the vendor's words"],
  },
  "throws what is no ProviderError": {
    change: (inner) =>
      async function* (request, signal) {
        try {
          yield* inner(request, signal);
        } catch (error) {
          throw new Error(String(error));
        }
      },
    found: ["errors: auth is told as auth, in the vendor's words", "stream: a stream that ends in the middle has failed"],
  },
  "takes a broken stream for a whole one": {
    change: (inner) =>
      async function* (request, signal) {
        try {
          yield* inner(request, signal);
        } catch {
          yield { type: "finish", reason: "stop" };
        }
      },
    found: ["stream: a stream that is reset in the middle has failed", "errors: a page in the place of a reply is an error, not a reply"],
  },
  "does not hear the signal": {
    change: (inner) => (request) => inner(request, never),
    found: ["cancellation: who has cancelled already sends nothing"],
  },
  "says that it is over twice": {
    change: (inner) =>
      async function* (request, signal) {
        for await (const chunk of inner(request, signal)) {
          yield chunk;
          if (chunk.type === "finish") yield chunk;
        }
      },
    found: ["stream: the last chunk is the finish, and there is one"],
  },
  "turns calls round": {
    change: (inner) =>
      async function* (request, signal) {
        for await (const chunk of inner(request, signal)) yield chunk.type === "tool_call" ? { ...chunk, index: 9 - chunk.index } : chunk;
      },
    found: ["tools: two calls of one turn keep their order"],
  },
  "counts cached input apart": {
    change: (inner) =>
      async function* (request, signal) {
        for await (const chunk of inner(request, signal)) {
          if (chunk.type !== "finish" || chunk.usage === undefined) yield chunk;
          else yield { ...chunk, usage: { ...chunk.usage, input: chunk.usage.input - chunk.usage.cachedInput } };
        }
      },
    found: ["usage: cached input is a part of input", "usage: all parts at once"],
  },
  "makes up usage": {
    change: (inner) =>
      async function* (request, signal) {
        for await (const chunk of inner(request, signal)) {
          yield chunk.type === "finish" ? { ...chunk, usage: chunk.usage ?? { input: 0, cachedInput: 0, cacheWrite: 0, output: 0, reasoning: 0 } } : chunk;
        }
      },
    found: ["usage: where the vendor says nothing, nothing is made up"],
  },
  "waits for the whole reply": {
    change: (inner) =>
      async function* (request, signal) {
        const all: ModelChunk[] = [];
        for await (const chunk of inner(request, signal)) all.push(chunk);
        const text = all.map((chunk) => (chunk.type === "text" ? chunk.text : "")).join("");
        if (text !== "") yield { type: "text", text };
        yield* all.filter(({ type }) => type !== "text");
      },
    found: ["text: text comes in pieces as the model sends it"],
  },
};

function withMessages(request: ModelRequest, change: (text: string) => string): ModelRequest {
  return { ...request, messages: request.messages.map((message) => ({ ...message, content: change(message.content) })) };
}

for (const [name, { change, found }] of Object.entries(mutants)) {
  test(`a provider that ${name} does not pass`, async () => {
    const subject: Subject = {
      ...openaiSubject,
      backend: openaiSubject.backend,
      async open(origin, secret) {
        const inner = await openaiSubject.open(origin, secret);
        return { ...inner, complete: change((request, signal) => inner.complete(request, signal)) };
      },
    };
    const byName = new Map(casesFor(subject).map((each) => [`${each.group}: ${each.name}`, each]));
    for (const wanted of found) {
      const run = byName.get(wanted)?.run;
      expect(run, wanted).toBeDefined();
      // What waits for a server that has gone silent would wait for ever: the other end of such a case is not the point here.
      await expect(Promise.race([run?.(subject), gone()]), wanted).rejects.toThrow();
    }
  });
}

function gone(): Promise<never> {
  return new Promise((_resolve, reject) => setTimeout(() => reject(new Error("it never ends")), 500).unref());
}
