import { createRedactor } from "../agent/redact.ts";
import { RunError } from "../diagnostics/errors.ts";
import type { Graph } from "../graph/graph.ts";
import type { OpenedServer } from "../tools/mcp/open-server.ts";
import { readEnvironment, variablesIn } from "./environment.ts";
import { openToolServer } from "./open-tool-server.ts";
import { secretsOf } from "./prepare-run.ts";
import type { Project } from "./project.ts";
import { isTrusted, keysToServers, untrusted } from "./trust.ts";

export interface OpenServersOptions {
  /** With its profile. */
  readonly graph: Graph;
  readonly project: Project;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly trusted: readonly string[];
}

/** The servers of a program, outside of a run. */
export interface OpenServers {
  /** By key, in the order of the program. */
  readonly opened: ReadonlyMap<string, OpenedServer>;
  /** Why the others are not open. */
  readonly problems: readonly RunError[];
  /** What servers did that deserves to be told. */
  readonly warnings: readonly string[];
  readonly secrets: readonly string[];
  /** What servers gave, without secrets. */
  redact<T>(value: T): T;
  close(): Promise<void>;
}

/** Opens every MCP server of a program at the same time. None is opened where a key would go to a host that nobody trusts. */
export async function openServers({ graph, project, env, trusted }: OpenServersOptions): Promise<OpenServers> {
  const environment = readEnvironment(project.root, env);
  const secrets = secretsOf(graph, environment);
  const redactor = createRedactor(secrets);
  const over = new AbortController();
  const warnings: string[] = [];
  const opened = new Map<string, OpenedServer>();
  const leaving = keysToServers(Object.values(graph.mcp), environment).filter((one) => !isTrusted(one, trusted));
  const missing = Object.values(graph.mcp).flatMap(({ options }) =>
    variablesIn(options).flatMap(({ variable: { name, place, default: otherwise } }) => {
      if (otherwise !== undefined || environment(name) !== undefined) return [];
      const hint = `Set it in the shell (export ${name}=…), or in a file .env in the project's root.`;
      return [new RunError("auth", `The variable ${name} is not set.`, { code: "T622", place, hint })];
    }),
  );
  const problems: RunError[] = [...leaving.map((one) => untrusted(one)), ...missing];
  if (problems.length === 0) {
    const from = { project, variable: ({ name }: { readonly name: string }) => environment(name), env };
    const warn = (message: string): void => void warnings.push(redactor.text(message));
    const settled = await Promise.allSettled(Object.values(graph.mcp).map((node) => openToolServer(node, from, { signal: over.signal, warn })));
    for (const [index, key] of Object.keys(graph.mcp).entries()) {
      const result = settled[index];
      if (result?.status === "fulfilled") opened.set(key, result.value);
      else if (result !== undefined) problems.push(clean(result.reason, redactor.text));
    }
  }
  return {
    opened,
    problems,
    warnings,
    secrets,
    redact: redactor.value,
    async close() {
      over.abort(new RunError("cancelled", "Nobody needs the server any more."));
      await Promise.allSettled([...opened.values()].map((server) => server.close()));
    },
  };
}

function clean(thrown: unknown, redact: (text: string) => string): RunError {
  if (!(thrown instanceof RunError)) throw thrown;
  const { class: errorClass, code, message, place, hint } = thrown;
  return new RunError(errorClass, redact(message), { code, ...(place === undefined ? {} : { place }), ...(hint === undefined ? {} : { hint: redact(hint) }) });
}
