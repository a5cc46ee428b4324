/**
 * The step that a path at run time is a run of: indices taken out, and the turns and tool calls of an agent left out, so
 * that an agent used as a tool stands right below the one that calls it. `agents` holds the paths of agents' runs.
 * `research/found[2]/researcher/turn[1]/call[0]/fact_checker` is `research/found[]/researcher/fact_checker`.
 */
export function staticPath(path: string, agents: ReadonlySet<string>): string {
  // Most have nothing to leave out, and a long run has a million.
  if (!/\/(?:turn|call)\[/.test(path)) return path.replaceAll(/\[\d+\](?=\/|$)/g, "[]");
  const kept: string[] = [];
  let prefix = "";
  let inAgent = false;
  for (const part of path.split("/")) {
    const own = inAgent && /^(turn|call)\[\d+\]$/.test(part);
    prefix = prefix === "" ? part : `${prefix}/${part}`;
    if (!own) {
      kept.push(part.replace(/\[\d+\]$/, "[]"));
      inAgent = agents.has(prefix);
    }
  }
  return kept.join("/");
}
