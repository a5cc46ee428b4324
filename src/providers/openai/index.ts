import type { Provider } from "../../agent/provider.ts";
import type { Dependencies } from "../common/dependencies.ts";
import { secretsAmong } from "../common/failure.ts";
import { openaiKind } from "./kind.ts";
import { defaultBaseUrl, type OpenAIOptions } from "./options.ts";
import { protocolProvider } from "./provider.ts";

/** Models of OpenAI, and of every server that speaks its chat completions or its Responses (`base_url`). */
export function openai(options: OpenAIOptions, dependencies: Dependencies = {}): Provider {
  const { api_key, base_url, headers, organization, project } = options;
  return protocolProvider(
    {
      kind: openaiKind,
      connection: {
        base: base_url ?? defaultBaseUrl,
        key: api_key,
        ...(headers === undefined ? {} : { headers }),
        ...(organization === undefined ? {} : { organization }),
        ...(project === undefined ? {} : { project }),
      },
      path: (api) => (api === "chat_completions" ? "/chat/completions" : "/responses"),
      options,
      secrets: secretsAmong([api_key, ...Object.values(headers ?? {})]),
    },
    dependencies,
  );
}
