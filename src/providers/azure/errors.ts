import type { Refusal } from "../common/failure.ts";
import { isObject } from "../common/json.ts";
import type { Dialect, Failure } from "../openai/errors.ts";

/** What to look at where the resource's host is not known: it begins with the resource's name. */
export const unknownHost =
  "Look at `base_url`: it is https://NAME.openai.azure.com with the name of your resource, which the portal shows under Keys and Endpoint.";

/** How the author says who asks. */
export type SignIn = "api_key" | "token" | "getToken";

/** What Azure means by codes and sentences that OpenAI does not have. `deployment` is the model's id. */
export function azureDialect(deployment: string, signIn: SignIn): Dialect {
  return (failure) => {
    const { status, code, message } = failure;
    if (/DeploymentNotFound/i.test(code)) {
      const hint = `A model's id is the name of its deployment: look in the portal whether this resource has one named ${JSON.stringify(deployment)}.`;
      return { errorClass: "not_found", hint };
    }
    if (isFiltered(failure)) return { errorClass: "content_filter", ...filteredHint(failure) };
    if (/Out of call volume quota/i.test(message)) return { errorClass: "quota" };
    // All that share a region compete for it: https://learn.microsoft.com/azure/ai-foundry/openai/how-to/quota
    if (/NoCapacity|EngineOverloaded/i.test(code) || (status === 429 && /high demand|maximum usage size/i.test(message))) return { errorClass: "overloaded" };
    if (/virtual network|firewall|public access is disabled|private endpoint/i.test(message)) {
      return { errorClass: "auth", hint: "The resource takes no requests from this network: look at its Networking in the portal." };
    }
    if (code === "PermissionDenied" || /lacks the required data action/i.test(message)) {
      return { errorClass: "auth", hint: "Give this identity the role Cognitive Services OpenAI User on the resource; it takes some minutes to hold." };
    }
    if (status === 401) return { hint: refusedHint(signIn) };
    if (/api.version/i.test(message)) return { hint: "Leave `api_version` out: then the current API is asked, which has no versions." };
    if (status === 404) return { hint: "Look at `base_url`, which is https://NAME.openai.azure.com, and at `api_version`, if it is written." };
    if (/^The chatCompletion operation does not work/i.test(message)) return { hint: "Write `api: responses` on the provider." };
    return {};
  };
}

function refusedHint(signIn: SignIn): string {
  if (signIn === "api_key") return "Look at `api_key` and `base_url`: a key opens the one resource that it belongs to.";
  const from = "az account get-access-token --resource https://cognitiveservices.azure.com --query accessToken -o tsv";
  return signIn === "token"
    ? `The \`token\` is refused; it lasts for an hour or so. A new one: ${from}`
    : "The token of `getToken` is refused: is it for https://cognitiveservices.azure.com?";
}

function isFiltered({ code, error }: Failure): boolean {
  const inner = isObject(error["innererror"]) ? error["innererror"]["code"] : undefined;
  return code === "content_filter" || inner === "ResponsibleAIPolicyViolation";
}

/** The categories that the filter took offence at: https://learn.microsoft.com/azure/ai-foundry/openai/concepts/content-filter */
function filteredHint({ error }: Failure): Pick<Refusal, "hint"> {
  const holders = [error, error["innererror"], ...(Array.isArray(error["content_filters"]) ? error["content_filters"] : [])].filter(isObject);
  const results = holders.flatMap((holder) => [holder["content_filter_result"], holder["content_filter_results"]]).filter(isObject);
  const found = results.flatMap((result) =>
    Object.entries(result).flatMap(([category, verdict]) => {
      if (!isObject(verdict) || verdict["filtered"] !== true) return [];
      return typeof verdict["severity"] === "string" ? `${category} (${verdict["severity"]})` : category;
    }),
  );
  return found.length === 0 ? {} : { hint: `The filter names ${found.join(", ")}: change the prompt, or the content filter of the deployment.` };
}
