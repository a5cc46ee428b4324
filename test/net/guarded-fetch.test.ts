import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, connect, createServer as createTcpServer, type Server, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, expect, test } from "vitest";
import { type GuardedFetch, type GuardedFetchOptions, guardedFetch } from "../../src/net/guarded-fetch.ts";

const toClose: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close();
});

interface Local {
  readonly url: string;
  readonly host: string;
  readonly seen: { readonly method: string; readonly url: string; readonly headers: IncomingMessage["headers"]; readonly text: string }[];
  readonly sockets: Set<Socket>;
  connections: number;
}

/** A server that records what it was asked, and closes with the test. */
async function serve(answer: (request: IncomingMessage, response: ServerResponse) => unknown): Promise<Local> {
  const server = createHttpServer(async (request, response) => {
    let text = "";
    request.setEncoding("utf8");
    for await (const piece of request) text += piece;
    local.seen.push({ method: request.method ?? "", url: request.url ?? "", headers: request.headers, text });
    answer(request, response);
  });
  const host = await listen(server);
  const local: Local = { url: `http://${host}`, host, seen: [], sockets: new Set(), connections: 0 };
  server.on("connection", (socket) => {
    local.connections++;
    local.sockets.add(socket);
    socket.once("close", () => local.sockets.delete(socket));
  });
  return local;
}

async function listen(server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  toClose.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function open(options?: GuardedFetchOptions): GuardedFetch {
  const fetch = guardedFetch(options);
  toClose.push(() => fetch.close());
  return fetch;
}

function onlySocket(local: Local): Socket {
  const [socket] = local.sockets;
  if (socket === undefined) throw new Error("no connection stands");
  return socket;
}

const closed = (socket: Socket) => new Promise<void>((resolve) => (socket.destroyed ? resolve() : socket.once("close", () => resolve())));

test("a request arrives as it was written and the reply reads like fetch's", async () => {
  const server = await serve((_request, response) => {
    response.writeHead(201, "Made", { "content-type": "application/json", "x-many": ["a", "b"] });
    response.end(JSON.stringify({ said: "größe" }));
  });
  const response = await open()(`${server.url}/a/b?c=d`, {
    method: "post",
    headers: { "x-one": "1", "content-type": "application/json" },
    body: '{"ask":"größe"}',
  });
  expect(server.seen[0]).toMatchObject({
    method: "POST",
    url: "/a/b?c=d",
    text: '{"ask":"größe"}',
    headers: { "x-one": "1", "content-type": "application/json" },
  });
  expect([response.status, response.statusText, response.ok, response.url, response.redirected]).toEqual([201, "Made", true, `${server.url}/a/b?c=d`, false]);
  expect(response.headers.get("X-Many")).toBe("a, b");
  expect([...response.headers.entries()]).toContainEqual(["content-type", "application/json"]);
  expect(response.headers.has("x-none")).toBe(false);
  expect(response.bodyUsed).toBe(false);
  expect(await response.json()).toEqual({ said: "größe" });
  expect(response.bodyUsed).toBe(true);
  await expect(response.text()).rejects.toThrow("read already");
});

test("headers may be a list, a record or Headers, and a Request is taken apart", async () => {
  const server = await serve((_request, response) => response.end());
  const fetch = open();
  await fetch(server.url, { headers: [["x-a", "1"]] });
  await fetch(new URL(server.url), { headers: new Headers({ "x-a": "2" }) });
  await fetch(new Request(`${server.url}/path`, { method: "PUT", headers: { "x-a": "3" }, body: "text" }));
  await fetch(server.url, { method: "POST", body: new URLSearchParams({ q: "a b" }) });
  expect(server.seen.map(({ method, headers, text }) => [method, headers["x-a"], headers["content-type"], text])).toEqual([
    ["GET", "1", undefined, ""],
    ["GET", "2", undefined, ""],
    ["PUT", "3", "text/plain;charset=UTF-8", "text"],
    ["POST", undefined, "application/x-www-form-urlencoded;charset=UTF-8", "q=a+b"],
  ]);
});

test("the body reads as a web stream, as bytes and as a copy", async () => {
  const server = await serve((_request, response) => {
    response.write("one ");
    response.end("two");
  });
  const fetch = open();
  const { body } = await fetch(server.url);
  const pieces: Uint8Array[] = [];
  for await (const piece of body as ReadableStream<Uint8Array>) pieces.push(piece);
  expect(Buffer.concat(pieces).toString()).toBe("one two");
  expect(Buffer.from(await (await fetch(server.url)).bytes()).toString()).toBe("one two");
  expect(Buffer.from(await (await fetch(server.url)).arrayBuffer()).toString()).toBe("one two");
  expect(await (await (await fetch(server.url)).blob()).text()).toBe("one two");
  const original = await fetch(server.url);
  const copy = original.clone();
  expect([await original.text(), await copy.text()]).toEqual(["one two", "one two"]);
});

// Two, not one: undici gives a connection back one turn of the event loop after the reply's end.
test("calls one after the other share their connections", async () => {
  const server = await serve((_request, response) => response.end("ok"));
  const fetch = open();
  for (let call = 0; call < 5; call++) await (await fetch(server.url)).text();
  expect(server.connections).toBeLessThanOrEqual(2);
});

test("a redirect to another host is refused, with both hosts named and nothing sent there", async () => {
  const elsewhere = await serve((_request, response) => response.end("stolen"));
  const server = await serve((_request, response) => response.writeHead(307, { location: `${elsewhere.url}/v1` }).end());
  await expect(open()(server.url, { method: "POST", body: "secret" })).rejects.toMatchObject({
    name: "RefusedRedirect",
    code: "REDIRECT_REFUSED",
    message: `${server.host} redirects to ${elsewhere.host}. The request was not sent there: it carries your key and your prompts.`,
  });
  expect(elsewhere.seen).toEqual([]);
});

test("a redirect that changes the scheme names the scheme", async () => {
  const server = await serve((request, response) => response.writeHead(301, { location: `https://${request.headers.host}/` }).end());
  await expect(open()(server.url)).rejects.toThrow(`http://${server.host} redirects to https://${server.host}.`);
});

test("a redirect within the origin is followed, 307 with the body and 303 as a GET without it", async () => {
  const server = await serve((request, response) => {
    if (request.url === "/307") response.writeHead(307, { location: "/there" }).end("gone");
    else if (request.url === "/303") response.writeHead(303, { location: "/there" }).end("gone");
    else response.end("here");
  });
  const fetch = open();
  const post = { method: "POST", body: "text", headers: { "content-type": "text/x", "x-kept": "1" } };
  const kept = await fetch(`${server.url}/307`, post);
  expect([await kept.text(), kept.redirected, kept.url]).toEqual(["here", true, `${server.url}/there`]);
  await (await fetch(`${server.url}/303`, post)).text();
  expect(server.seen.map(({ method, url, text, headers }) => [method, url, text, headers["content-type"], headers["x-kept"]])).toEqual([
    ["POST", "/307", "text", "text/x", "1"],
    ["POST", "/there", "text", "text/x", "1"],
    ["POST", "/303", "text", "text/x", "1"],
    ["GET", "/there", "", undefined, "1"],
  ]);
});

test("a redirect in a circle ends, and redirect: manual and error are obeyed", async () => {
  const server = await serve((_request, response) => response.writeHead(302, { location: "/again" }).end());
  const fetch = open();
  await expect(fetch(server.url)).rejects.toThrow("redirects 6 times, which is too often");
  expect(server.seen).toHaveLength(6);
  expect((await fetch(server.url, { redirect: "manual" })).status).toBe(302);
  await expect(fetch(server.url, { redirect: "error" })).rejects.toMatchObject({ code: "REDIRECT_REFUSED" });
});

test("a signal that has aborted sends nothing", async () => {
  const server = await serve((_request, response) => response.end());
  await expect(open()(server.url, { signal: AbortSignal.abort(new Error("too late")) })).rejects.toThrow("too late");
  expect(server.connections).toBe(0);
});

test("an abort before the reply's head destroys the socket and rejects with the reason", async () => {
  const controller = new AbortController();
  const server = await serve(() => controller.abort(new Error("enough")));
  await expect(open()(server.url, { signal: controller.signal })).rejects.toThrow("enough");
  for (const socket of server.sockets) await closed(socket);
});

test("an abort inside the body destroys the socket and rejects the read with the reason", async () => {
  const server = await serve((_request, response) => response.write("first"));
  const controller = new AbortController();
  const response = await open()(server.url, { signal: controller.signal });
  const socket = onlySocket(server);
  const text = response.text();
  controller.abort(new Error("enough"));
  await expect(text).rejects.toThrow("enough");
  await closed(socket);
});

test("an abort after the reply leaves the connection to the next call", async () => {
  const server = await serve((_request, response) => response.end("ok"));
  const fetch = open();
  const controller = new AbortController();
  await (await fetch(server.url, { signal: controller.signal })).text();
  const socket = onlySocket(server);
  controller.abort();
  await new Promise((resolve) => setImmediate(resolve));
  await (await fetch(server.url)).text();
  expect([server.connections, socket.destroyed]).toEqual([1, false]);
});

test("an abort during the connect rejects at once, and close leaves no socket", async () => {
  let arrived: (socket: Socket) => void = () => undefined;
  const connected = new Promise<Socket>((resolve) => {
    arrived = resolve;
  });
  // It takes the connection and never answers the TLS greeting.
  const host = await listen(createTcpServer((socket) => arrived(socket)));
  const fetch = open();
  const controller = new AbortController();
  const call = fetch(`https://${host}/`, { signal: controller.signal });
  const socket = await connected;
  controller.abort(new Error("enough"));
  await expect(call).rejects.toThrow("enough");
  socket.on("error", () => undefined);
  socket.resume();
  await fetch.close();
  await closed(socket);
});

test("a reader that stops early destroys the socket", async () => {
  const server = await serve((_request, response) => response.write("first"));
  const { body } = await open()(server.url);
  const socket = onlySocket(server);
  await body?.cancel();
  await closed(socket);
});

test("a reply that breaks off gives what arrived and then the failure", async () => {
  const server = await serve((_request, response) => response.write("first", () => response.socket?.end()));
  const { body } = await open()(server.url);
  const reader = (body as ReadableStream<Uint8Array>).getReader();
  expect(Buffer.from((await reader.read()).value as Uint8Array).toString()).toBe("first");
  await expect(reader.read()).rejects.toMatchObject({ code: "UND_ERR_SOCKET" });
});

test("the timeouts are the caller's: for the head of a reply and for silence inside it", async () => {
  const server = await serve((request, response) => request.url === "/body" && response.write("first"));
  const fetch = open({ headersTimeoutMs: 50, bodyTimeoutMs: 50 });
  await expect(fetch(server.url)).rejects.toMatchObject({ code: "UND_ERR_HEADERS_TIMEOUT" });
  await expect((await fetch(`${server.url}/body`)).text()).rejects.toMatchObject({ code: "UND_ERR_BODY_TIMEOUT" });
});

test("a refused connection and an unknown name reject with the system's code", async () => {
  const host = await listen(createTcpServer());
  await toClose.pop()?.();
  await expect(open()(`http://${host}`)).rejects.toMatchObject({ code: "ECONNREFUSED" });
});

test("close destroys what is in flight", async () => {
  let asked: () => void = () => undefined;
  const arrived = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const server = await serve(() => asked());
  const fetch = open();
  const call = fetch(server.url);
  await arrived;
  const socket = onlySocket(server);
  await fetch.close();
  await expect(call).rejects.toThrow();
  await closed(socket);
});

/** A proxy as HTTP_PROXY and HTTPS_PROXY name one: it takes CONNECT and whole addresses. */
async function proxy(): Promise<{ readonly url: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createHttpServer((request, response) => {
    asked.push(request.url ?? "");
    response.end("from the proxy");
  });
  server.on("connect", (request, client: Socket) => {
    asked.push(request.url ?? "");
    const [host = "", port = ""] = (request.url ?? "").split(":");
    const upstream = connect(Number(port), host, () => client.write("HTTP/1.1 200 OK\r\n\r\n"));
    upstream.pipe(client).pipe(upstream);
    for (const socket of [upstream, client]) socket.on("error", () => undefined);
  });
  return { url: `http://${await listen(server)}`, asked };
}

test("a proxy is used, and not for the hosts in NO_PROXY", async () => {
  const server = await serve((_request, response) => response.end("direct"));
  const through = await proxy();
  await (await open({ proxy: { http: through.url, no: "" } })(`${server.url}/x`)).text();
  expect(through.asked).toHaveLength(1);
  expect(await (await open({ proxy: { http: through.url, no: "127.0.0.1" } })(server.url)).text()).toBe("direct");
  expect(through.asked).toHaveLength(1);
});

test("HTTP_PROXY and NO_PROXY of the environment hold by themselves", async () => {
  const server = await serve((_request, response) => response.end("direct"));
  const through = await proxy();
  const module = fileURLToPath(new URL("../../src/net/guarded-fetch.ts", import.meta.url));
  const script = `const f = (await import(${JSON.stringify(module)})).guardedFetch(); await (await f(${JSON.stringify(server.url)})).text(); await f.close();`;
  const run = (env: Record<string, string>) =>
    promisify(execFile)(process.execPath, ["--no-warnings", "--input-type=module", "-e", script], { env: { ...bareEnvironment(), ...env } });
  await run({ HTTP_PROXY: through.url });
  expect(through.asked).toHaveLength(1);
  await run({ HTTP_PROXY: through.url, NO_PROXY: "127.0.0.1" });
  expect(through.asked).toHaveLength(1);
});

test("a certificate of one's own is accepted through NODE_EXTRA_CA_CERTS and refused without", async () => {
  const file = (name: string) => fileURLToPath(new URL(`../support/tls/${name}`, import.meta.url));
  const server = createHttpsServer({ cert: readFileSync(file("cert.pem")), key: readFileSync(file("key.pem")) }, (_request, response) => response.end("safe"));
  const host = await listen(server);
  const module = fileURLToPath(new URL("../../src/net/guarded-fetch.ts", import.meta.url));
  const script = `const f = (await import(${JSON.stringify(module)})).guardedFetch(); try { process.stdout.write(await (await f("https://${host}/")).text()) } catch (error) { process.stdout.write(error.code) } await f.close();`;
  const run = async (env: Record<string, string>) =>
    (await promisify(execFile)(process.execPath, ["--no-warnings", "--input-type=module", "-e", script], { env: { ...bareEnvironment(), ...env } })).stdout;
  expect(await run({})).toBe("DEPTH_ZERO_SELF_SIGNED_CERT");
  expect(await run({ NODE_EXTRA_CA_CERTS: file("cert.pem") })).toBe("safe");
});

/** This environment without what changes where requests go. */
function bareEnvironment(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/proxy|NODE_EXTRA_CA_CERTS|NODE_OPTIONS/i.test(name)));
}
