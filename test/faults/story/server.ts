import { callTools, chatOf, errorBody, type OpenAIServer, openaiServer, reply, type ServedRequest, silence, status } from "../../support/openai-server.ts";
import { numberOf } from "../random.ts";
import { type Asked, answerTo, keyOf } from "./answers.ts";

/** One request, and how it went. */
export interface Heard {
  readonly key: string;
  /** The reply was sent whole. */
  whole: boolean;
}

export interface StoryServer extends OpenAIServer {
  /** Since the last `forget`, in order of arrival. */
  readonly heard: readonly Heard[];
  /** Runs `then` when the n-th request from now (from 1) has arrived. */
  atRequest(n: number, then: () => void): void;
  forget(): void;
}

/** The story's models behind HTTP, a few milliseconds away. */
export async function storyServer(): Promise<StoryServer> {
  let heard: Heard[] = [];
  let waiting: { left: number; readonly then: () => void } | undefined;
  const asked = new Map<string, number>();

  const server = await openaiServer((request) => {
    const said = askedOf(request);
    const key = keyOf(said);
    const one: Heard = { key, whole: false };
    heard.push(one);
    void request.ended.then((how) => {
      one.whole = how === "finished";
    });
    const before = asked.get(key) ?? 0;
    asked.set(key, before + 1);
    if (waiting !== undefined && --waiting.left === 0) waiting.then();
    const answer = answerTo(said, before);
    const latency = 1 + (numberOf(key) % 8);
    if (answer.of === "never") return silence();
    if (answer.of === "status") return status(answer.status, errorBody("no"));
    if (answer.of === "calls") return callTools(...answer.calls);
    return reply(answer.text, { latency });
  });

  return Object.defineProperties(Object.create(server) as StoryServer, {
    heard: { get: () => heard },
    atRequest: {
      value: (left: number, then: () => void) => {
        waiting = { left, then };
      },
    },
    forget: {
      value: () => {
        heard = [];
        waiting = undefined;
        asked.clear();
      },
    },
  });
}

function askedOf(request: ServedRequest): Asked {
  const { model = "", messages = [] } = chatOf(request) ?? {};
  return { model, messages: messages.map(({ role, content }) => ({ role, content: content ?? "" })) };
}
