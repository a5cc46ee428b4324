import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createRedactor } from "../agent/redact.ts";
import { RunError } from "../diagnostics/errors.ts";
import type { Json } from "../diagnostics/json.ts";
import { visible } from "../diagnostics/visible.ts";
import type { OpenedServer } from "../tools/mcp/open-server.ts";
import { type LockedServer, type LockedTool, lockFile, readLock, type ServerLock } from "../validation/server-lock.ts";
import type { Project } from "./project.ts";

/** The project's lock; undefined where there is none that can be used (`check` says what is wrong with it). */
export function lockOf(project: Project): ServerLock | undefined {
  const read = project.readFile(lockFile);
  const lock = read.ok ? readLock(read.text) : undefined;
  return typeof lock === "string" ? undefined : lock;
}

/** What a server lists, in a form that changes only when it does: by name, without a time. */
export async function lockedServer(server: OpenedServer): Promise<LockedServer> {
  const tools = (await server.tools()).map(
    ({ name, description, parameters, result }): LockedTool => ({
      name,
      ...(description === undefined ? {} : { description }),
      inputSchema: parameters,
      ...(result === undefined ? {} : { outputSchema: result }),
    }),
  );
  const { server: info } = server;
  return {
    ...(info === undefined ? {} : { server: { name: info.name, version: info.version } }),
    tools: tools.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)),
  };
}

/** Puts these servers into the project's lock, beside those of its other programs. Gives the file's path. Throws T626. */
export function writeLock(project: Project, servers: Readonly<Record<string, LockedServer>>, secrets: readonly string[]): string {
  const all = { ...lockOf(project)?.servers, ...servers };
  const sorted = Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
  const lock: ServerLock = { version: 1, servers: sorted };
  const path = join(project.root, lockFile);
  try {
    writeFileSync(path, `${JSON.stringify(createRedactor(secrets).value(lock), null, 2)}\n`);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new RunError("invalid_request", `${path} cannot be written: ${why}.`, { code: "T626", cause });
  }
  return path;
}

/** In what a server differs from the lock, as a sentence's end; undefined: in nothing. */
export function driftOf(locked: LockedServer, live: LockedServer): string | undefined {
  const before = new Map(locked.tools.map((tool) => [tool.name, tool]));
  const now = new Map(live.tools.map((tool) => [tool.name, tool]));
  const changed = [...now].filter(([name, tool]) => before.has(name) && canonical(tool as unknown as Json) !== canonical(before.get(name) as unknown as Json));
  const parts = [
    part(
      "changed",
      changed.map(([name]) => name),
    ),
    part(
      "new",
      [...now.keys()].filter((name) => !before.has(name)),
    ),
    part(
      "gone",
      [...before.keys()].filter((name) => !now.has(name)),
    ),
  ].filter((each) => each !== "");
  return parts.length === 0 ? undefined : parts.join("; ");
}

const shownNames = 8;

function part(what: string, names: readonly string[]): string {
  if (names.length === 0) return "";
  const more = names.length > shownNames ? ` and ${names.length - shownNames} more` : "";
  return `${what}: ${names
    .slice(0, shownNames)
    .map((name) => visible(name, true))
    .join(", ")}${more}`;
}

/** JSON in which the order of keys does not count. */
function canonical(value: Json): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === "object" && item !== null && !Array.isArray(item) ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))) : item,
  );
}
