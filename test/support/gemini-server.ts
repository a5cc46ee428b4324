import { type Behaviour, type LocalServer, localServer, rawStream, type Script, type ServedRequest, status } from "./local-server.ts";

export { type Behaviour, brokenStream, page, rawStream, redirect, resetAtOnce, type ServedRequest, silence, status } from "./local-server.ts";

/** A server that speaks Google's generateContent: `const server = await geminiServer([reply("Hello")])`, `base_url: server.origin`. */
export function geminiServer(script: Script): Promise<LocalServer> {
  return localServer(script);
}

/** The parts of a request that scripts look at. */
export interface GenerateRequest {
  readonly contents: readonly { readonly role?: string; readonly parts: readonly Readonly<Record<string, unknown>>[] }[];
  readonly systemInstruction?: { readonly parts: readonly { readonly text: string }[] };
  readonly [key: string]: unknown;
}

/** A request's body, as generateContent. */
export function generateOf(request: ServedRequest | undefined): GenerateRequest | undefined {
  return request?.body as GenerateRequest | undefined;
}

// ------------------------------------------------------------------------------------------------ replies that are right

export const someUsage = {
  promptTokenCount: 20,
  cachedContentTokenCount: 4,
  candidatesTokenCount: 8,
  thoughtsTokenCount: 2,
  totalTokenCount: 30,
} as const;

export interface ReplyOptions {
  /** Parts behind the text: calls, signatures. */
  readonly parts?: readonly object[];
  readonly finish?: string;
  /** Counted so far in every event, as the API does; null leaves it out. */
  readonly usage?: Readonly<Record<string, unknown>> | null;
  /** Characters to an event; default 8. */
  readonly chunk?: number;
}

/** The objects of a streamed reply: text in pieces, each part in an object of its own, the reason with the last. */
export function generated(text: string, { parts = [], finish = "STOP", usage = someUsage, chunk = 8 }: ReplyOptions = {}): object[] {
  const pieces: object[] = [];
  for (let at = 0; at < text.length; at += chunk) pieces.push({ text: text.slice(at, at + chunk) });
  const all = [...pieces, ...parts];
  if (all.length === 0) all.push({ text: "" });
  return all.map((part, index) => ({
    candidates: [{ content: { parts: [part], role: "model" }, ...(index === all.length - 1 ? { finishReason: finish } : {}), index: 0 }],
    ...(usage === null ? {} : { usageMetadata: usage }),
    modelVersion: "gemini-3.5-flash-001",
    responseId: "resp-1",
  }));
}

/** Each object as an event, as the API writes it with `alt=sse`. */
export function eventsOf(values: readonly unknown[]): string[] {
  return values.map((value) => `data: ${JSON.stringify(value)}\r\n\r\n`);
}

/** A reply as the API streams it. A value that is no string goes out as its JSON. */
export function reply(content: unknown, options: ReplyOptions = {}): Behaviour {
  return rawStream(eventsOf(generated(typeof content === "string" ? content : JSON.stringify(content), options)));
}

/** A reply that calls tools: Gemini 3 signs the first call and gives ids. */
export function callTools(...calls: readonly { readonly id?: string; readonly name: string; readonly args?: object }[]): Behaviour {
  return reply("", { parts: calls.map((functionCall, index) => ({ functionCall, ...(index === 0 ? { thoughtSignature: "c2lnbmVk" } : {}) })) });
}

// ---------------------------------------------------------------------------------------------------- replies that are not

export const errorInfo = (reason: string) => ({ "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason, domain: "googleapis.com" });
export const retryInfo = (retryDelay: string) => ({ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay });
export const quotaFailure = (...quotaIds: readonly string[]) => ({
  "@type": "type.googleapis.com/google.rpc.QuotaFailure",
  violations: quotaIds.map((quotaId) => ({ quotaMetric: "generativelanguage.googleapis.com/generate_content_requests", quotaId })),
});

export function errorBody(code: number, name: string, message: string, details?: readonly object[]): object {
  return { error: { code, message, status: name, ...(details === undefined ? {} : { details }) } };
}

export function rateLimited(retryDelay = "3s"): Behaviour {
  return status(
    429,
    errorBody(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota, please check your plan and billing details.", [
      quotaFailure("GenerateRequestsPerMinutePerProjectPerModel"),
      retryInfo(retryDelay),
    ]),
  );
}
