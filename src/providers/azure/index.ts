import { type Provider, ProviderError } from "../../agent/provider.ts";
import { RunError } from "../../diagnostics/errors.ts";
import type { Dependencies } from "../common/dependencies.ts";
import { secretsAmong } from "../common/failure.ts";
import { protocolProvider } from "../openai/provider.ts";
import { addressOf } from "./address.ts";
import { azureDialect, hints, type SignIn } from "./errors.ts";
import { azureKind } from "./kind.ts";
import type { AzureOptions } from "./options.ts";

export interface AzureDependencies extends Dependencies {
  /**
   * Gives a valid access token of Microsoft Entra before each request, for programs that run longer than a token lasts:
   * `getBearerTokenProvider(new DefaultAzureCredential(), "https://cognitiveservices.azure.com/.default")` of
   * `@azure/identity`, which keeps a token for as long as it is valid. In place of `api_key` and `token`. In a program it
   * comes from a module of one's own: `provider llm = from "./azure.ts" { … }`, which gives `azure(options, { getToken })`.
   */
  readonly getToken?: (signal: AbortSignal) => Promise<string>;
}

/** Models deployed in a resource of Azure OpenAI or Microsoft Foundry. Throws a `RunError` where it is not said once who asks. */
export function azure(options: AzureOptions, { getToken, ...dependencies }: AzureDependencies = {}): Provider {
  const { base, query, path } = addressOf(options);
  const signIn = signInOf(options, getToken !== undefined);
  const secrets = secretsAmong([options.api_key, options.token, ...Object.values(options.headers ?? {})]);

  async function token(signal: AbortSignal): Promise<string> {
    try {
      const fresh = (await getToken?.(signal)) ?? "";
      if (!secrets.includes(fresh)) secrets.push(...secretsAmong([fresh]));
      return fresh;
    } catch (cause) {
      if (signal.aborted) throw cause;
      throw new ProviderError("auth", `There is no token: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    }
  }

  return protocolProvider(
    {
      kind: azureKind,
      connection: {
        base,
        ...(query === undefined ? {} : { query }),
        key: options.api_key ?? options.token ?? "none",
        // A key has a header of its own; what the package would make of it is a token's.
        headers: { ...(signIn === "api_key" ? { authorization: null, "api-key": options.api_key ?? "" } : {}), ...options.headers },
        ...(signIn === "getToken" ? { token } : {}),
      },
      path,
      options,
      secrets,
      hints,
      dialect: ({ model }) => azureDialect(model, signIn),
    },
    dependencies,
  );
}

function signInOf({ api_key, token }: AzureOptions, getsTokens: boolean): SignIn {
  const ways: SignIn[] = [
    ...(api_key === undefined ? [] : ["api_key" as const]),
    ...(token === undefined ? [] : ["token" as const]),
    ...(getsTokens ? ["getToken" as const] : []),
  ];
  const [way] = ways;
  if (way !== undefined && ways.length === 1) return way;
  const hint = "Keep `api_key`, or `token` with an access token of Microsoft Entra.";
  throw new RunError(
    "invalid_request",
    way === undefined ? "It is not said who asks." : `There are ${ways.map((one) => `\`${one}\``).join(" and ")}, and only one can be sent.`,
    { hint },
  );
}
