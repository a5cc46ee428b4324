import type { JsonSchema } from "../../diagnostics/json.ts";
import { renderDiagnostics, renderFailure } from "../../diagnostics/render.ts";
import { wrap } from "../../diagnostics/text-width.ts";
import { visible } from "../../diagnostics/visible.ts";
import { listTools, type ToolRow } from "../../host/list-tools.ts";
import { loadProgram } from "../../host/load-program.ts";
import { openServers } from "../../host/open-servers.ts";
import { withProfile } from "../../interpreter/start.ts";
import { exitCodes } from "../exit-codes.ts";
import { helpOfSimple, readSimple, type Simple } from "../flags.ts";
import { rendering } from "../layout.ts";
import type { Layout, Terminal } from "../terminal.ts";
import { usageError } from "../usage-error.ts";

const simple: Simple = {
  usage: "tools FILE [flags]",
  about:
    "Lists every tool of a program as a model would see it: those in TypeScript, agents that are tools, and those of MCP servers, which are started to be asked.",
  flags: {
    "--profile <name>": "use this profile's servers",
    "--root <folder>": "the project's root, which no path may leave",
    "--trust <host>": "let keys go to this host although the program names it itself",
    "--json": "print it as one JSON object",
  },
};

/** `tantra tools FILE` */
export async function tools(args: readonly string[], terminal: Terminal): Promise<number> {
  const { operands, flags, help } = readSimple(simple, args);
  if (help) {
    await terminal.out(helpOfSimple(simple, terminal.outLayout()));
    return exitCodes.done;
  }
  const [file] = operands;
  if (file === undefined || operands.length > 1) throw usageError("Tools are listed of one file at a time.", "tantra tools FILE.tantra");
  const program = await loadProgram(file, { cwd: process.cwd(), withoutLock: true, ...(typeof flags["root"] === "string" ? { root: flags["root"] } : {}) });
  const layout = rendering(terminal.errLayout(), program);
  if (program.graph === undefined) {
    terminal.err(`${renderDiagnostics(program.diagnostics, layout)}\n`);
    return exitCodes.program;
  }
  const graph = withProfile(program.graph, typeof flags["profile"] === "string" ? flags["profile"] : undefined);
  const trusted = typeof flags["trust"] === "string" ? [flags["trust"]] : [];
  const servers = await openServers({ graph, project: program.project, env: process.env, trusted });
  try {
    const rows = servers.redact(await listTools(graph, servers.opened));
    for (const warning of servers.warnings) terminal.err(`warning: ${warning}\n`);
    for (const problem of servers.problems) terminal.err(`${renderFailure(problem, layout)}\n\n`);
    if (flags["json"] === true) await terminal.out(`${JSON.stringify({ tools: rows }, null, 2)}\n`);
    else await terminal.out(textOf(rows, terminal.outLayout()));
    return servers.problems.length === 0 ? exitCodes.done : exitCodes.failed;
  } finally {
    await servers.close();
  }
}

function textOf(rows: readonly ToolRow[], { width = 100, paint }: Layout): string {
  if (rows.length === 0) return "The program has no tools.\n";
  const columns = Math.min(width, 100);
  const words = { tool: "", agent: "an agent, ", mcp: "" };
  return rows
    .map(({ name, of, from, description, parameters, approve }) =>
      [
        `${paint("strong", visible(name, true))}  ${paint("dim", `${words[of]}${visible(from, true)}${approve ? ", asks a person" : ""}`)}`,
        ...(description === undefined ? [] : wrap(visible(description), columns - 2).map((line) => `  ${line}`)),
        ...parametersText(parameters).map((line) => `  ${line}`),
        "",
      ].join("\n"),
    )
    .join("\n");
}

/** One line for each parameter; a schema that is no plain object as it is. */
function parametersText(schema: JsonSchema): readonly string[] {
  const { properties, required } = schema;
  if (typeof properties !== "object" || properties === null || Array.isArray(properties)) {
    const plain = Object.keys(schema).every((key) => ["type", "properties", "required", "additionalProperties", "$schema"].includes(key));
    return plain ? [] : [visible(JSON.stringify(schema), true)];
  }
  const needed = new Set(Array.isArray(required) ? required : []);
  return Object.entries(properties as JsonSchema).map(([name, type]) => {
    const { description, ...rest } = typeof type === "object" && type !== null && !Array.isArray(type) ? (type as JsonSchema) : {};
    const kind = Object.keys(rest).length === 1 && typeof rest["type"] === "string" ? rest["type"] : JSON.stringify(rest);
    const about = typeof description === "string" ? `  ${visible(description, true)}` : "";
    return `${visible(name, true)}${needed.has(name) ? "" : "?"}: ${visible(kind, true)}${about}`;
  });
}
