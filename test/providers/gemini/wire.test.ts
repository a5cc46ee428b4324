import { expect, test } from "vitest";
import type { Message, ModelRequest } from "../../../src/agent/provider.ts";
import type { Json } from "../../../src/diagnostics/json.ts";
import { toFinishReason } from "../../../src/providers/gemini/reply.ts";
import { toBody, toUsage } from "../../../src/providers/gemini/wire.ts";

const base: ModelRequest = {
  model: "gemini-3.5-flash",
  messages: [{ role: "user", content: "Hello" }],
  tools: [],
  toolChoice: "auto",
  parameters: {},
  origin: { runId: "run", agent: "greeter", path: "greeter/turn[0]", attempt: 1, outputMode: "text" },
};
const bare = { contents: [{ role: "user", parts: [{ text: "Hello" }] }] };
const weather = {
  name: "weather",
  description: "Weather of a place.",
  parameters: { type: "object", properties: { place: { type: "string" } }, required: ["place"], additionalProperties: false },
};
const tools = [{ functionDeclarations: [{ name: "weather", description: "Weather of a place.", parametersJsonSchema: weather.parameters }] }];

// The right-hand sides are the fields of Google's reference for models.streamGenerateContent.
const bodies: readonly (readonly [what: string, request: Partial<ModelRequest>, added: Readonly<Record<string, Json>>])[] = [
  ["a bare request", {}, {}],
  [
    "what the system says, in its own place",
    {
      messages: [
        { role: "system", content: "Be brief." },
        {
          role: "system",
          content: "Be kind.",
          parts: [
            { type: "text", text: "Be ", cache: true },
            { type: "text", text: "kind." },
          ],
        },
        { role: "user", content: "Hello" },
      ],
    },
    { systemInstruction: { parts: [{ text: "Be brief." }, { text: "Be " }, { text: "kind." }] } },
  ],
  ["tools, with their schemas as JSON Schema", { tools: [weather] }, { tools }],
  [
    "a tool without a description",
    { tools: [{ name: "now", parameters: { type: "object" } }] },
    { tools: [{ functionDeclarations: [{ name: "now", parametersJsonSchema: { type: "object" } }] }] },
  ],
  ["required tools", { tools: [weather], toolChoice: "required" }, { tools, toolConfig: { functionCallingConfig: { mode: "ANY" } } }],
  ["no tools this turn", { tools: [weather], toolChoice: "none" }, { tools, toolConfig: { functionCallingConfig: { mode: "NONE" } } }],
  [
    "one tool by name",
    { tools: [weather], toolChoice: { tool: "weather" } },
    { tools, toolConfig: { functionCallingConfig: { mode: "ANY", allowedFunctionNames: ["weather"] } } },
  ],
  ["a choice without tools is not sent", { toolChoice: "required" }, {}],
  [
    "structured output",
    { output: { name: "planner", schema: { type: "object" }, strict: true } },
    { generationConfig: { responseMimeType: "application/json", responseJsonSchema: { type: "object" } } },
  ],
  [
    "every parameter",
    { parameters: { temperature: 0, top_p: 0.5, max_tokens: 100, stop: ["END"], seed: 7, reasoning: "low" } },
    {
      generationConfig: {
        maxOutputTokens: 100,
        temperature: 0,
        topP: 0.5,
        stopSequences: ["END"],
        seed: 7,
        thinkingConfig: { thinkingLevel: "LOW", includeThoughts: true },
      },
    },
  ],
  [
    "extra, which leaves what it does not name",
    {
      parameters: { max_tokens: 100, seed: 7 },
      output: { name: "planner", schema: { type: "object" }, strict: true },
      extra: { generationConfig: { seed: 8, thinkingConfig: { thinkingBudget: 0 } }, safetySettings: [], cachedContent: "cachedContents/1" },
    },
    {
      generationConfig: {
        maxOutputTokens: 100,
        seed: 8,
        responseMimeType: "application/json",
        responseJsonSchema: { type: "object" },
        thinkingConfig: { thinkingBudget: 0 },
      },
      safetySettings: [],
      cachedContent: "cachedContents/1",
    },
  ],
  [
    "extra takes the place of lists and of null",
    { tools: [weather], extra: { tools: [{ googleSearch: {} }], labels: null } },
    { tools: [{ googleSearch: {} }], labels: null },
  ],
];

test.each(bodies)("%s", (_what, request, added) => {
  expect(toBody({ ...base, ...request })).toEqual({ ...bare, ...added });
});

const contents = (messages: readonly Message[], model = "gemini-3.5-flash") => toBody({ ...base, model, messages })["contents"];
const call = (id: string, args = "{}", name = "f") => ({ id, name, arguments: args });
const result = (callId: string, content: string, name = "f"): Message => ({ role: "tool", callId, name, content });
const response = (value: Json, more: Readonly<Record<string, Json>> = {}) => ({ functionResponse: { ...more, name: "f", response: value } });

test("the results of one turn stand together in their order, and the next turn's stand apart", () => {
  expect(
    contents([
      { role: "user", content: "Go." },
      { role: "assistant", content: "", toolCalls: [call("call_0", '{"x":1}'), call("call_1")] },
      result("call_0", "rain"),
      result("call_1", "snow"),
      { role: "assistant", content: "One more.", toolCalls: [call("call_0")] },
      result("call_0", "hail"),
      { role: "user", content: "Well?" },
    ]),
  ).toEqual([
    { role: "user", parts: [{ text: "Go." }] },
    {
      role: "model",
      parts: [{ functionCall: { name: "f", args: { x: 1 } }, thoughtSignature: "skip_thought_signature_validator" }, { functionCall: { name: "f", args: {} } }],
    },
    { role: "user", parts: [response({ output: "rain" }), response({ output: "snow" })] },
    { role: "model", parts: [{ text: "One more." }, { functionCall: { name: "f", args: {} }, thoughtSignature: "skip_thought_signature_validator" }] },
    { role: "user", parts: [response({ output: "hail" })] },
    { role: "user", parts: [{ text: "Well?" }] },
  ]);
});

test("what a reply carries goes back as it came, and its calls' ids with their results", () => {
  const parts = [
    { text: "Let me see.", thought: true },
    { functionCall: { id: "x1", name: "f", args: { a: 1 } }, thoughtSignature: "c2ln" },
    { functionCall: { name: "f" } },
  ];
  expect(
    contents([
      { role: "assistant", content: "", toolCalls: [call("x1", '{"a":1}'), call("call_1")], carry: { by: "llm/gemini-3.5-flash", data: parts } },
      result("x1", "one"),
      result("call_1", "two"),
    ]),
  ).toEqual([
    { role: "model", parts },
    { role: "user", parts: [response({ output: "one" }, { id: "x1" }), response({ output: "two" })] },
  ]);
});

// Before Gemini 3 nothing checks a signature, and a made-up one could only do harm.
test.each([
  ["gemini-2.5-pro", false],
  ["gemini-3-pro-preview", true],
  ["gemini-4-argon", true],
  ["projects/p/locations/eu/publishers/google/models/gemini-3.8-flash", true],
  ["meta/llama-4-maverick", false],
  ["tunedModels/gemini-like-3", false],
])("a call of another model's, sent to %s, is signed: %s", (model, signed) => {
  const [turn] = contents([{ role: "assistant", content: "", toolCalls: [call("call_abc", "{broken")] }], model) as [{ parts: [object] }];
  expect(turn.parts).toEqual([{ functionCall: { name: "f", args: {} }, ...(signed ? { thoughtSignature: "skip_thought_signature_validator" } : {}) }]);
});

test.each<[what: string, content: string, value: Json]>([
  ["a text", "rain", { output: "rain" }],
  ["an empty text", "", { output: "" }],
  ["an object", '{"temperature":3}', { temperature: 3 }],
  ["an error", '{"error":"timeout","message":"Too slow."}', { error: "timeout", message: "Too slow." }],
  ["a list", '["a","b"]', { output: ["a", "b"] }],
  ["a number", "42", { output: "42" }],
  ["a text that is JSON with a number too large to be one", '{"id":12345678901234567890}', { output: '{"id":12345678901234567890}' }],
  ["a text that is JSON in a layout of its own", '{ "a": 1 }', { output: '{ "a": 1 }' }],
])("a tool's result that is %s", (_what, content, value) => {
  expect(contents([result("call_0", content)])).toEqual([{ role: "user", parts: [response(value)] }]);
});

test("images and files stand where they were put, as bytes or by their address", () => {
  expect(
    contents([
      {
        role: "user",
        content: "Compare and .",
        parts: [
          { type: "text", text: "Compare " },
          { type: "image", mediaType: "image/png", data: () => "aGk=" },
          { type: "text", text: " and " },
          { type: "file", mediaType: "application/pdf", name: "a.pdf", url: "https://example.com/a.pdf" },
          { type: "image", mediaType: "", url: "gs://bucket/b" },
          { type: "text", text: "." },
        ],
      },
      {
        ...result("call_0", "seen"),
        parts: [
          { type: "text", text: "seen" },
          { type: "image", mediaType: "image/png", data: () => "aGk=" },
        ],
      } as Message,
    ]),
  ).toEqual([
    {
      role: "user",
      parts: [
        { text: "Compare " },
        { inlineData: { mimeType: "image/png", data: "aGk=" } },
        { text: " and " },
        { fileData: { mimeType: "application/pdf", fileUri: "https://example.com/a.pdf" } },
        { fileData: { fileUri: "gs://bucket/b" } },
        { text: "." },
      ],
    },
    {
      role: "user",
      parts: [{ functionResponse: { name: "f", response: { output: "seen" }, parts: [{ inlineData: { mimeType: "image/png", data: "aGk=" } }] } }],
    },
  ]);
});

test("what says nothing is no part: Vertex AI refuses an empty text", () => {
  const image = { type: "image", mediaType: "image/png", data: () => "aGk=" } as const;
  const said = contents([
    { role: "user", content: "One" },
    { role: "assistant", content: "" },
    { role: "user", content: "", parts: [{ type: "text", text: "" }, image] },
  ]);
  expect(said).toEqual([
    { role: "user", parts: [{ text: "One" }] },
    { role: "user", parts: [{ inlineData: { mimeType: "image/png", data: "aGk=" } }] },
  ]);
  expect(toBody({ ...base, messages: [{ role: "system", content: "" }] })).not.toHaveProperty("systemInstruction");
  expect(contents([{ role: "user", content: "" }])).toEqual([{ role: "user", parts: [{ text: "" }] }]);
});

test.each([
  [
    { promptTokenCount: 100, cachedContentTokenCount: 60, candidatesTokenCount: 20, thoughtsTokenCount: 30, totalTokenCount: 150 },
    { input: 100, cachedInput: 60, cacheWrite: 0, output: 50, reasoning: 30 },
  ],
  [
    { promptTokenCount: 10, toolUsePromptTokenCount: 5, candidatesTokenCount: 2 },
    { input: 15, cachedInput: 0, cacheWrite: 0, output: 2, reasoning: 0 },
  ],
  [{ promptTokenCount: 7 }, { input: 7, cachedInput: 0, cacheWrite: 0, output: 0, reasoning: 0 }],
  [{ trafficType: "ON_DEMAND" }, undefined],
  [{ promptTokenCount: -1, candidatesTokenCount: "8" }, undefined],
  [undefined, undefined],
])("usage %j", (reported, usage) => {
  expect(toUsage(reported)).toEqual(usage);
});

test.each([
  ["STOP", "stop"],
  ["MAX_TOKENS", "max_tokens"],
  ["CONTINUATION", "max_tokens"],
  ["SAFETY", "content_filter"],
  ["RECITATION", "content_filter"],
  ["BLOCKLIST", "content_filter"],
  ["PROHIBITED_CONTENT", "content_filter"],
  ["SPII", "content_filter"],
  ["MODEL_ARMOR", "content_filter"],
  ["LANGUAGE", "other"],
  ["toString", "other"],
])("the reason %s is %s", (reason, ours) => {
  expect(toFinishReason(reason)).toBe(ours);
});
