import { describe, expect, test } from "vitest";
import type { Attachment, Message, ModelRequest, TextPart } from "../../../src/agent/provider.ts";
import type { Json } from "../../../src/diagnostics/json.ts";
import { addCounts, toBody, toFinishReason, toUsage } from "../../../src/providers/anthropic/wire.ts";

const base: ModelRequest = {
  model: "claude-sonnet-5",
  messages: [{ role: "user", content: "Hello" }],
  tools: [],
  toolChoice: "auto",
  parameters: { max_tokens: 100 },
  origin: { runId: "run", agent: "greeter", path: "greeter/turn[0]", attempt: 1, outputMode: "text" },
};
const bare = { model: "claude-sonnet-5", messages: [{ role: "user", content: "Hello" }], max_tokens: 100, stream: true };
const weather = {
  name: "weather",
  description: "Weather of a place.",
  parameters: { type: "object", properties: { place: { type: "string" } }, required: ["place"], additionalProperties: false },
};
const weatherTool = { name: "weather", description: "Weather of a place.", input_schema: weather.parameters };
const schema = { type: "object", properties: { n: { type: "integer" } }, required: ["n"], additionalProperties: false };

// The right-hand sides are the fields of Anthropic's reference for POST /v1/messages.
const bodies: readonly (readonly [what: string, request: Partial<ModelRequest>, added: Readonly<Record<string, Json>>])[] = [
  ["a bare request", {}, {}],
  ["a tool", { tools: [weather] }, { tools: [weatherTool] }],
  ["a tool without a description", { tools: [{ name: "f", parameters: {} }] }, { tools: [{ name: "f", input_schema: {} }] }],
  ["a tool must be called", { tools: [weather], toolChoice: "required" }, { tools: [weatherTool], tool_choice: { type: "any" } }],
  ["no tool may be called", { tools: [weather], toolChoice: "none" }, { tools: [weatherTool], tool_choice: { type: "none" } }],
  ["one tool must be called", { tools: [weather], toolChoice: { tool: "weather" } }, { tools: [weatherTool], tool_choice: { type: "tool", name: "weather" } }],
  ["a choice without tools", { toolChoice: "required" }, {}],
  ["structured output", { output: { name: "greeter", schema, strict: true } }, { output_config: { format: { type: "json_schema", schema } } }],
  ["reasoning", { parameters: { max_tokens: 100, reasoning: "low" } }, { thinking: { type: "adaptive" }, output_config: { effort: "low" } }],
  ["no reasoning", { parameters: { max_tokens: 100, reasoning: "none" } }, { thinking: { type: "disabled" } }],
  [
    "reasoning and structured output",
    { parameters: { max_tokens: 100, reasoning: "max" }, output: { name: "x", schema, strict: false } },
    { thinking: { type: "adaptive" }, output_config: { effort: "max", format: { type: "json_schema", schema } } },
  ],
  ["stop sequences", { parameters: { max_tokens: 5, stop: ["END"] } }, { max_tokens: 5, stop_sequences: ["END"] }],
  [
    "what the author adds, over everything else",
    {
      parameters: { max_tokens: 100, reasoning: "low" },
      extra: { thinking: { type: "enabled", budget_tokens: 2048 }, metadata: { user_id: "u" }, max_tokens: 4000 },
    },
    { thinking: { type: "enabled", budget_tokens: 2048 }, output_config: { effort: "low" }, metadata: { user_id: "u" }, max_tokens: 4000 },
  ],
];

test.each(bodies)("%s", (_what, request, added) => {
  expect(toBody({ ...base, ...request })).toEqual({ ...bare, ...added });
});

/** `messages` and `system` of the body. */
function conversation(messages: readonly Message[], extra?: ModelRequest["extra"]): { system?: Json; messages?: Json } {
  const { system, messages: sent } = toBody({ ...base, messages, ...(extra === undefined ? {} : { extra }) });
  return { ...(system === undefined ? {} : { system }), ...(sent === undefined ? {} : { messages: sent }) };
}

const hello: Message = { role: "user", content: "Hello" };
const ephemeral = { type: "ephemeral" };
const said = (text: string, cache?: true): TextPart => ({ type: "text", text, ...(cache ? { cache } : {}) });
const marked = (text: string): Json => ({ type: "text", text, cache_control: ephemeral });
const image: Attachment = { type: "image", mediaType: "image/png", data: () => "aW1hZ2U=" };

const conversations: readonly (readonly [what: string, messages: readonly Message[], expected: { system?: Json; messages: Json }])[] = [
  [
    "a system text stands in a field of its own",
    [{ role: "system", content: "Be brief." }, hello],
    { system: "Be brief.", messages: [hello as unknown as Json] },
  ],
  [
    "several system texts that it begins with are blocks of it",
    [{ role: "system", content: "Be brief." }, { role: "system", content: "Be kind." }, hello],
    {
      system: [
        { type: "text", text: "Be brief." },
        { type: "text", text: "Be kind." },
      ],
      messages: [{ role: "user", content: "Hello" }],
    },
  ],
  [
    "a later system text is sent where it stands, an empty one is none",
    [hello, { role: "system", content: "Be brief." }, { role: "assistant", content: "Hi." }, hello, { role: "system", content: " " }],
    {
      messages: [
        { role: "user", content: "Hello" },
        { role: "system", content: "Be brief." },
        { role: "assistant", content: "Hi." },
        { role: "user", content: "Hello" },
      ],
    },
  ],
  ["an empty system text is none", [{ role: "system", content: " \n" }, hello], { messages: [{ role: "user", content: "Hello" }] }],
  [
    "messages of one role in a row are one",
    [hello, { role: "user", content: "Are you there?" }, { role: "assistant", content: "Yes." }, { role: "assistant", content: "I am." }, hello],
    {
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "Hello" },
            { type: "text", text: "Are you there?" },
          ],
        },
        {
          role: "assistant",
          content: [
            { type: "text", text: "Yes." },
            { type: "text", text: "I am." },
          ],
        },
        { role: "user", content: "Hello" },
      ],
    },
  ],
  [
    "all results of a turn stand in one message, before what the user says",
    [
      hello,
      {
        role: "assistant",
        content: "",
        toolCalls: [
          { id: "c1", name: "weather", arguments: '{"place":"Oslo"}' },
          { id: "c2", name: "weather", arguments: "" },
        ],
      },
      { role: "tool", callId: "c1", name: "weather", content: "rain" },
      { role: "user", content: "Hurry." },
      { role: "tool", callId: "c2", name: "weather", content: "\n" },
    ],
    {
      messages: [
        { role: "user", content: "Hello" },
        {
          role: "assistant",
          content: [
            { type: "tool_use", id: "c1", name: "weather", input: { place: "Oslo" } },
            { type: "tool_use", id: "c2", name: "weather", input: {} },
          ],
        },
        {
          role: "user",
          content: [
            { type: "tool_result", tool_use_id: "c1", content: "rain" },
            { type: "tool_result", tool_use_id: "c2" },
            { type: "text", text: "Hurry." },
          ],
        },
      ],
    },
  ],
  [
    "a text before its calls, and arguments that are no object",
    [
      {
        role: "assistant",
        content: "One moment.",
        toolCalls: [
          { id: "c1", name: "f", arguments: "{broken" },
          { id: "c2", name: "f", arguments: "[1]" },
        ],
      },
    ],
    {
      messages: [
        {
          role: "assistant",
          content: [
            { type: "text", text: "One moment." },
            { type: "tool_use", id: "c1", name: "f", input: { INVALID_JSON: "{broken" } },
            { type: "tool_use", id: "c2", name: "f", input: { INVALID_JSON: "[1]" } },
          ],
        },
      ],
    },
  ],
  [
    "an assistant's empty text is never sent",
    [
      hello,
      { role: "assistant", content: "" },
      { role: "user", content: "Well?" },
      { role: "assistant", content: "\n", toolCalls: [{ id: "c", name: "f", arguments: "{}" }] },
    ],
    {
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "Hello" },
            { type: "text", text: "Well?" },
          ],
        },
        { role: "assistant", content: [{ type: "tool_use", id: "c", name: "f", input: {} }] },
      ],
    },
  ],
  [
    "marks of what is worth caching end a block",
    [
      { role: "system", content: "abc", parts: [said("a"), said("b", true), said("c")] },
      { role: "user", content: "xy", parts: [said("x", true), said("y")] },
    ],
    { system: [marked("ab"), { type: "text", text: "c" }], messages: [{ role: "user", content: [marked("x"), { type: "text", text: "y" }] }] },
  ],
  [
    "a mark behind an image is the image's, and white space makes no block",
    [{ role: "user", content: " \n", parts: [said(" "), image, said("\n", true)] }],
    {
      messages: [
        { role: "user", content: [{ type: "image", source: { type: "base64", media_type: "image/png", data: "aW1hZ2U=" }, cache_control: ephemeral }] },
      ],
    },
  ],
  [
    "images and files as bytes and as addresses",
    [
      {
        role: "user",
        content: "Compare.",
        parts: [
          image,
          { type: "image", mediaType: "", url: "https://example.org/a.png" },
          { type: "file", mediaType: "application/pdf", name: "report.pdf", data: () => "JVBERg==" },
          { type: "file", mediaType: "application/pdf", url: "https://example.org/b.pdf" },
          { type: "file", mediaType: "text/markdown", name: "notes.md", data: () => "w6R0" },
          { type: "file", mediaType: "application/json", data: () => "e30=" },
          said("Compare."),
        ],
      },
    ],
    {
      messages: [
        {
          role: "user",
          content: [
            { type: "image", source: { type: "base64", media_type: "image/png", data: "aW1hZ2U=" } },
            { type: "image", source: { type: "url", url: "https://example.org/a.png" } },
            { type: "document", source: { type: "base64", media_type: "application/pdf", data: "JVBERg==" }, title: "report.pdf" },
            { type: "document", source: { type: "url", url: "https://example.org/b.pdf" } },
            { type: "document", source: { type: "text", media_type: "text/plain", data: "ät" }, title: "notes.md" },
            { type: "document", source: { type: "text", media_type: "text/plain", data: "{}" } },
            { type: "text", text: "Compare." },
          ],
        },
      ],
    },
  ],
  [
    "an image that a tool gives stands inside its result",
    [{ role: "tool", callId: "c", name: "shot", content: "The page:", parts: [said("The page:"), image] }],
    {
      messages: [
        {
          role: "user",
          content: [
            {
              type: "tool_result",
              tool_use_id: "c",
              content: [
                { type: "text", text: "The page:" },
                { type: "image", source: { type: "base64", media_type: "image/png", data: "aW1hZ2U=" } },
              ],
            },
          ],
        },
      ],
    },
  ],
];

test.each(conversations)("%s", (_what, messages, expected) => {
  expect(conversation(messages)).toEqual(expected);
});

describe("marks", () => {
  const many: Message[] = [1, 2, 3, 4, 5, 6].map((n) => ({ role: "user", content: `${n}`, parts: [said(`${n}`, true)] }));
  const texts = (of: { system?: Json; messages?: Json }): string[] =>
    [of.system, ...((of.messages as { content: Json }[]) ?? []).map(({ content }) => content)]
      .flatMap((content) => (Array.isArray(content) ? content : []) as { text: string; cache_control?: object }[])
      .filter(({ cache_control }) => cache_control !== undefined)
      .map(({ text }) => text);

  test("of more than four, the first and the last three are sent", () => {
    expect(texts(conversation(many.slice(0, 4)))).toEqual(["1", "2", "3", "4"]);
    expect(texts(conversation(many))).toEqual(["1", "4", "5", "6"]);
    expect(texts(conversation([{ role: "system", content: "s", parts: [said("s", true)] }, ...many]))).toEqual(["s", "4", "5", "6"]);
  });

  test("one of the four is the author's where `extra` has one", () => {
    expect(texts(conversation(many, { cache_control: ephemeral }))).toEqual(["1", "5", "6"]);
  });

  test("the same messages are marked the same in the next request", () => {
    const first = JSON.stringify(conversation(many));
    expect(JSON.stringify(conversation(many))).toBe(first);
  });
});

describe("what a reply carried", () => {
  const thinking = { type: "thinking", thinking: "Hm.", signature: "s" };
  const carry = (data: Json) => ({ by: "llm/claude-sonnet-5", data });
  const assistant = (message: Omit<Extract<Message, { role: "assistant" }>, "role">): Json => {
    const [, second] = conversation([hello, { role: "assistant", ...message }]).messages as { content: Json }[];
    return second?.content ?? null;
  };

  test("stands between its texts and calls", () => {
    const data = [
      { type: "text", length: 3 },
      thinking,
      { type: "text", length: 4 },
      { type: "tool_use", id: "b", caller: { type: "direct" } },
      { type: "tool_use", id: "a" },
    ];
    const toolCalls = [
      { id: "a", name: "f", arguments: "{}" },
      { id: "b", name: "g", arguments: '{"x":1}' },
    ];
    expect(assistant({ content: "One.Two", toolCalls, carry: carry(data) })).toEqual([
      { type: "text", text: "One" },
      thinking,
      { type: "text", text: ".Two" },
      { type: "tool_use", id: "b", caller: { type: "direct" }, name: "g", input: { x: 1 } },
      { type: "tool_use", id: "a", name: "f", input: {} },
    ]);
  });

  test("has no call that the message does not have, and every one that it has", () => {
    const data = [thinking, { type: "tool_use", id: "gone" }];
    expect(assistant({ content: "", toolCalls: [{ id: "new", name: "f", arguments: "{}" }], carry: carry(data) })).toEqual([
      thinking,
      { type: "tool_use", id: "new", name: "f", input: {} },
    ]);
  });

  test("gives way to a text that was changed", () => {
    const data = [thinking, { type: "text", length: 6 }, { type: "text", length: 3 }];
    expect(assistant({ content: "Other text.", carry: carry(data) })).toEqual([thinking, { type: "text", text: "Other text." }]);
    expect(assistant({ content: "Hello", carry: carry([thinking]) })).toEqual([thinking, { type: "text", text: "Hello" }]);
  });

  test("of an unknown shape is passed over", () => {
    expect(assistant({ content: "Hello", carry: carry("what?") })).toBe("Hello");
  });
});

test.each([
  ["end_turn", "stop"],
  ["stop_sequence", "stop"],
  ["max_tokens", "max_tokens"],
  ["tool_use", "tool_calls"],
  ["refusal", "refusal"],
  ["pause_turn", "other"],
  ["something_new", "other"],
  ["constructor", "other"],
])("stop reason %s", (reason, expected) => {
  expect(toFinishReason(reason)).toBe(expected);
});

test("usage: the parts of the input are summed, and what is thought is a part of the output", () => {
  const usage = {
    input_tokens: 100,
    cache_read_input_tokens: 40,
    cache_creation_input_tokens: 60,
    output_tokens: 30,
    output_tokens_details: { thinking_tokens: 12 },
  };
  expect(toUsage(addCounts({}, usage))).toEqual({ input: 200, cachedInput: 40, cacheWrite: 60, output: 30, reasoning: 12 });
});

test("usage: what is written to the cache for an hour is a part of what is written", () => {
  const written = { input_tokens: 10, cache_creation_input_tokens: 60, cache_creation: { ephemeral_5m_input_tokens: 20, ephemeral_1h_input_tokens: 40 } };
  expect(toUsage(addCounts({}, written))).toMatchObject({ input: 70, cacheWrite: 60, cacheWriteHour: 40 });
});

test("usage: later figures are cumulative, and null or 0 takes nothing back", () => {
  const started = addCounts({}, { input_tokens: 100, cache_read_input_tokens: 40, cache_creation_input_tokens: null, output_tokens: 1 });
  expect(toUsage(addCounts(started, { input_tokens: null, cache_read_input_tokens: 0, output_tokens: 30 }))).toEqual({
    input: 140,
    cachedInput: 40,
    cacheWrite: 0,
    output: 30,
    reasoning: 0,
  });
  expect(toUsage(addCounts(started, { input_tokens: 120, output_tokens: 30 }))?.input).toBe(160);
});

test("usage: what is no figure is not believed", () => {
  expect(toUsage(addCounts({}, undefined))).toBeUndefined();
  expect(toUsage(addCounts({}, { input_tokens: "12", output_tokens: -1 }))).toBeUndefined();
  expect(toUsage(addCounts({}, { output_tokens: 3 }))).toEqual({ input: 0, cachedInput: 0, cacheWrite: 0, output: 3, reasoning: 0 });
});
