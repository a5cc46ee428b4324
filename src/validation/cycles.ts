/**
 * Cycles of a directed graph, each once: for every group of nodes that reach each other, the shortest way round from
 * the first of them in the order given.
 */
export function cyclesOf(nodes: readonly string[], next: (node: string) => readonly string[]): readonly (readonly string[])[] {
  const cycles: string[][] = [];
  const places = new Map(nodes.map((node, index) => [node, index]));
  for (const group of groupsOf(nodes, next)) {
    if (group.length === 1 && group[0] !== undefined && !next(group[0]).includes(group[0])) continue;
    const members = new Set(group);
    const [first] = [...group].sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
    const way = first === undefined ? undefined : wayBack(first, members, next);
    if (way !== undefined) cycles.push(way);
  }
  return cycles;
}

/** The shortest way from `from` to `to` within `members`, both included; undefined where there is none. */
export function wayTo(from: string, to: string, members: ReadonlySet<string>, next: (node: string) => readonly string[]): string[] | undefined {
  const before = new Map<string, string | undefined>([[from, undefined]]);
  const queue = [from];
  for (let node = queue.shift(); node !== undefined; node = queue.shift()) {
    if (node === to) {
      const way: string[] = [];
      for (let at: string | undefined = node; at !== undefined; at = before.get(at)) way.unshift(at);
      return way;
    }
    for (const target of next(node)) {
      if (!members.has(target) || before.has(target)) continue;
      before.set(target, node);
      queue.push(target);
    }
  }
  return undefined;
}

function wayBack(start: string, members: ReadonlySet<string>, next: (node: string) => readonly string[]): string[] | undefined {
  let best: string[] | undefined;
  for (const target of next(start)) {
    const way = members.has(target) ? wayTo(target, start, members, next) : undefined;
    if (way !== undefined && (best === undefined || way.length < best.length)) best = way;
  }
  return best === undefined ? undefined : [start, ...best.slice(0, -1)];
}

/** Strongly connected components (Tarjan 1972), without recursion: a program may chain thousands of declarations. */
export function groupsOf(nodes: readonly string[], next: (node: string) => readonly string[]): readonly (readonly string[])[] {
  const groups: string[][] = [];
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const onStack = new Set<string>();
  const stack: string[] = [];
  const enter = (node: string) => {
    index.set(node, index.size);
    low.set(node, index.get(node) ?? 0);
    stack.push(node);
    onStack.add(node);
    return { node, targets: next(node), at: 0 };
  };
  const lower = (node: string, value: number): void => void low.set(node, Math.min(low.get(node) ?? value, value));
  for (const root of nodes) {
    if (index.has(root)) continue;
    const frames = [enter(root)];
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      const target = frame.targets[frame.at++];
      if (target !== undefined) {
        if (!index.has(target)) frames.push(enter(target));
        else if (onStack.has(target)) lower(frame.node, index.get(target) ?? 0);
        continue;
      }
      frames.pop();
      const parent = frames.at(-1);
      if (parent !== undefined) lower(parent.node, low.get(frame.node) ?? 0);
      if (low.get(frame.node) !== index.get(frame.node)) continue;
      const group: string[] = [];
      for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
        onStack.delete(node);
        group.push(node);
        if (node === frame.node) break;
      }
      groups.push(group);
    }
  }
  return groups;
}
