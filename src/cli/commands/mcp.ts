import { relative } from "node:path";
import { renderDiagnostics, renderFailure } from "../../diagnostics/render.ts";
import { loadProgram } from "../../host/load-program.ts";
import { lockedServer, writeLock } from "../../host/mcp-lock.ts";
import { openServers } from "../../host/open-servers.ts";
import { withProfile } from "../../interpreter/start.ts";
import type { LockedServer } from "../../validation/server-lock.ts";
import { exitCodes } from "../exit-codes.ts";
import { helpOfSimple, readSimple, type Simple } from "../flags.ts";
import { rendering } from "../layout.ts";
import type { Terminal } from "../terminal.ts";
import { usageError } from "../usage-error.ts";

const simple: Simple = {
  usage: "mcp pull FILE [flags]",
  about:
    "Asks every MCP server of a program for its tools and writes them to mcp.lock.json in the project's root. check, prompt and the editor then know them without starting a server; a run warns when a server has changed.",
  flags: {
    "--profile <name>": "use this profile's servers",
    "--root <folder>": "the project's root, which no path may leave",
    "--trust <host>": "let keys go to this host although the program names it itself",
  },
};

/** `tantra mcp pull FILE` */
export async function mcp(args: readonly string[], terminal: Terminal): Promise<number> {
  const { operands, flags, help } = readSimple(simple, args);
  if (help) {
    await terminal.out(helpOfSimple(simple, terminal.outLayout()));
    return exitCodes.done;
  }
  const [word, file] = operands;
  if (word !== "pull" || file === undefined || operands.length > 2)
    throw usageError("tantra mcp takes one word, pull, and a file.", "tantra mcp pull FILE.tantra");
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
    for (const problem of servers.problems) terminal.err(`${renderFailure(problem, layout)}\n\n`);
    const locked: Record<string, LockedServer> = {};
    for (const [key, server] of servers.opened) locked[key] = await lockedServer(server);
    if (servers.opened.size > 0) {
      const path = writeLock(program.project, locked, servers.secrets);
      const counts = Object.entries(locked).map(
        ([key, { tools }]) => `${graph.mcp[key]?.name ?? key}: ${tools.length} ${tools.length === 1 ? "tool" : "tools"}`,
      );
      await terminal.out(`${relative(process.cwd(), path)}: ${counts.join(", ")}.\n`);
    } else if (servers.problems.length === 0) await terminal.out("The program has no MCP servers.\n");
    return servers.problems.length === 0 ? exitCodes.done : exitCodes.failed;
  } finally {
    await servers.close();
  }
}
