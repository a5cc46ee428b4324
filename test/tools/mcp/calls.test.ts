import { join } from "node:path";
import { expect, test } from "vitest";
import type { Json, JsonObject } from "../../../src/diagnostics/json.ts";
import { openToolServer } from "../../../src/host/open-tool-server.ts";
import { openProject } from "../../../src/host/project.ts";
import { agent, isAlive, pidsOf, runWith, started } from "../../support/mcp-program.ts";
import { png } from "../../support/mcp-tools.ts";

const toolMessages = (told: Awaited<ReturnType<typeof runWith>>) => {
  const requests = told.events.flatMap((event) => (event.type === "model.requested" ? [event.request] : []));
  return requests.at(-1)?.messages.filter((message) => message.role === "tool") ?? [];
};
const call = (name: string, args: JsonObject = {}): Json => ({ name, arguments: args });

test("a workflow calls a server's tools: structured content and one text as they are, all else as its blocks", async () => {
  const told = await runWith(`mcp s { ${started()} }
workflow main() -> json {
  let sum = s.add(a: 1, b: 2)
  let echo = s.echo(text: "tides")
  let texts = s.texts()
  let picture = s.picture()
  let resource = s.resource()
  let cwd = s.cwd()
  let odd_name = s.read_file_v2()
  { sum: sum, echo: echo, texts: texts, picture: picture, resource: resource, cwd: cwd, odd_name: odd_name }
}
`);
  expect(told.failure).toBeUndefined();
  expect(told.value).toEqual({
    sum: { sum: 3 },
    echo: "tides",
    texts: [
      { type: "text", text: "one" },
      { type: "text", text: "two" },
    ],
    picture: [
      { type: "text", text: "a dot" },
      { type: "image", mimeType: "image/png", size: 70 },
    ],
    resource: [
      { type: "resource", uri: "note:1", mimeType: "text/plain", text: "tides" },
      { type: "audio", mimeType: "audio/wav", size: 3 },
    ],
    cwd: told.root,
    odd_name: "read",
  });
  const steps = told.events.flatMap((event) => (event.type === "step.started" ? [`${event.path} ${event.kind} ${event.name ?? ""}`] : []));
  expect(steps[0]).toBe("main/sum mcp_call s.add");
  expect(told.events.flatMap((event) => (event.type === "tool.called" ? [event.tool] : []))[0]).toBe("s_add");
});

test("an agent's model sees the server's names, descriptions and schemas, and the server's own words when a tool fails", async () => {
  const asked = [call("s_echo", { text: "hi" }), call("s_fails"), call("s_refuses"), call("s_echo", { text: 7 })];
  const told = await runWith(`mcp s { ${started()} }\n${agent("s.echo, s.fails, s.refuses")}`, {
    replies: { helper: [{ tool_calls: asked }, { text: "Done." }] },
  });
  expect(told.value).toBe("Done.");
  const first = told.events.find((event) => event.type === "model.requested");
  expect(first?.type === "model.requested" ? first.request.tools : []).toEqual([
    {
      name: "s_echo",
      description: "Says it again.",
      parameters: { type: "object", properties: { text: { type: "string" } }, required: ["text"] },
    },
    { name: "s_fails", parameters: { type: "object" } },
    { name: "s_refuses", parameters: { type: "object" } },
  ]);
  expect(toolMessages(told).map(({ content }) => content)).toEqual([
    "hi",
    '{"error":"tool_error","message":"no such note\\ntry another"}',
    '{"error":"tool_error","message":"not today"}',
    '{"error":"invalid_request","message":"/text must be string"}',
  ]);
});

test("an image goes beside its description to a model that can see it", async () => {
  const told = await runWith(`mcp s { ${started()} }\n${agent("s.picture")}`, {
    replies: { helper: [{ tool_calls: [call("s_picture")] }, { text: "A dot." }] },
  });
  const [message] = toolMessages(told);
  expect(message?.parts?.map(({ type }) => type)).toEqual(["text", "image"]);
  const image = message?.parts?.[1];
  expect(image).toMatchObject({ type: "image", mediaType: "image/png", size: 70, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(image?.type === "image" ? image.data?.() : undefined).toBe(png);
  expect(JSON.stringify(told.events)).not.toContain(png);
});

test("`SERVER.*` offers all that the declaration lets through, and names in it that the server lacks are told", async () => {
  const rules = 'deny: ["die", "dye_reading"], tools: { slow: { deny: true } }';
  const told = await runWith(`mcp s { ${started(rules)} }\n${agent("s.*")}`, { replies: { helper: [{ text: "Done." }] } });
  const first = told.events.find((event) => event.type === "model.requested");
  const names = first?.type === "model.requested" ? first.request.tools.map(({ name }) => name) : [];
  expect(names).toContain("s_echo");
  expect(names).toContain("s_read_file_v2");
  expect(names).not.toContain("s_die");
  expect(names).not.toContain("s_slow");
  expect(told.warnings).toEqual(['`deny` of "s" names "dye_reading", which the server does not have.']);
  expect(told.events.find((event) => event.type === "warning")).toMatchObject({ code: "T640", hint: 'Did you mean "die_reading"?' });
});

test("a tool that its server does not have stops the agent, with the nearest name", async () => {
  const told = await runWith(`mcp s { ${started()} }\n${agent("s.ecko")}`);
  expect(told.failure).toMatchObject({ code: "T470", class: "not_found", message: 'The MCP server "s" has no tool "ecko".', hint: 'Did you mean "echo"?' });
});

test("a tool whose server asks for approval waits for it, and is called once it is given", async () => {
  for (const rules of ["approve: true", 'approve: ["echo"]', "tools: { echo: { approve: true } }"]) {
    const told = await runWith(`mcp s { ${started(rules)} }\nworkflow main() -> json { s.echo(text: "hi") }\n`);
    expect(told.failure).toMatchObject({ code: "T641", place: "main.tantra:2:27", questions: [{ tool: "s_echo", arguments: { text: "hi" } }] });
  }
  const told = await runWith(`mcp s { ${started("approve: true, tools: { echo: { approve: false } }")} }\nworkflow main() -> json { s.echo(text: "hi") }\n`);
  expect(told.value).toBe("hi");
});

test("arguments of a workflow's call are held to the tool's schema before the server is asked", async () => {
  const told = await runWith(`mcp s { ${started()} }\nworkflow main() -> json { s.echo(text: 7) }\n`);
  expect(told.failure).toMatchObject({
    class: "invalid_request",
    place: "main.tantra:2:27",
    message: 'The arguments for "s.echo" do not fit: /text must be string.',
  });
});

test("two servers of an agent start once for the whole run, and are gone after it", async () => {
  const source = `mcp one { ${started()} }
mcp two { ${started()} }
${agent("one.echo, two.echo, one.add")}
workflow main() -> string[] { parallel for _ in range(3) { helper() } }
`;
  const told = await runWith(source, { replies: { helper: [{ text: "Done.", times: "always" }] } });
  expect(told.value).toEqual(["Done.", "Done.", "Done."]);
  const pids = pidsOf(told.log);
  expect(pids).toHaveLength(2);
  expect(pids.filter(isAlive)).toEqual([]);
});

test("a server sees only what it needs of the environment, and what it is given never leaves", async () => {
  const source = `mcp s { ${started('env: { TOKEN: env.MY_TOKEN, PLAIN: "yes" }')} }
workflow main() -> json { s.env() }
`;
  const told = await runWith(source, { env: { ...process.env, MY_TOKEN: "sk-secret-123456", OTHER_KEY: "sk-other-123456" } });
  const env = JSON.parse(String(told.value)) as Record<string, string>;
  expect(env).toMatchObject({ TOKEN: "sk-secret-123456", PLAIN: "yes", PATH: process.env["PATH"] });
  expect(env).not.toHaveProperty("OTHER_KEY");
  expect(Object.keys(env).filter((name) => !["HOME", "LOGNAME", "PATH", "SHELL", "TERM", "USER", "TOKEN", "PLAIN"].includes(name))).toEqual([]);
  expect(JSON.stringify(told.events)).not.toContain("sk-secret-123456");
});

test("a server is refused what only a person or a model could answer, and roots, which it would take for permission", async () => {
  const told = await runWith(
    `mcp s { ${started()} }\nworkflow main() -> json { let r = s.roots() catch err { as(err.message, json) }\n  let a = s.asks()\n  [r, a] }\n`,
  );
  const [roots, asks] = told.value as [string, string];
  expect(roots).toBe('The tool "s_roots" failed: This client answers no roots/list.');
  expect(asks).toBe("This client answers no sampling/createMessage.; This client answers no elicitation/create.");
  expect(told.warnings).toEqual([
    'The MCP server "s" asks for roots/list, which is refused.',
    'The MCP server "s" asks for sampling/createMessage, which is refused.',
    'The MCP server "s" asks for elicitation/create, which is refused.',
  ]);
});

test("progress of a call is heard, and a tool can be chosen by the name that a program gives it", async () => {
  const told = await runWith(`mcp s { ${started()} }\n${agent("s.read_file_v2, s.steps", "tool_choice: s.read_file_v2")}`, {
    replies: { helper: [{ tool_calls: [call("s_read_file_v2")] }, { text: "Done." }] },
  });
  const first = told.events.find((event) => event.type === "model.requested");
  expect(first?.type === "model.requested" ? first.request.toolChoice : undefined).toEqual({ tool: "s_read_file_v2" });
  expect(toolMessages(told).map(({ content }) => content)).toEqual(["read"]);

  const project = openProject(join(told.root, "main.tantra"), {});
  const { signal } = new AbortController();
  const node = {
    name: "s",
    place: "main.tantra:1:1",
    options: { command: process.execPath, args: [join(import.meta.dirname, "../../support/mcp-stdio-server.ts")] },
  };
  const server = await openToolServer(node, { project, variable: () => undefined, env: process.env }, { signal, warn: () => undefined });
  let heard = 0;
  const { value } = await server.call("steps", {}, { signal, onProgress: () => heard++ });
  await server.close();
  expect([value, heard]).toEqual(["three steps", 3]);
});

test("a list that changes is seen from the next turn on", async () => {
  const replies = { helper: [{ tool_calls: [call("s_grow")] }, { tool_calls: [call("s_grown")] }, { tool_calls: [call("s_shrink")] }, { text: "Done." }] };
  const told = await runWith(`mcp s { ${started()} }\n${agent("s.*, s.echo")}`, { replies });
  expect(told.value).toBe("Done.");
  const offered = told.events.flatMap((event) => (event.type === "model.requested" ? [event.request.tools.map(({ name }) => name)] : []));
  expect(offered.map((names) => names.includes("s_grown"))).toEqual([false, true, true, true]);
  expect(offered.map((names) => names.includes("s_echo"))).toEqual([true, true, true, false]);
  expect(toolMessages(told).map(({ content }) => content)).toEqual(["grown", "yes", "shrunk"]);
  expect(told.warnings).toEqual([
    'The MCP server "s" has changed its tools (new: grown).',
    'The MCP server "s" has changed its tools (gone: echo).',
    '"s.echo" is gone: the server does not list it any more.',
  ]);
});
