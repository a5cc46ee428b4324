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

/** What to change where the request came to the wrong place, or where one field of it was refused. */
export function hintOf(failure: Failure): string | undefined {
  const { status, code, message } = failure;
  // https://platform.openai.com/docs/guides/your-data#data-residency-controls
  if (code === "incorrect_hostname") {
    const host = /request to ([\w-]+(?:\.[\w-]+)+)/.exec(message)?.[1];
    return host === undefined ? "Write the address of the project's region into `base_url`." : `Write \`base_url: "https://${host}/v1"\` on the provider.`;
  }
  if (code === "unsupported_country_region_territory") return "It is not the key: requests from this country or region are not served.";
  if (status === 404) return "Look at the model's id and at `base_url`, which usually ends in `/v1`.";
  return status === 400 || status === 422 ? hintOfField(failure) : undefined;
}

/** The vendor's error names the field in `param`, or in its sentence. */
function hintOfField({ code, message, error }: Failure): string | undefined {
  if (/encrypted content is not supported/i.test(message)) return "Leave `reasoning` out of the model, or write `extra: { include: [] }` on it.";
  if (/\bresponse_format\b|\btext\.format\b/.test(`${error["param"]} ${message}`))
    return "Write `output: tool` on the agent, or choose a model that takes schemas.";
  const param = typeof error["param"] === "string" ? error["param"] : (/^Unsupported (?:parameter|value): '([\w.]+)'/.exec(message)?.[1] ?? "");
  const name = Object.hasOwn(names, param) ? names[param] : undefined;
  if (name === undefined) return undefined;
  const unsupported = code === "unsupported_parameter" || /^(unsupported|unrecognized|unknown) /i.test(message);
  if (unsupported && param === "max_completion_tokens") return "Write `max_tokens_field: max_tokens` on the provider.";
  if (unsupported && param === "max_tokens") return "Leave `max_tokens_field` out of the provider.";
  return `Change \`${name}\` of the model, or leave it out.`;
}
