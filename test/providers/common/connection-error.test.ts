import { expect, test } from "vitest";
import { connectionError } from "../../../src/providers/common/connection-error.ts";

/** An error as the `openai` package wraps it: the code stands on a cause. */
function wrapped(code: string, message: string): Error {
  return new Error("Connection error.", { cause: new Error("fetch failed", { cause: Object.assign(new Error(message), { code }) }) });
}

const host = "api.example.com";

test.each([
  ["ENOTFOUND", "getaddrinfo ENOTFOUND api.example.com", "connection", "The name of api.example.com could not be found."],
  ["EAI_AGAIN", "getaddrinfo EAI_AGAIN api.example.com", "connection", "The name of api.example.com could not be found."],
  ["ECONNREFUSED", "connect ECONNREFUSED", "connection", "There is no server at api.example.com: the connection was refused."],
  ["ECONNRESET", "read ECONNRESET", "connection", "api.example.com closed the connection before the reply was whole."],
  ["EPIPE", "write EPIPE", "connection", "api.example.com closed the connection before the reply was whole."],
  ["UND_ERR_SOCKET", "other side closed", "connection", "api.example.com closed the connection before the reply was whole."],
  ["UND_ERR_CONNECT_TIMEOUT", "Connect Timeout Error", "connection", "api.example.com could not be reached in time."],
  ["UND_ERR_HEADERS_TIMEOUT", "Headers Timeout Error", "timeout", "api.example.com did not answer in time."],
  ["UND_ERR_BODY_TIMEOUT", "Body Timeout Error", "timeout", "api.example.com did not answer in time."],
  ["CERT_HAS_EXPIRED", "certificate has expired", "connection", "The certificate of api.example.com is not accepted: certificate has expired."],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "self-signed certificate", "connection", "The certificate of api.example.com is not accepted: self-signed certificate."],
  ["EHOSTUNREACH", "connect EHOSTUNREACH", "connection", "The connection to api.example.com failed: connect EHOSTUNREACH (EHOSTUNREACH)."],
])("%s is told in a sentence with the host", (code, message, errorClass, sentence) => {
  expect(connectionError(wrapped(code, message), host)).toMatchObject({ errorClass, message: sentence });
});

test("a certificate that is not accepted names the way out", () => {
  expect(connectionError(wrapped("SELF_SIGNED_CERT_IN_CHAIN", "self-signed certificate in certificate chain"), host).hint).toContain("NODE_EXTRA_CA_CERTS");
});

test("of several addresses that were tried the first one's failure counts", () => {
  const error = new AggregateError([Object.assign(new Error("connect ECONNREFUSED ::1"), { code: "ECONNREFUSED" })]);
  expect(connectionError(new Error("Connection error.", { cause: error }), host).message).toContain("refused");
});

test("what has no code keeps its words, and what is no error has none", () => {
  expect(connectionError(new Error("Something odd."), host).message).toBe("The connection to api.example.com failed: Something odd.");
  expect(connectionError("odd", host).message).toBe("The connection to api.example.com failed: no reason was given.");
});
