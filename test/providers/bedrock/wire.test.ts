import { describe, expect, test } from "vitest";
import type { Attachment, ModelRequest } from "../../../src/agent/provider.ts";
import type { Json } from "../../../src/diagnostics/json.ts";
import { baseUrl, callPath } from "../../../src/providers/bedrock/options.ts";
import { toBody, toFinishReason, toUsage } from "../../../src/providers/bedrock/wire.ts";

const base: ModelRequest = {
  model: "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
  messages: [{ role: "user", content: "Hello" }],
  tools: [],
  toolChoice: "auto",
  parameters: {},
  origin: { runId: "run", agent: "greeter", path: "greeter/turn[0]", attempt: 1, outputMode: "text" },
};
const hello = { role: "user", content: [{ text: "Hello" }] };
const bare = { messages: [hello] };
const weather = {
  name: "weather",
  description: "Weather of a place.",
  parameters: { type: "object", properties: { place: { type: "string" } }, required: ["place"], additionalProperties: false },
};
const time = { name: "time", parameters: { type: "object", properties: {} } };
const weatherSpec = { toolSpec: { name: "weather", description: "Weather of a place.", inputSchema: { json: weather.parameters } } };
const timeSpec = { toolSpec: { name: "time", inputSchema: { json: time.parameters } } };
const point = { cachePoint: { type: "default" } };

const called: ModelRequest["messages"] = [
  { role: "user", content: "Weather?" },
  { role: "assistant", content: "One moment.", toolCalls: [{ id: "c1", name: "weather", arguments: '{"place":"Oslo"}' }] },
  { role: "tool", callId: "c1", name: "weather", content: "rain" },
];
const calledTurns = [
  { role: "user", content: [{ text: "Weather?" }] },
  { role: "assistant", content: [{ text: "One moment." }, { toolUse: { toolUseId: "c1", name: "weather", input: { place: "Oslo" } } }] },
  { role: "user", content: [{ toolResult: { toolUseId: "c1", content: [{ text: "rain" }] } }] },
];

// The right-hand sides are the fields of AWS's reference for ConverseStream.
const bodies: readonly (readonly [what: string, request: Partial<ModelRequest>, added: Readonly<Record<string, Json>>])[] = [
  ["a bare request", {}, {}],
  [
    "system texts, which have a place of their own",
    {
      messages: [
        { role: "system", content: "Be brief." },
        { role: "system", content: "And kind." },
        { role: "user", content: "Hello" },
      ],
    },
    { system: [{ text: "Be brief." }, { text: "And kind." }] },
  ],
  [
    "cache marks in the system text and in a message",
    {
      messages: [
        {
          role: "system",
          content: "Long.Short.",
          parts: [
            { type: "text", text: "Long.", cache: true },
            { type: "text", text: "Short." },
          ],
        },
        {
          role: "user",
          content: "DocumentQuestion",
          parts: [
            { type: "text", text: "Document", cache: true },
            { type: "text", text: "Question" },
          ],
        },
      ],
    },
    {
      system: [{ text: "Long." }, point, { text: "Short." }],
      messages: [{ role: "user", content: [{ text: "Document" }, point, { text: "Question" }] }],
    },
  ],
  [
    "a turn with several calls: all results are one message of the user's, and broken arguments an empty object",
    {
      messages: [
        { role: "user", content: "Weather?" },
        {
          role: "assistant",
          content: "",
          toolCalls: [
            { id: "c1", name: "weather", arguments: '{"place":"Oslo"}' },
            { id: "functions.weather:1", name: "weather", arguments: "{broken" },
            { id: "c3", name: "weather", arguments: "[1]" },
          ],
        },
        { role: "tool", callId: "c1", name: "weather", content: "rain" },
        { role: "tool", callId: "functions.weather:1", name: "weather", content: '{"error":"invalid_request"}' },
        { role: "tool", callId: "c3", name: "weather", content: "" },
        { role: "user", content: "Go on." },
      ],
      tools: [weather, time],
    },
    {
      messages: [
        { role: "user", content: [{ text: "Weather?" }] },
        {
          role: "assistant",
          content: [
            { toolUse: { toolUseId: "c1", name: "weather", input: { place: "Oslo" } } },
            { toolUse: { toolUseId: "functions_weather_1", name: "weather", input: {} } },
            { toolUse: { toolUseId: "c3", name: "weather", input: {} } },
          ],
        },
        {
          role: "user",
          content: [
            { toolResult: { toolUseId: "c1", content: [{ text: "rain" }] } },
            { toolResult: { toolUseId: "functions_weather_1", content: [{ text: '{"error":"invalid_request"}' }] } },
            { toolResult: { toolUseId: "c3", content: [{ text: "" }] } },
            { text: "Go on." },
          ],
        },
      ],
      toolConfig: { tools: [weatherSpec, timeSpec] },
    },
  ],
  [
    "neighbours of one role, which become one turn",
    {
      messages: [
        { role: "user", content: "One" },
        { role: "user", content: "two" },
        { role: "assistant", content: "three" },
        { role: "assistant", content: " \n" },
        { role: "user", content: "four" },
      ],
    },
    {
      messages: [
        { role: "user", content: [{ text: "One" }, { text: "two" }] },
        { role: "assistant", content: [{ text: "three" }] },
        { role: "user", content: [{ text: "four" }] },
      ],
    },
  ],
  [
    "a message of blanks alone, which the API is to refuse in its own words",
    { messages: [{ role: "user", content: " " }] },
    { messages: [{ role: "user", content: [{ text: " " }] }] },
  ],
  [
    "an answer and a system text of blanks, which go nowhere",
    {
      messages: [
        { role: "system", content: " ", parts: [{ type: "text", text: " ", cache: true }] },
        { role: "user", content: "One" },
        { role: "assistant", content: "" },
        { role: "user", content: "two" },
      ],
    },
    { messages: [{ role: "user", content: [{ text: "One" }, { text: "two" }] }] },
  ],
  ["tools", { tools: [weather, time] }, { toolConfig: { tools: [weatherSpec, timeSpec] } }],
  ["a call that is required", { tools: [weather], toolChoice: "required" }, { toolConfig: { tools: [weatherSpec], toolChoice: { any: {} } } }],
  [
    "a call of one tool",
    { tools: [weather], toolChoice: { tool: "weather" } },
    { toolConfig: { tools: [weatherSpec], toolChoice: { tool: { name: "weather" } } } },
  ],
  ["no calls: the tools are left out", { tools: [weather], toolChoice: "none" }, {}],
  [
    "no calls, after some: without tools the API refuses a conversation that holds calls",
    { tools: [weather], toolChoice: "none", messages: called },
    { messages: calledTurns, toolConfig: { tools: [weatherSpec] } },
  ],
  [
    "an agent without tools that goes on with another's conversation",
    { messages: called },
    { messages: calledTurns, toolConfig: { tools: [{ toolSpec: { name: "weather", inputSchema: { json: { type: "object" } } } }] } },
  ],
  [
    "the parameters",
    { parameters: { temperature: 0, top_p: 0.5, max_tokens: 100, stop: ["END"], reasoning: "high" } },
    { inferenceConfig: { maxTokens: 100, temperature: 0, topP: 0.5, stopSequences: ["END"] }, outputConfig: { effort: "high" } },
  ],
  [
    "structured output: the schema is a text",
    { output: { name: "Brief", schema: { type: "object", properties: {} }, strict: true } },
    { outputConfig: { textFormat: { type: "json_schema", structure: { jsonSchema: { schema: '{"type":"object","properties":{}}', name: "Brief" } } } } },
  ],
  [
    "`extra` over everything else",
    {
      parameters: { max_tokens: 5 },
      extra: { inferenceConfig: { maxTokens: 7 }, additionalModelRequestFields: { thinking: { type: "adaptive" } }, unknownToTheSdk: [1] },
    },
    { inferenceConfig: { maxTokens: 7 }, additionalModelRequestFields: { thinking: { type: "adaptive" } }, unknownToTheSdk: [1] },
  ],
];

test.each(bodies)("%s", (_what, request, added) => {
  expect(toBody({ ...base, ...request })).toEqual({ ...bare, ...added });
});

describe("what a reply carries", () => {
  const reply = (data: Json, toolCalls = [{ id: "c1", name: "weather", arguments: '{"place":"Oslo"}' }]) =>
    toBody({ ...base, messages: [{ role: "assistant", content: "Let me look.", toolCalls, carry: { by: "aws/m", data } }] })["messages"];
  const signed = { reasoningContent: { reasoningText: { text: "Oslo, then.", signature: "sig" } } };
  const hidden = { reasoningContent: { redactedContent: "AAEC" } };
  const use = { toolUse: { toolUseId: "c1", name: "weather", input: { place: "Oslo" } } };

  test("goes back in its order, thinking unchanged", () => {
    const data = [signed, { text: "Let me look." }, hidden, { toolUse: "c1" }];
    expect(reply(data)).toEqual([{ role: "assistant", content: [signed, { text: "Let me look." }, hidden, use] }]);
  });
  test("never takes a call along that is not the message's own, nor leaves one out", () => {
    expect(reply([signed, { toolUse: "other" }])).toEqual([{ role: "assistant", content: [signed, use] }]);
  });
  test("of another shape says nothing", () => {
    expect(reply({ x: 1 })).toEqual([{ role: "assistant", content: [{ text: "Let me look." }, use] }]);
  });
});

describe("images and files", () => {
  const user = (...parts: readonly Attachment[]) =>
    (
      toBody({ ...base, messages: [{ role: "user", content: "Look.", parts: [{ type: "text", text: "Look." }, ...parts] }] })["messages"] as {
        content: Json[];
      }[]
    )[0]?.content.slice(1);
  const file = (name: string | undefined, mediaType: string): Attachment => ({
    type: "file",
    mediaType,
    data: () => "QUJD",
    ...(name === undefined ? {} : { name }),
  });
  const bytes = { bytes: "QUJD" };

  test("images go by their format", () => {
    const images = ["image/png", "image/jpeg", "image/jpg", "image/webp"].map((mediaType): Attachment => ({ type: "image", mediaType, data: () => "QUJD" }));
    expect(user(...images)).toEqual(["png", "jpeg", "jpeg", "webp"].map((format) => ({ image: { format, source: bytes } })));
  });

  test("documents go by their media type or ending, and have a name that Converse takes, none twice", () => {
    const documents = user(
      file("Bericht_2024 (v2).final.pdf", "application/pdf"),
      file("bericht 2024 (V2) final.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
      file("数据.csv", "text/csv; charset=utf-8"),
      file(undefined, "text/plain"),
      file("a.md", "application/octet-stream"),
      file("main.ts", "text/x-typescript"),
      file("b.json", "application/json"),
      file(`${"x".repeat(300)}.xlsx`, "application/octet-stream"),
    ) as { document: { format: string; name: string } }[];
    expect(documents.map(({ document }) => [document.format, document.name])).toEqual([
      ["pdf", "Bericht 2024 (v2) final"],
      ["docx", "bericht 2024 (V2) final 2"],
      ["csv", "document"],
      ["txt", "document 2"],
      ["md", "a"],
      ["txt", "main"],
      ["txt", "b"],
      ["xlsx", "x".repeat(190)],
    ]);
    expect(documents[0]).toEqual({ document: { format: "pdf", name: "Bericht 2024 (v2) final", source: bytes } });
  });

  test("a tool's result holds them, and a cache point stands behind it", () => {
    const body = toBody({
      ...base,
      messages: [
        ...called.slice(0, 2),
        {
          role: "tool",
          callId: "c1",
          name: "weather",
          content: "rain",
          parts: [
            { type: "text", text: "rain", cache: true },
            { type: "image", mediaType: "image/png", data: () => "QUJD" },
          ],
        },
      ],
    });
    expect((body["messages"] as Json[])[2]).toEqual({
      role: "user",
      content: [{ toolResult: { toolUseId: "c1", content: [{ text: "rain" }, { image: { format: "png", source: bytes } }] } }, point],
    });
  });

  test("an address in S3 is named, another cannot be", () => {
    expect(user({ type: "image", mediaType: "", url: "s3://bucket/a.jpg" })).toEqual([
      { image: { format: "jpeg", source: { s3Location: { uri: "s3://bucket/a.jpg" } } } },
    ]);
    expect(() => user({ type: "image", mediaType: "image/png", url: "https://example.com/a.png" })).toThrow(
      expect.objectContaining({ name: "ProviderError", class: "invalid_request", hint: expect.stringContaining("s3://") }),
    );
  });
});

test.each([
  ["end_turn", "stop"],
  ["stop_sequence", "stop"],
  ["tool_use", "tool_calls"],
  ["max_tokens", "max_tokens"],
  ["model_context_window_exceeded", "other"],
  ["guardrail_intervened", "content_filter"],
  ["content_filtered", "content_filter"],
  ["refusal", "refusal"],
  ["malformed_model_output", "other"],
  ["malformed_tool_use", "other"],
  ["toString", "other"],
])("the stop reason %s is %s", (reason, expected) => {
  expect(toFinishReason(reason)).toBe(expected);
});

test.each([
  [
    { inputTokens: 10, outputTokens: 5, totalTokens: 15 },
    { input: 10, cachedInput: 0, cacheWrite: 0, output: 5, reasoning: 0 },
  ],
  // Worked by hand: 16 fresh, 4 read and 3 written are 23 in all, and with the output 33 tokens.
  [
    { inputTokens: 16, outputTokens: 10, totalTokens: 33, cacheReadInputTokens: 4, cacheWriteInputTokens: 3 },
    { input: 23, cachedInput: 4, cacheWrite: 3, output: 10, reasoning: 0 },
  ],
  // A part of what is written is kept for an hour.
  [
    {
      inputTokens: 16,
      outputTokens: 10,
      cacheWriteInputTokens: 30,
      cacheDetails: [
        { ttl: "1h", inputTokens: 20 },
        { ttl: "5m", inputTokens: 10 },
      ],
    },
    { input: 46, cachedInput: 0, cacheWrite: 30, cacheWriteHour: 20, output: 10, reasoning: 0 },
  ],
  [
    { inputTokens: -1, outputTokens: 5 },
    { input: 0, cachedInput: 0, cacheWrite: 0, output: 5, reasoning: 0 },
  ],
  [{ totalTokens: 5 }, undefined],
  ["many", undefined],
])("the usage %j counts as %j", (usage, expected) => {
  expect(toUsage(usage)).toEqual(expected);
});

test.each([
  [{ region: "us-east-1" }, "https://bedrock-runtime.us-east-1.amazonaws.com"],
  [{ region: "us-gov-west-1" }, "https://bedrock-runtime.us-gov-west-1.amazonaws.com"],
  [{ region: "cn-north-1" }, "https://bedrock-runtime.cn-north-1.amazonaws.com.cn"],
  [{ region: "eusc-de-east-1" }, "https://bedrock-runtime.eusc-de-east-1.amazonaws.eu"],
  [{ region: "us-east-1", base_url: "https://vpce-1.example.com/aws/" }, "https://vpce-1.example.com/aws"],
])("the address of %j is %s", (options, expected) => {
  expect(baseUrl(options)).toBe(expected);
});

test("a model's id stands in the path, with its colons and slashes written out", () => {
  expect(callPath("arn:aws:bedrock:eu-west-1:1:inference-profile/eu.m-v1:0", {})).toBe(
    "/model/arn%3Aaws%3Abedrock%3Aeu-west-1%3A1%3Ainference-profile%2Feu.m-v1%3A0/converse-stream",
  );
  expect(callPath("a(b)!'*", { stream: false })).toBe("/model/a%28b%29%21%27%2A/converse");
});
