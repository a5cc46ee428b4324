import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openToolServer } from "../../../src/host/open-tool-server.ts";
import { openProject } from "../../../src/host/project.ts";
import { folder } from "../../host/folder.ts";
import { localServer, page, status } from "../../support/local-server.ts";
import { mcpHttpServer } from "../../support/mcp-http-server.ts";
import { runWith } from "../../support/mcp-program.ts";

const once = (body: string): string => `workflow main() -> json { ${body} }\n`;

async function serving(options: Parameters<typeof mcpHttpServer>[0] = {}) {
  const server = await mcpHttpServer(options);
  onTestFinished(() => server.close());
  return server;
}

test("a server at an address is asked in one session, with the headers written, and told when the run is over", async () => {
  const server = await serving();
  const told = await runWith(`mcp s { url: "${server.url}", headers: { "x-team": "tides" } }\n${once('[s.add(a: 1, b: 2), s.echo(text: "hi")]')}`);
  expect(told.failure).toBeUndefined();
  expect(told.value).toEqual([{ sum: 3 }, "hi"]);
  expect(server.requests.filter(({ rpc }) => rpc === "initialize")).toHaveLength(1);
  expect(server.requests.every(({ headers }) => headers["x-team"] === "tides")).toBe(true);
  expect(server.requests.at(-1)?.method).toBe("DELETE");
  expect(server.sessions).toBe(0);
});

test("a server that speaks the stateless revision only is spoken to in it", async () => {
  const server = await serving({ modern: true });
  const told = await runWith(`mcp s { url: "${server.url}" }\n${once('[s.add(a: 1, b: 2), s.echo(text: "hi")]')}`);
  expect(told.failure).toBeUndefined();
  expect(told.value).toEqual([{ sum: 3 }, "hi"]);
});

test("a list that changes is listed again, over HTTP too", async () => {
  const { url } = await serving();
  const root = folder({ "package.json": "{}", "main.tantra": "" });
  const from = { project: openProject(join(root, "main.tantra"), {}), variable: () => undefined, env: {} };
  const { signal } = new AbortController();
  const warnings: string[] = [];
  const server = await openToolServer({ name: "s", place: "main.tantra:1:1", options: { url } }, from, { signal, warn: (message) => warnings.push(message) });
  onTestFinished(() => server.close());
  const before = await server.tools();
  expect(await server.tools()).toBe(before);
  await server.call("grow", {}, { signal, onProgress: () => undefined });
  // The news comes over a stream of its own, at some time.
  while ((await server.tools()) === before) await new Promise(setImmediate);
  const now = await server.tools();
  expect(now.map(({ name }) => name)).toEqual([...before.map(({ name }) => name), "grown"]);
  expect(now[0]).toBe(before[0]);
  expect(warnings).toEqual(['The MCP server "s" has changed its tools (new: grown).']);
});

test("a session that the server has forgotten is opened anew, once", async () => {
  const server = await serving();
  const body = once(
    'let a = s.echo(text: "one")\n  let b = s.echo(text: "two") catch _ { as("lost", json) }\n  let c = s.echo(text: "three")\n  let d = s.echo(text: "four") catch _ { as("lost", json) }\n  [a, b, c, d, s.echo(text: "five")]',
  );
  const told = await runWith(`mcp s { url: "${server.url}" }\n${body}`, {
    watch(event) {
      if (event.type === "tool.returned") server.forget();
    },
  });
  const returned = told.events.flatMap((event) => (event.type === "tool.returned" ? [event.result] : []));
  expect(returned).toEqual(["one", "three"]);
  expect(told.failure).toMatchObject({ code: "T640", message: expect.stringContaining('The MCP server "s" ended again after it was started anew.') });
});

test("a call that is given up is cancelled at the server", async () => {
  const log = join(folder({ "log.txt": "" }), "log.txt");
  const server = await serving({ log });
  const told = await runWith(
    `mcp s { url: "${server.url}" }\n${once('let late = s.slow() with { timeout: 100ms } catch err { as(err.class, json) }\n  [late, s.echo(text: "next")]')}`,
  );
  expect(told.value).toEqual(["timeout", "next"]);
  expect(server.requests.map(({ rpc }) => rpc)).toContain("notifications/cancelled");
});

test("a result of 100 MB is refused, and the server goes on", async () => {
  const server = await serving();
  const told = await runWith(`mcp s { url: "${server.url}" }\n${once('let big = s.big() catch err { as(err.message, json) }\n  [big, s.echo(text: "next")]')}`);
  expect(told.value).toEqual(['The MCP server "s" answered "big" with more than 16 MB.', "next"]);
});

test("who does not answer as a server of tools is told of in a sentence with the declaration's place", async () => {
  const cases = [
    [page(502, "Bad Gateway"), "tool_error", /^The MCP server "s" did not start: 127\.0\.0\.1:\d+ answers 502: Bad Gateway\.$/],
    [page(200, "Welcome"), "tool_error", /^The MCP server "s" did not start: Unexpected content type: text\/html\.$/],
    [status(401, { error: "no" }), "auth", /^127\.0\.0\.1:\d+ does not let this program in \(401\)\.$/],
    [status(403, "no"), "auth", /^127\.0\.0\.1:\d+ does not let this program in \(403\)\.$/],
    [status(404, "nothing here"), "tool_error", /answers 404: nothing here\.$/],
  ] as const;
  for (const [behaviour, errorClass, message] of cases) {
    const server = await localServer(() => behaviour);
    const { failure } = await runWith(`mcp s { url: "${server.origin}/mcp" }\n${once("s.look()")}`);
    await server.quiet();
    await server.close();
    expect(failure).toMatchObject({ class: errorClass, message: expect.stringMatching(message), place: "main.tantra:1:1" });
  }
  const gone = await localServer([]);
  await gone.close();
  const { failure } = await runWith(`mcp s { url: "${gone.origin}/mcp" }\n${once("s.look()")}`);
  expect(failure).toMatchObject({ code: "T640", message: `The MCP server "s" did not start: There is no server at ${gone.host}: the connection was refused.` });
});

test("a key goes to a host that the program names only if the host is trusted, and is never shown", async () => {
  const server = await serving();
  const source = `mcp s { url: "${server.url}", headers: { authorization: env.MY_KEY } }\n${once('s.echo(text: "hi")')}`;
  const env = { ...process.env, MY_KEY: "Bearer sk-secret-123456" };
  await expect(runWith(source, { env })).rejects.toMatchObject({
    code: "T625",
    place: "main.tantra:1:1",
    message: `This program would send MY_KEY to ${server.host}, a host that its author wrote down.`,
    hint: `If you trust it, say so with --trust ${server.host}`,
  });
  expect(server.requests).toEqual([]);
  const told = await runWith(source, { env, trusted: [server.host] });
  expect(told.value).toBe("hi");
  expect(server.requests[0]?.headers["authorization"]).toBe("Bearer sk-secret-123456");
  expect(JSON.stringify(told.events)).not.toContain("sk-secret");
});
