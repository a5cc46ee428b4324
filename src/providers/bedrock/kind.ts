/**
 * The kind `bedrock`: Amazon Bedrock's Converse API, which speaks to every vendor's models in one form.
 * Sources: the request types of `@aws-sdk/client-bedrock-runtime` 3.1164 (`ConverseStreamRequest`, `OutputConfig`), and
 * Bedrock's guide to structured outputs (https://docs.aws.amazon.com/bedrock/latest/userguide/structured-output.html).
 */
export const bedrockKind = {
  name: "bedrock",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      region: { type: "string", description: "The AWS region that answers, such as us-east-1." },
      access_key_id: { type: "string", description: "Signs requests, together with `secret_access_key`." },
      secret_access_key: { type: "string", description: "The secret of `access_key_id`." },
      session_token: { type: "string", description: "Of temporary credentials: goes with the two keys." },
      profile: { type: "string", description: "A profile of ~/.aws/config and ~/.aws/credentials." },
      credentials: {
        enum: ["chain"],
        description: "Credentials are looked for as the AWS SDK does: environment, files of ~/.aws, SSO, the machine's or container's role.",
      },
      stream: { type: "boolean", description: "false for models that cannot stream: the reply then comes in one piece." },
    },
  },
  requiredOptions: ["region", ["api_key", "access_key_id", "profile", "credentials"]],
  parameters: ["temperature", "top_p", "max_tokens", "stop", "reasoning"],
  demands: [],
  // `OutputConfig.effort`. Whether a model thinks at all is its vendor's own field: `extra: { additionalModelRequestFields }`.
  reasoning: ["low", "medium", "high", "xhigh", "max"],
  outputModes: ["native", "tool", "text"],
  toolChoices: ["auto", "required", "none", "tool"],
  // A schema with one of these is refused with a 400; of an array's bounds only a `minItems` of 0 or 1 is understood.
  refusedKeywords: ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "minItems", "maxItems"],
  tools: true,
  images: true,
  documents: true,
  // The package knows a role `system` among the messages, too, and Amazon lists nowhere which models take it in Converse.
  systemTexts: "leading",
  caching: "marks",
  // Written as `base_url` these are Amazon's own; other regions are reached through `region`.
  hosts: ["bedrock-runtime.us-east-1.amazonaws.com", "bedrock-runtime.us-west-2.amazonaws.com", "bedrock-runtime.eu-central-1.amazonaws.com"],
  network: true,
} as const;
