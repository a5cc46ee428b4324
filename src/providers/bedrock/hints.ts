import type { ErrorClass } from "../../diagnostics/classes.ts";
import type { BedrockContext } from "./context.ts";

/** What to type, or where to look, after the service's own words. */
export function hintOf(errorClass: ErrorClass, name: string, said: string, context: BedrockContext): string | undefined {
  if (errorClass === "auth") return authHint(name, said, context);
  if (errorClass === "not_found") return notFoundHint(said, context);
  if (errorClass === "invalid_request") return parameterHint(said);
  if (errorClass === "quota") return "What the account may use is used up: ask for more under Service Quotas in the AWS console, or use another model.";
  return undefined;
}

function authHint(name: string, said: string, { signedWith, region }: BedrockContext): string {
  if (/access to the model|model access/i.test(said)) return "Ask for access to this model in the Bedrock console (Model access), or use another.";
  if (/not authorized to perform/i.test(said)) return "The permission that is named has to be given to these credentials (IAM).";
  if (/scoped to a valid region/i.test(said)) return `Look at \`region\`: what answers is not in "${region}".`;
  if (/expired|not yet current|too skewed/i.test(said) && /signature/i.test(said))
    return "Look at the clock of this machine: signatures hold for five minutes.";
  if (/expired/i.test(`${name} ${said}`)) return "These credentials have run out: get new ones.";
  if (signedWith === "api_key") return `Look at \`api_key\`, and whether it is for the region "${region}".`;
  if (signedWith === "access_key_id") return "Look at `access_key_id` and `secret_access_key`, and at `session_token` where they are temporary.";
  return signedWith === "profile"
    ? "Look at `profile`, and at what stands under it in ~/.aws."
    : "Look at the credentials that the AWS SDK finds (aws sts get-caller-identity).";
}

function notFoundHint(said: string, { region }: BedrockContext): string {
  if (/on-demand throughput/i.test(said)) return "Write the id of an inference profile, which begins with a region: us., eu., apac. or global.";
  if (/use case/i.test(said)) return "Fill in the form of the model's vendor in the Bedrock console (Model access).";
  return `Look at the model's id, and at \`region\`: not every model is in "${region}".`;
}

/** What of a program a refused field comes from, by how Converse or a model's vendor calls it. */
const sources: readonly (readonly [RegExp, string])[] = [
  [/schema|textFormat|structured output|response_format/i, "Write `output: tool` or `output: text` on the agent, or another type."],
  [/stream/i, "Write `stream: false` on the provider."],
  [/tool_?choice/i, "Leave `tool_choice` out, or write `tool_choice: auto`."],
  [/tool ?(use|config)|toolSpec|tools? (is|are) not supported/i, "Leave `tools` out, or use a model that calls tools."],
  [/cache_?(point|control)|prompt caching/i, "Leave `cache` out, or use a model that caches."],
  [/top_?p\b/i, "Leave `top_p` out."],
  [/temperature/i, "Leave `temperature` out."],
  [/max(imum)?[_ ]?tokens/i, "Change `max_tokens`."],
  [/stop_?sequences/i, "Change `stop`."],
  [/effort|outputConfig|output_config/i, "Leave `reasoning` out; `extra: { additionalModelRequestFields: { … } }` takes what the model's vendor offers."],
  [/thinking|reasoning/i, "Look at `additionalModelRequestFields` in `extra`."],
  [/system (message|prompt|role)/i, "Leave `system` out, or use a model that takes one."],
  [/extraneous key|additionalModelRequestFields/i, "Look at `extra`."],
];

function parameterHint(said: string): string | undefined {
  return sources.find(([words]) => words.test(said))?.[1];
}
