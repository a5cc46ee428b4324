import { createHash } from "node:crypto";
import { RunError } from "../diagnostics/errors.ts";
import type { EnvNode, McpNode } from "../graph/graph.ts";
import type { ToolServerContext } from "../interpreter/options.ts";
import type { OpenedServer, Route } from "../tools/mcp/open-server.ts";
import type { Sdk } from "../tools/mcp/sdk.ts";
import { systemClock } from "./clock.ts";
import { resolveOptions } from "./environment.ts";
import { findCommand, noProgram } from "./find-command.ts";
import type { Project } from "./project.ts";
import { serverEnvironment, startProcess } from "./server-process.ts";
import { version } from "./version.ts";

export interface OpenToolServerOptions {
  readonly project: Project;
  readonly variable: (variable: EnvNode) => string | undefined;
  /** The process's own environment, of which a server sees little. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Default: the machine's clock. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** An MCP server with its options' variables filled in, up and its tools listed. Throws `RunError` at the declaration's place. */
export async function openToolServer(node: McpNode, from: OpenToolServerOptions, context: ToolServerContext): Promise<OpenedServer> {
  const options = resolveOptions(node.options, from.variable);
  const [{ openServer }, route] = await Promise.all([import("../tools/mcp/open-server.ts"), routeOf(node, options, from)]);
  return openServer({
    name: node.name,
    place: node.place,
    hint: hintOf(options),
    route,
    client: { name: "tantra", version },
    warn: context.warn,
    digest: (base64) => createHash("sha256").update(Buffer.from(base64, "base64")).digest("hex"),
    sleep: from.sleep ?? systemClock.sleep,
    signal: context.signal,
  });
}

type Options = Readonly<Record<string, unknown>>;
type MakeRoute = (sdk: Sdk, onGarbage: (line: string) => void) => Route;

async function routeOf(node: McpNode, options: Options, from: OpenToolServerOptions): Promise<MakeRoute> {
  return typeof options["url"] === "string" ? overHttp(node, options["url"], textsOf(options["headers"])) : overPipes(node, options, from);
}

async function overPipes(node: McpNode, options: Options, { project, env }: OpenToolServerOptions): Promise<MakeRoute> {
  const { stdioTransport } = await import("../tools/mcp/stdio.ts");
  const command = String(options["command"]);
  const args = Array.isArray(options["args"]) ? options["args"].map(String) : [];
  const environment = serverEnvironment(env, textsOf(options["env"]));
  if (!findCommand(command, project.root, environment["PATH"])) throw noProgram(command, node.place);
  const start = startProcess({ command, args, env: environment, cwd: project.root });
  return (sdk, onGarbage) => {
    const transport = stdioTransport({ start, sdk, onGarbage });
    return {
      transport,
      ended: () => transport.process()?.ended() !== undefined,
      epilogue() {
        const process = transport.process();
        const how = process?.ended();
        const words = process?.lastWords() ?? "";
        return [...(how === undefined ? [] : [`It ended with ${how}.`]), ...(words === "" ? [] : [`The last that it wrote to standard error:\n${words}`])].join(
          " ",
        );
      },
      close: () => transport.close(),
    };
  };
}

/** So long a server may take to be told goodbye. */
const goodbyeMs = 1000;

async function overHttp(node: McpNode, url: string, headers: Readonly<Record<string, string>>): Promise<MakeRoute> {
  const [{ httpTransport }, { guardedFetch }, { connectionError }] = await Promise.all([
    import("../tools/mcp/http.ts"),
    import("../net/guarded-fetch.ts"),
    import("../providers/common/connection-error.ts"),
  ]);
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new RunError("invalid_request", `"${url}" is no address of an MCP server.`, { place: node.place, hint: "`url` begins with https:// or http://." });
  }
  return (sdk) => {
    const fetch = guardedFetch();
    const explained = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
      try {
        return await fetch(input, init);
      } catch (cause) {
        if (init?.signal?.aborted) throw cause;
        throw new Error(connectionError(cause, new URL(url).host).message, { cause });
      }
    };
    const transport = httpTransport({ url, headers, fetch: explained, sdk });
    return {
      transport,
      ended: () => transport.lost() !== "",
      epilogue: () => transport.lost(),
      async close() {
        const over = new AbortController();
        await Promise.race([transport.leave().catch(() => undefined), systemClock.sleep(goodbyeMs, over.signal).catch(() => undefined)]);
        over.abort(new Error("said"));
        await transport.close();
        await fetch.close();
      },
    };
  };
}

/** What to try by hand. Values that may be secrets are not repeated. */
function hintOf(options: Options): string {
  if (typeof options["url"] === "string") return "Look at `url` and `headers`, and whether the server runs.";
  const words = [options["command"], ...(Array.isArray(options["args"]) ? options["args"] : [])].map(String);
  return `To see what it says, start it by hand: ${words.map((word) => (/[\s"'$]/.test(word) ? JSON.stringify(word) : word)).join(" ")}`;
}

function textsOf(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([key, text]) => [key, String(text)]));
}
