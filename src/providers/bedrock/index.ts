import type { ModelChunk, ModelRequest, Provider } from "../../agent/provider.ts";
import { RunError } from "../../diagnostics/errors.ts";
import type { Dependencies } from "../common/dependencies.ts";
import { secretsAmong } from "../common/failure.ts";
import { ReplyStream } from "../common/reply-stream.ts";
import { openClient } from "./client.ts";
import type { BedrockContext } from "./context.ts";
import { ConverseReply } from "./converse-reply.ts";
import { bedrockKind } from "./kind.ts";
import { type BedrockOptions, baseUrl, callPath } from "./options.ts";
import { toBody } from "./wire.ts";

/** Models of Amazon Bedrock. Throws `RunError` where the SDK is not installed, or where it is not clear who asks. */
export async function bedrock(options: BedrockOptions, { fetch = globalThis.fetch }: Dependencies = {}): Promise<Provider> {
  const { api_key, access_key_id, secret_access_key, session_token, headers, region } = options;
  // It stands in the host's name, and in what is signed.
  if (!/^[\w<>.-]+$/.test(region)) {
    throw new RunError("invalid_request", `\`region\` cannot be "${region}".`, { hint: "Write its id, such as us-east-1." });
  }
  const signedWith = identityOf(options);
  const base = baseUrl(options);
  const secrets = secretsAmong([api_key, access_key_id, secret_access_key, session_token, ...Object.values(headers ?? {})]);
  const send = await openClient(options, fetch);
  const shared: Omit<BedrockContext, "signal"> = {
    secrets,
    host: URL.parse(base)?.host ?? base,
    region,
    signedWith,
    ...(options.base_url === undefined ? { unknownHost: unknownRegion(region) } : {}),
  };

  return {
    kind: bedrockKind,
    complete(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelChunk> {
      return new ReplyStream(new ConverseReply(() => send(request.model, toBody(request), signal), { ...shared, signal }), signal);
    },

    describe(request: ModelRequest) {
      return { method: "POST", url: `${base}${callPath(request.model, options)}`, body: toBody(request) };
    },

    async close() {
      if ("close" in fetch) await fetch.close?.();
    },
  };
}

/** Where nobody has the name of the region's own address. */
export function unknownRegion(region: string): string {
  return `Look at \`region\`: there may be no Bedrock in "${region}". Else look at the network.`;
}

/** The one way in which the options say who asks. */
function identityOf({ api_key, access_key_id, secret_access_key, profile, credentials }: BedrockOptions): BedrockContext["signedWith"] {
  const written = Object.entries({ api_key, access_key_id, profile, credentials }).filter(([, value]) => value !== undefined);
  const [first, second] = written.map(([name]) => name as BedrockContext["signedWith"]);
  if (first === undefined) {
    throw new RunError("auth", "Nothing says who asks Bedrock.", {
      hint: "Write `api_key`, or `access_key_id` and `secret_access_key`, or `credentials: chain`.",
    });
  }
  if (second !== undefined) {
    throw new RunError("auth", `\`${first}\` and \`${second}\` both say who asks Bedrock.`, { hint: "Leave one of them out." });
  }
  if (first === "access_key_id" && secret_access_key === undefined) {
    throw new RunError("auth", "`access_key_id` signs nothing without its secret.", { hint: "Write `secret_access_key: env.AWS_SECRET_ACCESS_KEY`." });
  }
  return first;
}
