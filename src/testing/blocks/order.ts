import { abortReason, onAbort, throwIfAborted } from "../../agent/abort.ts";
import type { RunEvent } from "../../agent/events.ts";

/**
 * The order of paths: what runs one after the other stands in the order of time, branches in the order of their block, and the
 * calls of one turn in the order in which the model asked for them, whichever of them is first.
 */
export interface Order {
  see(event: RunEvent): void;
  /** Resolves when everything that stands before `path` and runs beside it is over: no call can come before it any more. */
  turn(path: string, signal: AbortSignal): Promise<void>;
  /** Below 0: `a` stands first. */
  compare(a: Placed, b: Placed): number;
}
/** A path, and when it was come by. */
export interface Placed {
  readonly path: string;
  readonly seq: number;
}

const blockKinds: readonly string[] = ["parallel", "parallel_for", "race"];
const callPath = /^(.*\/turn\[\d+\]\/call)\[(\d+)\]$/;

export function createOrder(): Order {
  /** Branches in the order in which they were started, which is that of the source, by their block's path. */
  const blocks = new Map<string, string[]>();
  const blockOf = new Map<string, string>();
  /** Branches and calls of turns that are not over. */
  const running = new Set<string>();
  const waiting = new Set<() => void>();

  function over(path: string): void {
    if (!running.delete(path)) return;
    for (const wake of [...waiting]) wake();
  }

  /** What stands before a step and runs beside it. */
  function before(path: string): string[] {
    return prefixes(path).flatMap((prefix) => {
      const block = blockOf.get(prefix);
      if (block !== undefined) {
        const branches = blocks.get(block) ?? [];
        return branches.slice(0, branches.indexOf(prefix));
      }
      const [, turn, index] = callPath.exec(prefix) ?? [];
      return Array.from({ length: Number(index ?? 0) }, (_, call) => `${turn}[${call}]`);
    });
  }

  function changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const letGo = onAbort(signal, () => {
        waiting.delete(wake);
        reject(abortReason(signal));
      });
      const wake = (): void => {
        waiting.delete(wake);
        letGo();
        resolve();
      };
      waiting.add(wake);
    });
  }

  return {
    see(event) {
      const { path, type } = event;
      switch (type) {
        case "step.started":
          if (blockKinds.includes(event.kind)) blocks.set(path, []);
          if (event.kind !== "branch") return;
          for (const block of [path.replace(/\[\d+\]$/, ""), path.slice(0, path.lastIndexOf("/"))]) {
            if (blockOf.has(path)) continue;
            const branches = blocks.get(block);
            if (branches === undefined) continue;
            branches.push(path);
            blockOf.set(path, block);
            running.add(path);
          }
          return;
        case "tool.called":
        case "agent.started": {
          const call = path.slice(0, path.lastIndexOf("/"));
          if (callPath.test(call)) running.add(call);
          return;
        }
        case "step.finished":
        case "step.failed":
        case "step.cancelled":
          over(path);
          return;
        case "tool.returned":
        case "tool.failed":
        case "agent.finished":
        case "agent.failed":
          if (callPath.test(path.slice(0, path.lastIndexOf("/")))) over(path.slice(0, path.lastIndexOf("/")));
      }
    },
    async turn(path, signal) {
      throwIfAborted(signal);
      while (before(path).some((other) => running.has(other))) await changed(signal);
    },
    compare(a, b) {
      const [as, bs] = [prefixes(a.path), prefixes(b.path)];
      const at = as.findIndex((prefix, index) => prefix !== bs[index]);
      const [x, y] = [as[at] ?? "", bs[at] ?? ""];
      const block = blockOf.get(x);
      if (block !== undefined && block === blockOf.get(y)) {
        const branches = blocks.get(block) ?? [];
        return branches.indexOf(x) - branches.indexOf(y);
      }
      const [calls, others] = [callPath.exec(x), callPath.exec(y)];
      if (calls !== null && others !== null) return Number(calls[2]) - Number(others[2]);
      return a.seq - b.seq;
    },
  };
}

/** Every path that `path` stands in, the outermost first, itself last. */
function prefixes(path: string): string[] {
  const segments = path.split("/");
  return segments.map((_, index) => segments.slice(0, index + 1).join("/"));
}
