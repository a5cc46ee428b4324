import { expect, test } from "vitest";
import { RunError } from "../../src/diagnostics/errors.ts";
import type { Expr } from "../../src/graph/expressions.ts";
import type { McpNode } from "../../src/graph/graph.ts";
import type { ToolServer } from "../../src/interpreter/options.ts";
import { agent, ask, bind, branch, caught, flow, give, list, lit, member, parallel, place, read } from "./build.ts";
import { begin, finish } from "./world.ts";

const files: McpNode = { name: "files", place: "t:2:1", options: {} };
const mcp = { "t#files": files };
const look = (path = "files_look"): Expr => ({ kind: "mcp_call", place, path: `w/${path}`, server: "t#files", tool: "look", args: {}, options: {} });
const reader = agent("reader", { tools: [{ of: "mcp", key: "t#files", tool: "look" }], timeoutMs: 1000 });

/** A server that tells when it is closed. */
function server(told: string[]): ToolServer {
  const tools = [{ name: "look", parameters: {} }];
  return {
    tools: async () => tools,
    call: async () => ({ value: "looked", attachments: [] }),
    close: async () => void told.push("closed"),
  };
}

test("a server is opened when it is first needed, once, and closed at the end", async () => {
  const told: string[] = [];
  const openToolServer = async () => {
    told.push("opened");
    return server(told);
  };
  const both = [parallel({}, branch("a", look("branches/a")), branch("b", look("branches/b"))), give(list(read("a"), read("b")))];
  expect((await finish(flow(both, { mcp }), { openToolServer })).value).toEqual(["looked", "looked"]);
  expect(told).toEqual(["opened", "closed"]);
  expect((await finish(flow([lit("nothing")], { mcp }), { openToolServer })).value).toBe("nothing");
  expect(told).toEqual(["opened", "closed"]);
});

test("what stops a server from starting is the same for all who need it, and the program may go on", async () => {
  let tries = 0;
  const openToolServer = () => {
    tries++;
    return Promise.reject(new RunError("tool_error", "It does not start.", { code: "T640", place: files.place }));
  };
  const handled = (path: string): Expr => caught(look(path), "e", member(read("e"), "message"));
  const body = [bind("a", handled("a")), bind("b", handled("b")), give(list(read("a"), read("b")))];
  expect((await finish(flow(body, { mcp }), { openToolServer })).value).toEqual(["It does not start.", "It does not start."]);
  expect(tries).toBe(1);
});

test("whoever runs a program with servers and opens none is told so", async () => {
  expect((await finish(flow([look()], { mcp }))).error).toMatchObject({
    code: "T640",
    place: "t:2:1",
    message: 'The MCP server "files" is not opened: whoever runs the program gave no `openToolServer`.',
  });
});

test("an agent's time covers the start of its servers, and the run's end reaches one that still starts", async () => {
  let ended = false;
  const running = begin(flow([ask("reader")], { mcp, agents: [reader] }), {
    openToolServer: (_key, _node, { signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener("abort", () => {
          ended = true;
          reject(signal.reason);
        });
      }),
  });
  await running.until(({ type }) => type === "step.started");
  await running.clock.advance(1000);
  await expect(running.result).rejects.toMatchObject({ class: "timeout", message: 'The agent "reader" did not finish within its 1s.' });
  expect(ended).toBe(true);
});
