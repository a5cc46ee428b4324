import { type Behaviour, status } from "./local-server.ts";
import { chatOf, completionEvents, openaiServer, type ReplyOptions } from "./openai-server.ts";

/** A server at whose `origin` a resource of Azure stands: `base_url: server.origin`. */
export { openaiServer as azureServer };

const harmless = { hate: { filtered: false, severity: "safe" }, violence: { filtered: false, severity: "safe" } };

/** The events of a deployment's chat completion: the prompt's filter first, without id, model or choices. */
export function azureEvents(text: string, model: string, options: ReplyOptions = {}): string[] {
  const first = { choices: [], created: 0, id: "", model: "", object: "", prompt_filter_results: [{ prompt_index: 0, content_filter_results: harmless }] };
  const offsets = {
    content_filter_offsets: { check_offset: 44, start_offset: 44, end_offset: 198 },
    content_filter_results: harmless,
    finish_reason: null,
    index: 0,
  };
  const filtered = { choices: [offsets], created: 0, id: "", model: "", object: "" };
  return [first, filtered].map((event) => `data: ${JSON.stringify(event)}\n\n`).concat(completionEvents(text, model, options));
}

/** A reply of a deployment, which names the model that stands behind it. */
export function azureReply(text: unknown, options: ReplyOptions & { readonly model?: string } = {}): Behaviour {
  return (request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
    const events = azureEvents(typeof text === "string" ? text : JSON.stringify(text), options.model ?? String(chatOf(request)?.model), options);
    response.end(`${events.join("")}data: [DONE]\n\n`);
  };
}

/** A refusal as Azure writes it: `code` is often the status as a text. */
export function azureError(code: number, error: Readonly<Record<string, unknown>>, headers: Readonly<Record<string, string>> = {}): Behaviour {
  return status(code, { error }, headers);
}

/** A prompt that the content filter turned down. */
export const filteredPrompt = {
  message: "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry.",
  type: null,
  param: "prompt",
  code: "content_filter",
  status: 400,
  innererror: {
    code: "ResponsibleAIPolicyViolation",
    content_filter_result: {
      ...harmless,
      violence: { filtered: true, severity: "high" },
      jailbreak: { filtered: true, detected: true },
    },
  },
} as const;
