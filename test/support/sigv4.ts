import { createHash, createHmac } from "node:crypto";
import type { ServedRequest } from "./local-server.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();

/**
 * The `authorization` that a request with these headers and this body must carry, from AWS's description of its signature
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
 */
export function signatureV4(
  request: ServedRequest,
  key: { readonly id: string; readonly secret: string; readonly region: string; readonly service: string },
): string {
  const { id, secret, region, service } = key;
  const names = (/SignedHeaders=([^,]+)/.exec(String(request.headers["authorization"]))?.[1] ?? "").split(";");
  const at = String(request.headers["x-amz-date"]);
  // Each part of the path is written out once more than it stands in the path.
  const path = request.path.split("/").map(encodeURIComponent).join("/");
  const headers = names.map((name) => `${name}:${String(request.headers[name]).trim()}\n`).join("");
  const canonical = [request.method, path, "", headers, names.join(";"), sha256(request.text)].join("\n");
  const scope = `${at.slice(0, 8)}/${region}/${service}/aws4_request`;
  const signing = [at.slice(0, 8), region, service, "aws4_request"].reduce<string | Buffer>((from, part) => hmac(from, part), `AWS4${secret}`);
  const signature = hmac(signing, ["AWS4-HMAC-SHA256", at, scope, sha256(canonical)].join("\n")).toString("hex");
  return `AWS4-HMAC-SHA256 Credential=${id}/${scope}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
}
