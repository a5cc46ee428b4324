/** The options of the kind `bedrock`, named as in a program. One way to say who asks has to be there. */
export interface BedrockOptions {
  readonly region: string;
  /** A Bedrock API key, sent as a bearer token. */
  readonly api_key?: string;
  readonly access_key_id?: string;
  readonly secret_access_key?: string;
  readonly session_token?: string;
  readonly profile?: string;
  readonly credentials?: "chain";
  /** In place of the region's own address: a VPC endpoint, a gateway. */
  readonly base_url?: string;
  /** Sent with every request, over everything else. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Default true. */
  readonly stream?: boolean;
}

/** Partitions of AWS by how their regions begin, where they have a domain of their own (`partitions` of `@aws-sdk/core`). */
const domains: readonly (readonly [string, string])[] = [
  ["cn-", "amazonaws.com.cn"],
  ["eusc-", "amazonaws.eu"],
  ["us-isof-", "csp.hci.ic.gov"],
  ["us-isob-", "sc2s.sgov.gov"],
  ["us-iso-", "c2s.ic.gov"],
  ["eu-isoe-", "cloud.adc-e.uk"],
];

/** Where the API begins, without a slash at the end. */
export function baseUrl({ base_url, region }: Pick<BedrockOptions, "base_url" | "region">): string {
  if (base_url !== undefined) return base_url.replace(/\/+$/, "");
  const domain = domains.find(([start]) => region.startsWith(start))?.[1] ?? "amazonaws.com";
  return `https://bedrock-runtime.${region}.${domain}`;
}

/** The path of a call. An id may hold colons and slashes (an ARN), which are written out as the SDK writes them. */
export function callPath(model: string, { stream = true }: Pick<BedrockOptions, "stream">): string {
  const id = encodeURIComponent(model).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  return `/model/${id}/${stream ? "converse-stream" : "converse"}`;
}
