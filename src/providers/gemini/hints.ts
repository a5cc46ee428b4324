import type { ErrorClass } from "../../diagnostics/classes.ts";
import type { Said } from "./errors.ts";

/** Which parameter the vendor's words are about, by the names that it has for them. */
const parameters: readonly (readonly [words: RegExp, name: string])[] = [
  [/max_?output_?tokens/i, "max_tokens"],
  [/stop_?sequences?/i, "stop"],
  [/temperature/i, "temperature"],
  [/top_?p\b/i, "top_p"],
  [/\bseed\b/i, "seed"],
];

/** What to change, where the vendor's words are about something that a program writes otherwise. */
export function hintFor(errorClass: ErrorClass, { message, details }: Said): string | undefined {
  if (errorClass === "auth") {
    if (/user location/i.test(message)) return undefined;
    if (/api.?key/i.test(message)) return "Look at `api_key`: Google does not accept it for this.";
    if (/credential|token/i.test(message)) return "Look at `access_token`, which lasts an hour, or at `credentials`.";
    return "Look at what the key's project may do: the API has to be enabled in it, and the model allowed.";
  }
  if (errorClass === "not_found") {
    return "Look at the model's id, at `location` where there is one (not every model is everywhere), and at `base_url`, which stands without the version.";
  }
  if (errorClass !== "invalid_request") return undefined;
  if (/thinking|thought/i.test(message) && !/signature/i.test(message)) {
    return "Change `reasoning` on the model or take it away. Before Gemini 3, write `extra: { generationConfig: { thinkingConfig: { thinkingBudget: … } } }`.";
  }
  if (/response mime type|response_?mime/i.test(message) && /function|tool/i.test(message)) {
    return "Write `output: tool` on the agent: before Gemini 3, JSON cannot be asked for beside tools.";
  }
  if (/\b(location|region)\b/i.test(message)) return "Look at `location`: not every model is everywhere.";
  if (/function calling is not/i.test(message)) return "Leave `tools` out, or use a model that calls tools.";
  if (/response_?(json_?)?schema|too many states/i.test(message))
    return "Write `output: tool` or `output: text` on the agent, or make the result's type simpler.";
  // Whatever stands in a request but what the author added is known to the API.
  if (/unknown name/i.test(message)) return "Look at `extra`.";
  if (/payload size/i.test(message)) return "Give large files by their address.";
  const fields = details.flatMap((detail) => (Array.isArray(detail["fieldViolations"]) ? detail["fieldViolations"] : []));
  const words = `${message} ${JSON.stringify(fields)}`;
  const name = parameters.find(([pattern]) => pattern.test(words))?.[1];
  return name === undefined ? undefined : `Change \`${name}\` on the model, or take it away.`;
}
