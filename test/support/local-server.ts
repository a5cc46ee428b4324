import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/**
 * A local server that answers as it is told and can misbehave. It stands at the network's other end, so that nothing of ours
 * is replaced in a test. What a vendor's own server says stands in `<vendor>-server.ts`.
 */
export interface LocalServer {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  readonly host: string;
  /** Every request so far, in order of arrival. */
  readonly requests: readonly ServedRequest[];
  /** Connections that stand now. */
  readonly openSockets: number;
  /** Connections that were ever made. */
  readonly connections: number;
  /** The most requests that were being answered at one time. */
  readonly mostAtOnce: number;
  /** Resolves when the n-th request (from 1) has arrived whole. */
  arrived(n: number): Promise<ServedRequest>;
  /** Resolves when no connection stands. */
  quiet(): Promise<void>;
  close(): Promise<void>;
}

export interface ServedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The body as JSON, or undefined where it is none. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
  /** Resolves when the connection of this request is gone, or the reply is whole: "closed" or "finished". */
  readonly ended: Promise<"closed" | "finished">;
}

/** What one request is answered with. */
export type Behaviour = (request: ServedRequest, response: ServerResponse) => unknown;
export type Script = readonly Behaviour[] | ((request: ServedRequest, index: number) => Behaviour);

export async function localServer(script: Script): Promise<LocalServer> {
  const requests: ServedRequest[] = [];
  const sockets = new Set<Socket>();
  let waiting: (() => void)[] = [];
  let connections = 0;
  let atOnce = 0;
  let mostAtOnce = 0;
  const changed = () => {
    const woken = waiting;
    waiting = [];
    for (const wake of woken) wake();
  };
  const until = async (holds: () => boolean) => {
    while (!holds()) await new Promise<void>((resolve) => waiting.push(resolve));
  };

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const ended = new Promise<"closed" | "finished">((resolve) => response.once("close", () => resolve(response.writableFinished ? "finished" : "closed")));
    const pieces: Buffer[] = [];
    try {
      for await (const piece of incoming) pieces.push(piece as Buffer);
    } catch {
      return;
    }
    const text = Buffer.concat(pieces).toString("utf8");
    const request: ServedRequest = { method: incoming.method ?? "", path: incoming.url ?? "", headers: incoming.headers, text, body: parse(text), ended };
    atOnce++;
    mostAtOnce = Math.max(mostAtOnce, atOnce);
    void ended.then(() => {
      atOnce--;
      changed();
    });
    const index = requests.push(request) - 1;
    changed();
    const behaviour =
      typeof script === "function" ? script(request, index) : (script[index] ?? status(500, { error: { message: "Nothing is scripted for this request." } }));
    await behaviour(request, response);
  }

  const server = createServer((incoming, response) => void serve(incoming, response));
  server.on("connection", (socket) => {
    connections++;
    sockets.add(socket);
    socket.once("close", () => {
      sockets.delete(socket);
      changed();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    origin: `http://${host}`,
    host,
    requests,
    get openSockets() {
      return sockets.size;
    },
    get connections() {
      return connections;
    },
    get mostAtOnce() {
      return mostAtOnce;
    },
    async arrived(n) {
      await until(() => requests.length >= n);
      return requests[n - 1] as ServedRequest;
    },
    quiet: () => until(() => sockets.size === 0),
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function parse(text: string): ServedRequest["body"] {
  try {
    return JSON.parse(text) as ServedRequest["body"];
  } catch {
    return undefined;
  }
}

/** Any status with any body: an object as JSON, a string as it is. */
export function status(code: number, body: object | string = "", headers: Readonly<Record<string, string>> = {}): Behaviour {
  return (_request, response) => {
    const type = typeof body === "string" ? "text/plain" : "application/json";
    response.writeHead(code, { "content-type": type, ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };
}

/** The connection is reset without a reply. */
export function resetAtOnce(): Behaviour {
  return (_request, response) => response.socket?.resetAndDestroy();
}

/** A stream that sends these pieces and then breaks off, is reset, or falls silent. */
export function brokenStream(pieces: readonly (string | Uint8Array)[], then: "end" | "reset" | "stall", type = "text/event-stream"): Behaviour {
  return (_request, response) => {
    response.writeHead(200, { "content-type": type });
    response.flushHeaders();
    const bytes = Buffer.concat(pieces.map((piece) => (typeof piece === "string" ? Buffer.from(piece) : piece)));
    if (then === "end") response.end(bytes);
    else if (then === "stall") response.write(bytes);
    // What was written has to arrive before the reset does.
    else response.write(bytes, () => setTimeout(() => response.socket?.resetAndDestroy(), 20));
  };
}

/** The request is taken and never answered. */
export function silence(): Behaviour {
  return () => undefined;
}

export function redirect(location: string, code = 307): Behaviour {
  return status(code, "", { location });
}

/** A stream of exactly these bytes, each piece in a write of its own. */
export function rawStream(pieces: readonly (string | Uint8Array)[], type = "text/event-stream"): Behaviour {
  return async (_request, response) => {
    response.writeHead(200, { "content-type": type });
    for (const piece of pieces) await new Promise<void>((resolve) => response.write(piece, () => resolve()));
    response.end();
  };
}

/** A page as a proxy in between answers with. */
export function page(code: number, title: string): Behaviour {
  return status(code, `<!DOCTYPE html><html><head><title>${title}</title><style>body{}</style></head><body><h1>${title}</h1></body></html>`, {
    "content-type": "text/html",
  });
}
