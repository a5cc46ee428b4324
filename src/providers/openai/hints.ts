import type { Failure } from "./errors.ts";

/** What a field of the request is called in a program. */
const names: Readonly<Record<string, string>> = {
  temperature: "temperature",
  top_p: "top_p",
  stop: "stop",
  seed: "seed",
  max_tokens: "max_tokens",
  max_completion_tokens: "max_tokens",
  max_output_tokens: "max_tokens",
  reasoning_effort: "reasoning",
  "reasoning.effort": "reasoning",
  reasoning: "reasoning",
};

/** What to change where the vendor refused one field of the request, which its error names in `param` or in its sentence. */
export function hintOfField({ status, code, message, error }: Failure): string | undefined {
  if (status !== 400 && status !== 422) return undefined;
  if (/encrypted content is not supported/i.test(message)) return "Leave `reasoning` out of the model, or write `extra: { include: [] }` on it.";
  const param = typeof error["param"] === "string" ? error["param"] : (/^Unsupported (?:parameter|value): '([\w.]+)'/.exec(message)?.[1] ?? "");
  const name = Object.hasOwn(names, param) ? names[param] : undefined;
  if (name === undefined) return undefined;
  const unsupported = code === "unsupported_parameter" || /^(unsupported|unrecognized|unknown) /i.test(message);
  if (unsupported && param === "max_completion_tokens") return "Write `max_tokens_field: max_tokens` on the provider.";
  if (unsupported && param === "max_tokens") return "Leave `max_tokens_field` out of the provider.";
  return `Change \`${name}\` of the model, or leave it out.`;
}
