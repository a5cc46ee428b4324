import type { Kind } from "./kinds.ts";

/** One call through the vendor's own package, as its documentation shows it: its stream, its own way to the network. Gives the text. */
export type Ask = (question: string) => Promise<string>;

const key = "bench-key-0123456789";
const system = "You answer in one sentence.";

/** Each package out of the box, against a server at `origin`; it is imported here, and makes its client once. */
export const sdks: { readonly [K in Kind]: (origin: string) => Promise<Ask> } = {
  openai: async (origin) => {
    const { OpenAI } = await import("openai");
    const client = new OpenAI({ apiKey: key, baseURL: origin });
    return (question) => chatCompletion(client, question);
  },

  azure: async (origin) => {
    const { AzureOpenAI } = await import("openai");
    const client = new AzureOpenAI({ apiKey: key, endpoint: origin, apiVersion: "2024-10-21" });
    return (question) => chatCompletion(client, question);
  },

  responses: async (origin) => {
    const { OpenAI } = await import("openai");
    const client = new OpenAI({ apiKey: key, baseURL: origin });
    return async (question) => {
      const stream = await client.responses.create({ model: "gpt-5-mini", instructions: system, input: question, max_output_tokens: 200, stream: true });
      let text = "";
      for await (const event of stream) if (event.type === "response.output_text.delta") text += event.delta;
      return text;
    };
  },

  anthropic: async (origin) => {
    const { Anthropic } = await import("@anthropic-ai/sdk");
    const client = new Anthropic({ apiKey: key, baseURL: origin });
    return async (question) => {
      const messages = [{ role: "user" as const, content: question }];
      const stream = await client.messages.create({ model: "claude-sonnet-5", max_tokens: 200, system, messages, stream: true });
      let text = "";
      for await (const event of stream) if (event.type === "content_block_delta" && event.delta.type === "text_delta") text += event.delta.text;
      return text;
    };
  },

  gemini: async (origin) => {
    const { GoogleGenAI } = await import("@google/genai");
    const client = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: origin } });
    return async (question) => {
      const config = { systemInstruction: system, maxOutputTokens: 200 };
      const stream = await client.models.generateContentStream({ model: "gemini-2.5-flash", contents: question, config });
      let text = "";
      for await (const chunk of stream) text += chunk.text ?? "";
      return text;
    };
  },

  cohere: async (origin) => {
    const { CohereClientV2 } = await import("cohere-ai");
    const client = new CohereClientV2({ token: key, baseUrl: origin });
    return async (question) => {
      const messages = opening(question);
      const stream = await client.chatStream({ model: "command-a-03-2025", messages, maxTokens: 200 });
      let text = "";
      for await (const event of stream) if (event.type === "content-delta") text += event.delta?.message?.content?.text ?? "";
      return text;
    };
  },

  ollama: async (origin) => {
    const { Ollama } = await import("ollama");
    const client = new Ollama({ host: origin });
    return async (question) => {
      const stream = await client.chat({ model: "qwen3", messages: opening(question), options: { num_predict: 200 }, stream: true });
      let text = "";
      for await (const chunk of stream) text += chunk.message.content;
      return text;
    };
  },

  bedrock: async (origin) => {
    const { BedrockRuntimeClient, ConverseStreamCommand } = await import("@aws-sdk/client-bedrock-runtime");
    const client = new BedrockRuntimeClient({ region: "us-east-1", endpoint: origin, credentials: { accessKeyId: key, secretAccessKey: key } });
    return async (question) => {
      const { stream = [] } = await client.send(
        new ConverseStreamCommand({
          modelId: "amazon.nova-lite-v1:0",
          system: [{ text: system }],
          messages: [{ role: "user", content: [{ text: question }] }],
          inferenceConfig: { maxTokens: 200 },
        }),
      );
      let text = "";
      for await (const event of stream) text += event.contentBlockDelta?.delta?.text ?? "";
      return text;
    };
  },
};

async function chatCompletion(client: InstanceType<typeof import("openai").OpenAI>, question: string): Promise<string> {
  const stream = await client.chat.completions.create({
    model: "gpt-5-mini",
    messages: opening(question),
    max_completion_tokens: 200,
    stream: true,
    stream_options: { include_usage: true },
  });
  let text = "";
  for await (const chunk of stream) text += chunk.choices[0]?.delta?.content ?? "";
  return text;
}

function opening(question: string) {
  return [
    { role: "system" as const, content: system },
    { role: "user" as const, content: question },
  ];
}
