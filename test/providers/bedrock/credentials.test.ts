import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ModelRequest, ProviderError } from "../../../src/agent/provider.ts";
import { type GuardedFetch, guardedFetch } from "../../../src/net/guarded-fetch.ts";
import { bedrock } from "../../../src/providers/bedrock/index.ts";
import type { BedrockOptions } from "../../../src/providers/bedrock/options.ts";
import { folder } from "../../host/folder.ts";
import { bedrockServer, reply, silence, status } from "../../support/bedrock-server.ts";
import type { LocalServer, Script } from "../../support/local-server.ts";

const request: ModelRequest = {
  model: "amazon.nova-lite-v1:0",
  messages: [{ role: "user", content: "Hello" }],
  tools: [],
  toolChoice: "auto",
  parameters: {},
  origin: { runId: "run", agent: "greeter", path: "greeter/turn[0]", attempt: 1, outputMode: "text" },
};

const before = { ...process.env };
const servers: LocalServer[] = [];
let fetch: GuardedFetch | undefined;
beforeEach(() => {
  // Nothing of the machine that the tests run on.
  const nowhere = join(folder({}), "none");
  for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) delete process.env[name];
  Object.assign(process.env, { AWS_CONFIG_FILE: nowhere, AWS_SHARED_CREDENTIALS_FILE: nowhere, AWS_EC2_METADATA_DISABLED: "true" });
});
afterEach(async () => {
  process.env = { ...before };
  await fetch?.close();
  for (const server of servers.splice(0)) await server.close();
});

async function serve(script: Script): Promise<LocalServer> {
  const server = await bedrockServer(script);
  servers.push(server);
  return server;
}

async function ask(server: LocalServer, options: Partial<BedrockOptions>, signal = new AbortController().signal): Promise<string | ProviderError> {
  fetch = guardedFetch();
  const model = await bedrock({ region: "us-east-1", base_url: server.origin, ...options }, { fetch });
  let text = "";
  try {
    for await (const chunk of model.complete(request, signal)) if (chunk.type === "text") text += chunk.text;
    return text;
  } catch (thrown) {
    if (thrown instanceof ProviderError) return thrown;
    throw thrown;
  }
}

/** The access key that a request was signed with. */
const signer = (server: LocalServer, index = 0): string | undefined => /Credential=(\w+)\//.exec(String(server.requests[index]?.headers["authorization"]))?.[1];

test("what the environment and the files of ~/.aws say changes nothing", async () => {
  const files = folder({
    config: "[default]\nregion = eu-west-9\nmax_attempts = 9\nendpoint_url = http://127.0.0.1:1\nuse_fips_endpoint = true\nsdk_ua_app_id = from-file\n",
    credentials: "[default]\naws_access_key_id = AKIAFILE\naws_secret_access_key = file\n",
  });
  Object.assign(process.env, {
    AWS_CONFIG_FILE: join(files, "config"),
    AWS_SHARED_CREDENTIALS_FILE: join(files, "credentials"),
    AWS_PROFILE: "other",
    AWS_REGION: "eu-west-9",
    AWS_ACCESS_KEY_ID: "AKIAENV",
    AWS_SECRET_ACCESS_KEY: "env",
    AWS_SESSION_TOKEN: "env-session",
    AWS_BEARER_TOKEN_BEDROCK: "env-bearer",
    AWS_ENDPOINT_URL: "http://127.0.0.1:1",
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: "http://127.0.0.1:1",
    AWS_USE_FIPS_ENDPOINT: "true",
    AWS_USE_DUALSTACK_ENDPOINT: "true",
    AWS_MAX_ATTEMPTS: "9",
    AWS_RETRY_MODE: "adaptive",
    AWS_DEFAULTS_MODE: "mobile",
    AWS_AUTH_SCHEME_PREFERENCE: "httpBearerAuth",
    AWS_SDK_UA_APP_ID: "from-env",
    AWS_LAMBDA_FUNCTION_NAME: "f",
    _X_AMZN_TRACE_ID: "Root=1-2-3",
  });
  const server = await serve([reply("ok"), reply("ok"), status(500, {})]);
  expect(await ask(server, { access_key_id: "AKIAWRITTEN", secret_access_key: "written" })).toBe("ok");
  expect(await ask(server, { api_key: "written-key" })).toBe("ok");
  expect(await ask(server, { api_key: "written-key" })).toMatchObject({ class: "server_error" });
  expect(server.requests).toHaveLength(3);
  expect(server.requests[0]?.headers["authorization"]).toMatch(/Credential=AKIAWRITTEN\/\d{8}\/us-east-1\/bedrock\//);
  expect(server.requests[1]?.headers["authorization"]).toBe("Bearer written-key");
  for (const { headers } of server.requests) {
    expect(headers["x-amz-security-token"]).toBeUndefined();
    expect(headers["x-amzn-trace-id"]).toBeUndefined();
    expect(headers["amz-sdk-request"]).toBe("attempt=1; max=1");
    expect(JSON.stringify(headers)).not.toMatch(/from-env|from-file|env-/);
  }
});

test("`credentials: chain` takes what the environment has", async () => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: "AKIAENV", AWS_SECRET_ACCESS_KEY: "env", AWS_SESSION_TOKEN: "env-session" });
  const server = await serve([reply("ok")]);
  expect(await ask(server, { credentials: "chain" })).toBe("ok");
  expect([signer(server), server.requests[0]?.headers["x-amz-security-token"]]).toEqual(["AKIAENV", "env-session"]);
});

test("`profile` takes what stands under that name, whatever the environment has", async () => {
  const files = folder({ credentials: "[mine]\naws_access_key_id = AKIAMINE\naws_secret_access_key = mine\n" });
  Object.assign(process.env, { AWS_SHARED_CREDENTIALS_FILE: join(files, "credentials"), AWS_ACCESS_KEY_ID: "AKIAENV", AWS_SECRET_ACCESS_KEY: "env" });
  const server = await serve([reply("ok")]);
  expect(await ask(server, { profile: "mine" })).toBe("ok");
  expect(signer(server)).toBe("AKIAMINE");
});

/** A profile that takes on a role, which the token service is asked for. */
function roleOf(sts: LocalServer): void {
  const files = folder({
    config: "[profile role]\nrole_arn = arn:aws:iam::1:role/models\nsource_profile = base\nregion = us-east-1\n",
    credentials: "[base]\naws_access_key_id = AKIABASE\naws_secret_access_key = base\n",
  });
  Object.assign(process.env, {
    AWS_CONFIG_FILE: join(files, "config"),
    AWS_SHARED_CREDENTIALS_FILE: join(files, "credentials"),
    AWS_ENDPOINT_URL_STS: sts.origin,
  });
}

test("a role is taken on over the same guarded fetch, once for several requests", async () => {
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const credentials = `<Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>role</SecretAccessKey><SessionToken>role-session</SessionToken><Expiration>${until}</Expiration></Credentials>`;
  const answer = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>${credentials}</AssumeRoleResult></AssumeRoleResponse>`;
  const sts = await serve([status(200, answer, { "content-type": "text/xml" })]);
  roleOf(sts);
  const server = await serve([reply("one"), reply("two")]);
  fetch = guardedFetch();
  const model = await bedrock({ region: "us-east-1", base_url: server.origin, profile: "role" }, { fetch });
  for (let i = 0; i < 2; i++) for await (const _chunk of model.complete(request, new AbortController().signal));
  expect([signer(server, 0), signer(server, 1), server.requests[0]?.headers["x-amz-security-token"]]).toEqual(["ASIAROLE", "ASIAROLE", "role-session"]);
  expect([sts.requests.length, signer(sts)]).toEqual([1, "AKIABASE"]);
});

test("a call that is cancelled while credentials are looked for ends at once", async () => {
  const sts = await serve([silence()]);
  roleOf(sts);
  const server = await serve([]);
  const controller = new AbortController();
  const asked = ask(server, { profile: "role" }, controller.signal);
  await sts.arrived(1);
  controller.abort(new Error("enough"));
  expect(await asked).toMatchObject({ class: "cancelled" });
  expect(server.connections).toBe(0);
});

test("where there are no credentials the hint says what to write", async () => {
  const server = await serve([]);
  expect(await ask(server, { credentials: "chain" })).toMatchObject({
    class: "auth",
    message: "There are no AWS credentials: Could not load credentials from any providers.",
    hint: expect.stringContaining("`access_key_id`"),
  });
  expect(await ask(server, { profile: "nobody" })).toMatchObject({ class: "auth" });
  expect(server.connections).toBe(0);
});
