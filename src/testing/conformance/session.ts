import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Provider } from "../../agent/provider.ts";
import type { Json } from "../../diagnostics/json.ts";
import type { Act, ReceivedRequest, Rendered, Seen, Subject } from "./subject.ts";

/** The key that a subject is opened with: found anywhere, it is a leak. */
export const secret = "kit-canary-0123456789abcdef";

/** A subject at work against a local server. */
export interface Session {
  readonly provider: Provider;
  readonly origin: string;
  /** Every request so far. */
  readonly received: readonly ReceivedRequest[];
  /** The n-th request (from 0) as the vendor reads it. */
  seen(n?: number): Seen;
  /** Resolves when so many requests have arrived whole. */
  arrived(count: number): Promise<void>;
  /** Resolves when no connection stands. */
  quiet(): Promise<void>;
  readonly mostAtOnce: number;
}

/** Runs `work` with the subject opened against a server that answers each request by the next act, the last for all further ones. */
export async function withSession<T>(subject: Subject, acts: readonly Act[], work: (session: Session) => Promise<T>): Promise<T> {
  const received: ReceivedRequest[] = [];
  const sockets = new Set<Socket>();
  let woken: (() => void)[] = [];
  let atOnce = 0;
  let mostAtOnce = 0;
  const changed = (): void => {
    const all = woken;
    woken = [];
    for (const wake of all) wake();
  };
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await new Promise<void>((resolve) => woken.push(resolve));
  };

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await read(incoming);
    if (request === undefined) return;
    const act = acts[Math.min(received.length, acts.length - 1)];
    received.push(request);
    atOnce++;
    mostAtOnce = Math.max(mostAtOnce, atOnce);
    response.once("close", () => {
      atOnce--;
      changed();
    });
    changed();
    if (act !== undefined) await perform(act, request, response, subject);
  }

  const server = createServer((incoming, response) => void serve(incoming, response));
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => {
      sockets.delete(socket);
      changed();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = await subject.open(origin, secret);
  try {
    return await work({
      provider,
      origin,
      received,
      seen: (n = 0) => subject.backend.read(received[n] as ReceivedRequest),
      arrived: (count) => until(() => received.length >= count),
      quiet: () => until(() => sockets.size === 0),
      get mostAtOnce() {
        return mostAtOnce;
      },
    });
  } finally {
    await provider.close?.();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
  }
}

async function read(incoming: IncomingMessage): Promise<ReceivedRequest | undefined> {
  const pieces: Buffer[] = [];
  try {
    for await (const piece of incoming) pieces.push(piece as Buffer);
  } catch {
    return undefined;
  }
  const bytes = Buffer.concat(pieces);
  let body: Json | undefined;
  try {
    body = JSON.parse(bytes.toString("utf8")) as Json;
  } catch {
    body = undefined;
  }
  return { method: incoming.method ?? "", url: incoming.url ?? "", headers: incoming.headers, bytes, body };
}

async function perform(act: Act, request: ReceivedRequest, response: ServerResponse, { backend }: Subject): Promise<void> {
  if ("connection" in act) {
    if (act.connection === "reset") response.socket?.resetAndDestroy();
    return;
  }
  if ("redirect" in act) return void response.writeHead(307, { location: act.redirect }).end();
  if ("raw" in act) return write(response, act.raw, act.raw.pieces);
  if ("failure" in act) {
    const rendered = backend.failure(act.failure, request);
    return write(response, rendered, rendered.pieces);
  }
  const rendered = backend.reply(act.reply, request);
  if ("writes" in act) return write(response, rendered, cutAt(bytesOf(rendered), act.writes));
  if (!("cut" in act)) return write(response, rendered, rendered.pieces);
  const bytes = bytesOf(rendered);
  const part = bytes.subarray(0, Math.floor(bytes.length * act.cut));
  response.writeHead(rendered.status, { ...rendered.headers });
  response.flushHeaders();
  if (act.then === "end") response.end(part);
  else if (act.then === "stall") response.write(part);
  // What was written has to arrive before the reset does.
  else response.write(part, () => setTimeout(() => response.socket?.resetAndDestroy(), 20));
}

/** Each piece in a write of its own, on a socket that does not gather them. */
async function write(response: ServerResponse, { status, headers }: Rendered, pieces: readonly (string | Uint8Array)[]): Promise<void> {
  response.socket?.setNoDelay(true);
  response.writeHead(status, { ...headers });
  for (const piece of pieces) {
    if (response.destroyed) return;
    await new Promise<void>((resolve) => response.write(piece, () => setImmediate(resolve)));
  }
  response.end();
}

export function bytesOf({ pieces }: Rendered): Uint8Array {
  return Buffer.concat(pieces.map((piece) => (typeof piece === "string" ? Buffer.from(piece) : piece)));
}

function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const cuts = [...new Set(places.map((place) => Math.min(bytes.length, Math.max(0, place))))].sort((a, b) => a - b);
  const pieces: Uint8Array[] = [];
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    if (cut > from) pieces.push(bytes.subarray(from, cut));
    from = cut;
  }
  return pieces;
}
