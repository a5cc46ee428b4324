import type { Transport } from "@modelcontextprotocol/client";
import { RunError } from "../../diagnostics/errors.ts";
import { visible } from "../../diagnostics/visible.ts";
import type { ToolServer } from "../../interpreter/options.ts";
import { type Connection, connect, type ListedTool } from "./connection.ts";
import { type Digest, mostSaid, resultOf, ServerSaid } from "./result.ts";
import { loadSdk, type Sdk } from "./sdk.ts";
import { isTooLarge, mostBytes } from "./too-large.ts";
import { shorten } from "./words.ts";

/** A way to one server; each connection goes over a transport of its own. */
export interface Route {
  readonly transport: Transport;
  /** Nothing can be sent any more, although the transport has not been closed. */
  ended(): boolean;
  /** What is known of how it ended: exit code, last words. Sentences, or "". */
  epilogue(): string;
  /** Ends it for good, whatever the connection thinks. */
  close(): Promise<void>;
}

export interface OpenServerOptions {
  /** The declaration's name and place. */
  readonly name: string;
  readonly place: string;
  /** What to try by hand where it does not start. */
  readonly hint: string;
  readonly route: (sdk: Sdk, onGarbage: (line: string) => void) => Route;
  readonly client: { readonly name: string; readonly version: string };
  readonly warn: (message: string, hint?: string) => void;
  readonly digest: Digest;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Aborts when nobody needs the server any more. */
  readonly signal: AbortSignal;
}

export interface OpenedServer extends ToolServer {
  tools(): Promise<readonly ListedTool[]>;
  /** Who it says it is. */
  readonly server: Connection["server"];
}

/** Starting, and listing tools, may each take so long. */
export const slowestStartMs = 30_000;

/** A server may say that its list has changed while it is listing. */
const mostRounds = 3;

interface Session extends Connection {
  readonly route: Route;
}

/**
 * A server that is up, its tools listed. It is started anew once, when it is needed after it has ended; what was being called
 * then has failed, unless the server says that calling it again changes nothing. Throws `RunError`s at the declaration's place.
 */
export async function openServer(options: OpenServerOptions): Promise<OpenedServer> {
  const { name, warn } = options;
  const quoted = `"${name}"`;
  const sdk = await loadSdk().catch((error: unknown) => {
    throw error instanceof RunError ? error.at("", options.place) : error;
  });
  let current = await start();
  let restarted = false;
  let reviving: Promise<Session> | undefined;
  let known: readonly ListedTool[] | undefined;
  let listing: Promise<readonly ListedTool[]> | undefined;
  /** Counts the server's word that its list has changed. */
  let changes = 0;
  /** The list that the next one is compared with. */
  let before: readonly ListedTool[] | undefined;
  try {
    await tools();
  } catch (error) {
    await current.route.close();
    throw error;
  }

  async function start(): Promise<Session> {
    try {
      return await session("legacy");
    } catch (error) {
      if (!(error instanceof sdk.ProtocolError)) throw failed("did not start", error);
      // It answers, and knows no handshake: a server of the stateless revision.
      return await session("auto").catch((again: unknown) => {
        throw failed("did not start", again instanceof sdk.ProtocolError ? error : again);
      });
    }
  }

  async function session(mode: "legacy" | "auto"): Promise<Session> {
    const route = options.route(sdk, (line) =>
      warn(`The MCP server ${quoted} prints what is no message to its standard output: ${visible(shorten(line, shownLine), true)}`),
    );
    const { client, signal } = options;
    const onChanged = (): void => {
      changes++;
      known = undefined;
    };
    const onAsked = (method: string): void => warn(`The MCP server ${quoted} asks for ${visible(method, true)}, which is refused.`);
    try {
      const connection = await within((limit) => connect({ sdk, transport: route.transport, client, onChanged, onAsked, mode, signal: limit }), signal);
      // A getter: the connection ends later.
      return {
        ...connection,
        route,
        get dead() {
          return connection.dead || route.ended();
        },
      };
    } catch (error) {
      await route.close();
      if (error instanceof RunError || error instanceof sdk.ProtocolError) throw error;
      const words = wordsOf(error);
      const more = route.epilogue();
      throw new Error(words.includes(more) ? words : stopped(words) + after(more), { cause: error });
    }
  }

  /** The work, with a signal that aborts at the time limit or when the run is over; it is not waited for longer. */
  async function within<T>(work: (signal: AbortSignal) => Promise<T>, outer: AbortSignal): Promise<T> {
    const timer = new AbortController();
    const limit = AbortSignal.any([outer, timer.signal]);
    const over = new AbortController();
    void options.sleep(slowestStartMs, over.signal).then(
      () => timer.abort(new Error(`there is no answer within ${slowestStartMs / 1000} s`)),
      () => undefined,
    );
    const aborted = new Promise<never>((_, reject) => {
      limit.addEventListener("abort", () => reject(limit.reason), { once: true });
      if (limit.aborted) reject(limit.reason);
    });
    try {
      return await Promise.race([work(limit), aborted]);
    } finally {
      over.abort(new Error("in time"));
    }
  }

  function failed(what: string, error: unknown): RunError {
    if (error instanceof RunError) return error.at("", options.place);
    return new RunError("tool_error", `The MCP server ${quoted} ${what}: ${stopped(wordsOf(error))}`, {
      code: "T640",
      place: options.place,
      hint: options.hint,
      cause: error,
    });
  }

  /** The session, anew where it has ended, once. */
  async function live(): Promise<Session> {
    if (!current.dead) return current;
    if (reviving === undefined) {
      if (restarted) throw gone(`ended again after it was started anew`);
      restarted = true;
      warn(`The MCP server ${quoted} ended and is started anew.${after(current.route.epilogue())}`);
      reviving = current.route.close().then(start);
    }
    current = await reviving;
    reviving = undefined;
    known = undefined;
    return current;
  }

  function gone(what: string): RunError {
    return new RunError("tool_error", `The MCP server ${quoted} ${what}.${after(current.route.epilogue())}`, {
      code: "T640",
      place: options.place,
      hint: options.hint,
    });
  }

  /** The list as it is now. A tool that is listed as before is the same object as before. */
  async function tools(): Promise<readonly ListedTool[]> {
    if (known !== undefined && !current.dead) return known;
    listing ??= list().finally(() => {
      listing = undefined;
    });
    return listing;
  }

  async function list(): Promise<readonly ListedTool[]> {
    const session = await live();
    for (let round = 1; ; round++) {
      const seen = changes;
      const listed = await within((limit) => session.list(limit), options.signal).catch((error: unknown) => {
        throw session.dead ? gone("ended while its tools were listed") : failed("did not list its tools", error);
      });
      if (seen !== changes && round < mostRounds) continue;
      const same = before === undefined ? listed : kept(listed, before);
      if (before !== undefined && same !== before) warn(changed(before, same));
      before = same;
      known = same;
      return same;
    }
  }

  function changed(old: readonly ListedTool[], now: readonly ListedTool[]): string {
    const names = (list: readonly ListedTool[], other: readonly ListedTool[]): string =>
      list
        .flatMap((tool) => (other.some((one) => one.name === tool.name) ? [] : [visible(tool.name, true)]))
        .slice(0, 12)
        .join(", ");
    const added = names(now, old);
    const left = names(old, now);
    const what = [...(added === "" ? [] : [`new: ${added}`]), ...(left === "" ? [] : [`gone: ${left}`])].join("; ");
    return `The MCP server ${quoted} has changed its tools${what === "" ? "" : ` (${what})`}.`;
  }

  return {
    get server() {
      return current.server;
    },
    tools,
    async call(tool, args, { signal, onProgress }) {
      for (;;) {
        const session = await live();
        try {
          return resultOf(await session.call(tool, args, { signal, onProgress }), options.digest);
        } catch (error) {
          if (signal.aborted) throw error;
          if (session.dead) {
            const again = !restarted && before?.find(({ name: listed }) => listed === tool)?.repeatable === true;
            if (again) continue;
            throw gone(`ended while "${visible(tool, true)}" was being called`);
          }
          throw callFailure(error, tool);
        }
      }
    },
    async close() {
      await reviving?.then(
        (session) => session.route.close(),
        () => undefined,
      );
      await current.route.close();
      await current.close();
    },
  };

  /** The server's own words stay an `Error`, for the model; what is no answer is the server's failure. */
  function callFailure(error: unknown, tool: string): unknown {
    const called = `"${visible(tool, true)}"`;
    if (isTooLarge(error)) {
      const message = `The MCP server ${quoted} answered ${called} with more than ${mostBytes / 1024 / 1024} MB.`;
      return new RunError("tool_error", message, { code: "T640", place: options.place, hint: "Ask it for less: a part, a page, a summary." });
    }
    if (error instanceof sdk.SdkError) return failed(`gave no answer to ${called}`, error);
    return error instanceof sdk.ProtocolError ? new ServerSaid(shorten(error.message, mostSaid)) : error;
  }
}

/** The tools listed now, each that is as before as the same object; the same list where all are. */
function kept(now: readonly ListedTool[], before: readonly ListedTool[]): readonly ListedTool[] {
  const known = new Map(before.map((tool) => [tool.name, tool]));
  const result = now.map((tool) => {
    const old = known.get(tool.name);
    return old !== undefined && JSON.stringify(old) === JSON.stringify(tool) ? old : tool;
  });
  return result.length === before.length && result.every((tool, index) => tool === before[index]) ? before : result;
}

/** Longer ones are a page of HTML or a whole schema. */
const shownWords = 500;
const shownLine = 120;

function wordsOf(error: unknown): string {
  return visible(shorten(error instanceof Error ? error.message : String(error), shownWords));
}

function stopped(words: string): string {
  return /[.!?…]$/.test(words.trim()) ? words.trim() : `${words.trim()}.`;
}

function after(epilogue: string): string {
  return epilogue === "" ? "" : ` ${epilogue}`;
}
