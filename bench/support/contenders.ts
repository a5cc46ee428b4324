import OpenAI from "openai";
import { request } from "undici";
import { look_up } from "../programs/look-up.ts";

/**
 * The same work by hand: on `undici` with nothing but what the work needs, and on the `openai` package as its documentation
 * shows it. Both stream, as Tantra does, unless the server answers whole.
 */
export interface Contender {
  /** One call. Gives the text; `onText` is called at the first piece of it. */
  call(prompt: string, onText?: () => void): Promise<string>;
  /** Two calls with one tool call between them. */
  loop(): Promise<string>;
  /** A call that asks for three agents at the same time, and one that puts their texts together. */
  crew(): Promise<string>;
}

interface ToolCall {
  id: string;
  name: string;
  arguments: string;
}
interface Reply {
  text: string;
  calls: ToolCall[];
}
type Ask = (messages: readonly object[], tools: readonly object[] | undefined, onText?: () => void) => Promise<Reply>;

const model = "gpt-5-mini";
const parameter = (name: string, parameters: object) => [{ type: "function", function: { name, description: `Uses ${name}.`, parameters } }];
const text = (name: string) => ({ type: "object", properties: { [name]: { type: "string" } }, required: [name], additionalProperties: false });
const lookUpTool = parameter("look_up", text("word"));
const researcherTool = parameter("researcher", text("topic"));

function contender(ask: Ask): Contender {
  const opening = (system: string, prompt: string) => [
    { role: "system", content: system },
    { role: "user", content: prompt },
  ];
  const call = async (prompt: string, onText?: () => void) => (await ask(opening("You answer in one sentence.", prompt), undefined, onText)).text;
  async function turns(
    system: string,
    prompt: string,
    tools: readonly object[],
    use: (args: Record<string, string>) => string | Promise<string>,
  ): Promise<string> {
    const messages: object[] = opening(system, prompt);
    for (;;) {
      const { text, calls } = await ask(messages, tools);
      if (calls.length === 0) return text;
      messages.push({
        role: "assistant",
        content: null,
        tool_calls: calls.map(({ id, name, arguments: args }) => ({ id, type: "function", function: { name, arguments: args } })),
      });
      const results = await Promise.all(calls.map((each) => use(JSON.parse(each.arguments))));
      for (const [index, each] of calls.entries()) messages.push({ role: "tool", tool_call_id: each.id, content: results[index] });
    }
  }
  return {
    call,
    loop: () => turns("You look words up before you answer.", "What is a neap tide?", lookUpTool, (args) => look_up({ word: args["word"] ?? "" })),
    crew: () =>
      turns(
        "You hand out the work.",
        "Write about tides.",
        researcherTool,
        async (args) => (await ask(opening("You research one topic.", `Research ${args["topic"]}.`), undefined)).text,
      ),
  };
}

interface Delta {
  content?: string | null;
  tool_calls?: { index: number; id?: string; function?: { name?: string; arguments?: string } }[];
}

function add(reply: Reply, delta: Delta | undefined, onText: (() => void) | undefined): void {
  if (delta?.content) {
    if (reply.text === "") onText?.();
    reply.text += delta.content;
  }
  for (const piece of delta?.tool_calls ?? []) {
    const call = reply.calls[piece.index];
    if (call === undefined) reply.calls[piece.index] = { id: piece.id ?? "", name: piece.function?.name ?? "", arguments: piece.function?.arguments ?? "" };
    else call.arguments += piece.function?.arguments ?? "";
  }
}

export function onUndici(baseUrl: string): Contender {
  const url = `${baseUrl}/chat/completions`;
  const headers = { "content-type": "application/json", authorization: "Bearer bench-key-0123456789" };
  return contender(async (messages, tools, onText) => {
    const body = JSON.stringify({
      model,
      messages,
      ...(tools === undefined ? {} : { tools }),
      max_completion_tokens: 200,
      stream: true,
      stream_options: { include_usage: true },
    });
    const response = await request(url, { method: "POST", headers, body, headersTimeout: 0, bodyTimeout: 0 });
    const reply: Reply = { text: "", calls: [] };
    if (response.headers["content-type"] === "application/json") {
      add(reply, ((await response.body.json()) as { choices: [{ message: Delta }] }).choices[0].message, onText);
      return reply;
    }
    response.body.setEncoding("utf8");
    let rest = "";
    for await (const piece of response.body) {
      rest += piece;
      let from = 0;
      for (let end = rest.indexOf("\n\n"); end !== -1; from = end + 2, end = rest.indexOf("\n\n", from)) {
        const data = rest.slice(from + 6, end);
        if (data !== "[DONE]") add(reply, JSON.parse(data).choices[0]?.delta, onText);
      }
      rest = rest.slice(from);
    }
    return reply;
  });
}

export function onOpenAI(baseUrl: string, whole = false): Contender {
  const client = new OpenAI({ apiKey: "bench-key-0123456789", baseURL: baseUrl });
  return contender(async (messages, tools, onText) => {
    const body = {
      model,
      messages,
      ...(tools === undefined ? {} : { tools }),
      max_completion_tokens: 200,
    } as unknown as OpenAI.ChatCompletionCreateParamsNonStreaming;
    const reply: Reply = { text: "", calls: [] };
    if (whole) {
      add(reply, (await client.chat.completions.create(body)).choices[0]?.message as unknown as Delta, onText);
      return reply;
    }
    const stream = await client.chat.completions.create({ ...body, stream: true, stream_options: { include_usage: true } });
    for await (const chunk of stream) add(reply, chunk.choices[0]?.delta as Delta | undefined, onText);
    return reply;
  });
}
