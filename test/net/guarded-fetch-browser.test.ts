import { expect, onTestFinished, test } from "vitest";
import { guardedFetch } from "../../src/net/guarded-fetch-browser.ts";
import { localServer, redirect, type Script, silence, status } from "../support/local-server.ts";

async function serving(script: Script) {
  const server = await localServer(script);
  onTestFinished(() => server.close());
  return server;
}

test("what is asked for comes", async () => {
  const { origin } = await serving([status(200, "Hello")]);
  expect(await (await guardedFetch()(origin)).text()).toContain("Hello");
});

test("a redirect is not followed, wherever it leads", async () => {
  const server = await serving([redirect("/there")]);
  await expect(guardedFetch()(`${server.origin}/here`)).rejects.toThrow();
  expect(server.requests.map(({ path }) => path)).toEqual(["/here"]);
});

test("closing ends what is in flight, and it can be used again", async () => {
  const server = await serving((_request, index) => (index === 0 ? silence() : status(200, "Hello")));
  const fetch = guardedFetch();
  const first = fetch(server.origin);
  await server.arrived(1);
  await fetch.close();
  await expect(first).rejects.toThrow("closed");
  expect((await fetch(server.origin)).status).toBe(200);
});

test.each(["init", "request"])("the caller's own signal ends a request: %s", async (where) => {
  const server = await serving([silence()]);
  const caller = new AbortController();
  const { signal } = caller;
  const asked = where === "init" ? guardedFetch()(server.origin, { signal }) : guardedFetch()(new Request(server.origin, { signal }));
  await server.arrived(1);
  caller.abort(new Error("enough"));
  await expect(asked).rejects.toThrow("enough");
});
