import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";
import { type ModelRequest, ProviderError } from "../../../src/agent/provider.ts";
import { RunError } from "../../../src/diagnostics/errors.ts";
import { type GuardedFetch, guardedFetch } from "../../../src/net/guarded-fetch.ts";
import { gemini } from "../../../src/providers/gemini/index.ts";
import type { GeminiOptions } from "../../../src/providers/gemini/options.ts";
import { type Behaviour, geminiServer, reply, silence, status } from "../../support/gemini-server.ts";
import { type LocalServer, localServer } from "../../support/local-server.ts";

const token = "ya29.test-0123456789abcdef";
const request: ModelRequest = {
  model: "gemini-3.5-flash",
  messages: [{ role: "user", content: "Hello" }],
  tools: [],
  toolChoice: "auto",
  parameters: {},
  origin: { runId: "run", agent: "greeter", path: "greeter/turn[0]", attempt: 1, outputMode: "text" },
};

let servers: LocalServer[] = [];
let fetch: GuardedFetch | undefined;
beforeEach(() => {
  // The package says aloud which variables of the environment it passes over.
  vi.spyOn(console, "debug").mockImplementation(() => undefined);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await fetch?.close();
  for (const server of servers) await server.close();
  servers = [];
});

async function served(server: Promise<LocalServer>): Promise<LocalServer> {
  servers.push(await server);
  return await server;
}

async function said(options: GeminiOptions, using: typeof globalThis.fetch, signal: AbortSignal = new AbortController().signal): Promise<string> {
  let text = "";
  for await (const chunk of gemini(options, { fetch: using }).complete(request, signal)) if (chunk.type === "text") text += chunk.text;
  return text;
}

async function failureOf(said: Promise<string>): Promise<ProviderError> {
  const error = await said.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ProviderError)) throw new Error(`it threw ${String(error)}`);
  return error;
}

const direct = { access_token: token, project: "my-project" } as const;
const model = "publishers/google/models/gemini-3.5-flash:streamGenerateContent?alt=sse";

test.each<[options: GeminiOptions, id: string, url: string]>([
  [{ api_key: "k" }, "gemini-3.5-flash", "https://generativelanguage.googleapis.com/v1beta/models/gemini-3.5-flash:streamGenerateContent?alt=sse"],
  [{ api_key: "k", api_version: "v1" }, "tunedModels/t", "https://generativelanguage.googleapis.com/v1/tunedModels/t:streamGenerateContent?alt=sse"],
  [{ api_key: "k", vertex: true }, "gemini-3.5-flash", `https://aiplatform.googleapis.com/v1beta1/${model}`],
  [
    { api_key: "k", project: "my-project", location: "us-central1" },
    "gemini-3.5-flash",
    `https://us-central1-aiplatform.googleapis.com/v1beta1/projects/my-project/locations/us-central1/${model}`,
  ],
  [direct, "gemini-3.5-flash", `https://aiplatform.googleapis.com/v1beta1/projects/my-project/locations/global/${model}`],
  [
    { ...direct, location: "europe-west4" },
    "gemini-3.5-flash",
    `https://europe-west4-aiplatform.googleapis.com/v1beta1/projects/my-project/locations/europe-west4/${model}`,
  ],
  [{ ...direct, location: "eu" }, "gemini-3.5-flash", `https://aiplatform.eu.rep.googleapis.com/v1beta1/projects/my-project/locations/eu/${model}`],
  [
    direct,
    "meta/llama-4",
    "https://aiplatform.googleapis.com/v1beta1/projects/my-project/locations/global/publishers/meta/models/llama-4:streamGenerateContent?alt=sse",
  ],
  [
    direct,
    "projects/p2/locations/us/endpoints/7",
    "https://aiplatform.googleapis.com/v1beta1/projects/p2/locations/us/endpoints/7:streamGenerateContent?alt=sse",
  ],
])("with %j the model %s is asked at the address that the package has for it", async (options, id, url) => {
  const provider = gemini(options);
  expect(provider.describe?.({ ...request, model: id }).url).toBe(url);
  // What the package itself makes of the options, sent somewhere else.
  const server = await served(geminiServer([reply("ok")]));
  fetch = guardedFetch();
  const elsewhere: typeof globalThis.fetch = (to, init) => {
    expect(String(to)).toBe(url);
    return (fetch as GuardedFetch)(server.origin, init);
  };
  for await (const _ of gemini(options, { fetch: elsewhere }).complete({ ...request, model: id }, new AbortController().signal));
});

test("an access token goes along as it is, and no key of the environment's", async () => {
  const server = await served(geminiServer([reply("Hello.")]));
  fetch = guardedFetch();
  const before = { ...process.env };
  Object.assign(process.env, { GEMINI_API_KEY: "AIza-env", GOOGLE_CLOUD_LOCATION: "us-central1", GOOGLE_APPLICATION_CREDENTIALS: "/nowhere.json" });
  try {
    expect(await said({ ...direct, base_url: server.origin }, fetch)).toBe("Hello.");
  } finally {
    process.env = before;
  }
  const [seen] = server.requests;
  expect(seen?.path).toBe(`/v1beta1/projects/my-project/locations/global/${model}`);
  expect([seen?.headers["authorization"], seen?.headers["x-goog-api-key"]]).toEqual([`Bearer ${token}`, undefined]);
});

test("a key of the express mode goes along as a key", async () => {
  const server = await served(geminiServer([reply("Hello.")]));
  fetch = guardedFetch();
  const before = { ...process.env };
  Object.assign(process.env, { GOOGLE_CLOUD_PROJECT: "project-env", GOOGLE_CLOUD_LOCATION: "us-central1" });
  try {
    expect(await said({ api_key: "AIza-express", vertex: true, base_url: server.origin }, fetch)).toBe("Hello.");
  } finally {
    process.env = before;
  }
  expect([server.requests[0]?.path, server.requests[0]?.headers["x-goog-api-key"]]).toEqual([`/v1beta1/${model}`, "AIza-express"]);
});

test("an expired token is told with what to look at", async () => {
  const server = await served(geminiServer([status(401, { error: { code: 401, status: "UNAUTHENTICATED", message: `Token ${token} has expired.` } })]));
  fetch = guardedFetch();
  const error = await failureOf(said({ ...direct, base_url: server.origin }, fetch));
  expect([error.class, error.message]).toEqual(["auth", "Token *** has expired."]);
  expect(error.hint).toContain("`access_token`, which lasts an hour");
});

test("a location whose host does not exist is what to look at", async () => {
  const lost: typeof globalThis.fetch = async () => {
    throw new TypeError("fetch failed", { cause: Object.assign(new Error("getaddrinfo ENOTFOUND"), { code: "ENOTFOUND" }) });
  };
  const error = await failureOf(said({ ...direct, location: "mars-1" }, lost));
  expect([error.class, error.message]).toEqual(["connection", "The name of mars-1-aiplatform.googleapis.com could not be found."]);
  expect(error.hint).toContain("`location`");
});

// --------------------------------------------------------------------------------------------------- credentials in a file

const folder = mkdtempSync(join(tmpdir(), "tantra-gemini-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: object | string): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const account = file("account.json", {
  type: "service_account",
  client_email: "robot@my-project.iam.gserviceaccount.com",
  private_key: privateKey.export({ type: "pkcs8", format: "pem" }),
});
const person = file("person.json", { type: "authorized_user", client_id: "c", client_secret: "s", refresh_token: "r", quota_project_id: "pays" });

/** Google's place for tokens, whose address is fixed, and the API; the fetch sends each its requests. */
async function signedIn(tokens: readonly Behaviour[], replies: readonly Behaviour[]) {
  const signIn = await served(localServer(tokens));
  const api = await served(geminiServer(replies));
  const guarded = guardedFetch();
  fetch = guarded;
  const both: typeof globalThis.fetch = (to, init) => {
    const url = new URL(String(to));
    return guarded(url.host === "oauth2.googleapis.com" ? `${signIn.origin}${url.pathname}` : url, init);
  };
  return { signIn, api, fetch: both, options: (credentials: string): GeminiOptions => ({ project: "my-project", credentials, base_url: api.origin }) };
}

const granted = status(200, { access_token: "ya29.fetched", expires_in: 3600, token_type: "Bearer" });

test("a service account's key fetches one token for all requests, through the guarded fetch", async () => {
  const world = await signedIn([granted], [reply("One."), reply("Two.")]);
  const provider = gemini(world.options(account), { fetch: world.fetch });
  for (const expected of ["One.", "Two."]) {
    let text = "";
    for await (const chunk of provider.complete(request, new AbortController().signal)) if (chunk.type === "text") text += chunk.text;
    expect(text).toBe(expected);
  }
  expect(world.signIn.requests).toHaveLength(1);
  expect(new URLSearchParams(world.signIn.requests[0]?.text).get("grant_type")).toBe("urn:ietf:params:oauth:grant-type:jwt-bearer");
  expect(world.api.requests.map(({ headers }) => headers["authorization"])).toEqual(["Bearer ya29.fetched", "Bearer ya29.fetched"]);
});

test("what gcloud writes for a person serves as well, with the project that pays", async () => {
  const world = await signedIn([granted], [reply("One.")]);
  expect(await said(world.options(person), world.fetch)).toBe("One.");
  expect(world.api.requests[0]?.headers).toMatchObject({ authorization: "Bearer ya29.fetched", "x-goog-user-project": "pays" });
});

test.each<[what: string, tokens: Behaviour, errorClass: string, message: RegExp]>([
  ["takes the key back", status(400, { error: "invalid_grant", error_description: "Invalid JWT Signature." }), "auth", /invalid_grant: Invalid JWT Signature/],
  ["is busy", status(503, "busy"), "server_error", /^Signing in to Google Cloud failed/],
])("when Google's place for tokens %s, the request fails after one try", async (_what, tokens, errorClass, message) => {
  const world = await signedIn([tokens, granted], []);
  const error = await failureOf(said(world.options(account), world.fetch));
  expect(error.class).toBe(errorClass);
  expect(error.message).toMatch(message);
  expect(world.signIn.requests).toHaveLength(1);
  expect(world.api.requests).toHaveLength(0);
});

test("a call that is cancelled while its token is fetched ends at once", async () => {
  const world = await signedIn([silence()], []);
  const controller = new AbortController();
  const failed = failureOf(said(world.options(account), world.fetch, controller.signal));
  await world.signIn.arrived(1);
  controller.abort(new Error("enough"));
  expect((await failed).class).toBe("cancelled");
});

test.each([
  ["is not there", "nowhere.json", /no such file/],
  ["is no key", "{}.json", /client_email/],
])("a file that %s is told with what it should be", async (_what, name, message) => {
  file("{}.json", "{}");
  const world = await signedIn([], []);
  const error = await failureOf(said(world.options(join(folder, name)), world.fetch));
  expect([error.class, error.message.startsWith("Signing in to Google Cloud failed: ")]).toEqual(["auth", true]);
  expect(error.message).toMatch(message);
  expect(error.hint).toContain("`credentials`");
});

// ----------------------------------------------------------------------------------------------- options that do not go together

test.each<[options: GeminiOptions, message: string]>([
  [{ access_token: token }, "`access_token` is given without a `project`."],
  [{ api_key: "k", location: "eu" }, "`location` is given without a `project`."],
  [{ project: "p" }, "There is nothing to sign in with."],
  [{ project: "p", access_token: token, credentials: "./key.json" }, "There are two ways to sign in: `access_token` and `credentials`."],
  [{ ...direct, location: "evil.example/" }, '`location` cannot be "evil.example/".'],
  [{ ...direct, project: "p/../q" }, '`project` cannot be "p/../q".'],
])("%j is refused before anything is sent", (options, message) => {
  expect(() => gemini(options)).toThrow(message);
  expect(() => gemini(options)).toThrow(RunError);
});
