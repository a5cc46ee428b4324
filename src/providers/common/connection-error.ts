import type { ErrorClass } from "../../diagnostics/classes.ts";

/** What came of a request that no server answered, or whose answer broke off. */
export interface ConnectionFailure {
  readonly errorClass: ErrorClass;
  /** A sentence. */
  readonly message: string;
  readonly hint?: string;
  readonly shouldRetry?: boolean;
}

/** What a vendor's users look at first, where that is not `base_url`. */
export interface ConnectionHints {
  /** Where no server runs. */
  readonly start?: string;
  /** Where no host has this name. */
  readonly unknownHost?: string;
}

const certificate = /^(CERT_|UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|ERR_TLS_CERT|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)/;

/**
 * The failure by its code, which stands on the error or on one of its causes: Node's system errors, OpenSSL's, undici's
 * (https://undici.nodejs.org/#/docs/api/Errors) and that of a refused redirect. `start` is what to do where no server runs.
 */
export function connectionError(thrown: unknown, host: string, hints: ConnectionHints = {}): ConnectionFailure {
  const { code, message } = innermost(thrown);
  if (code === "REDIRECT_REFUSED") {
    return { errorClass: "connection", message, hint: "Write the address that is meant into `base_url`.", shouldRetry: false };
  }
  if (code === "ERR_INVALID_URL") {
    return { errorClass: "invalid_request", message: `"${host}" is no address of a server.`, hint: "`base_url` begins with https:// or http://." };
  }
  if (code === "UND_ERR_HEADERS_TIMEOUT" || code === "UND_ERR_BODY_TIMEOUT") return { errorClass: "timeout", message: `${host} did not answer in time.` };
  if (code === "ECONNREFUSED") {
    return {
      errorClass: "connection",
      message: `There is no server at ${host}: the connection was refused.`,
      hint: hints.start ?? "Start the server, or look at `base_url`.",
    };
  }
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return {
      errorClass: "connection",
      message: `The name of ${host} could not be found.`,
      hint: hints.unknownHost ?? "Look at `base_url` and at the network.",
    };
  }
  if (code === "UND_ERR_CONNECT_TIMEOUT" || code === "ETIMEDOUT") return { errorClass: "connection", message: `${host} could not be reached in time.` };
  if (certificate.test(code)) {
    const hint = "If a proxy or the server uses a certificate of your own, name its file in NODE_EXTRA_CA_CERTS.";
    return { errorClass: "connection", message: `The certificate of ${host} is not accepted: ${message}.`, hint };
  }
  if (code === "UND_ERR_SOCKET" || code === "ECONNRESET" || code === "EPIPE") {
    return { errorClass: "connection", message: `${host} closed the connection before the reply was whole.` };
  }
  return { errorClass: "connection", message: `The connection to ${host} failed: ${message}${code === "" ? "" : ` (${code})`}.` };
}

/** The first code on the way to the innermost cause, with that error's words. Of several addresses tried, the first counts. */
function innermost(thrown: unknown): { readonly code: string; readonly message: string } {
  let message = "no reason was given";
  let current: unknown = thrown;
  for (let depth = 0; depth < 8 && current instanceof Error; depth++) {
    if (current.message !== "") message = current.message;
    if ("code" in current && typeof current.code === "string") return { code: current.code, message };
    current = current.cause ?? (current instanceof AggregateError ? current.errors[0] : undefined);
  }
  return { code: "", message: message.replace(/\.$/, "") };
}
