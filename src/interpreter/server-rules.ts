import type { McpNode, Setting } from "../graph/graph.ts";

/** What a declaration says about the tools of its server. Names are the server's, or as a program can write them. */
export interface ServerRules {
  allows(tool: string): boolean;
  approves(tool: string): boolean;
  timeoutMs(tool: string): number | undefined;
  /** Every tool that the declaration names, and the option that does. */
  readonly named: readonly { readonly tool: string; readonly option: string }[];
}

export function serverRules({ options }: McpNode): ServerRules {
  const allow = namesOf(options["allow"]);
  const deny = namesOf(options["deny"]) ?? [];
  const approve = options["approve"];
  const approved = namesOf(approve) ?? [];
  const single = Object.entries(recordOf(options["tools"])).map(([tool, settings]) => [tool, recordOf(settings)] as const);
  const of = (tool: string): Readonly<Record<string, Setting>> => single.find(([name]) => isNamed(tool, name))?.[1] ?? {};
  const among = (tool: string, names: readonly string[]): boolean => names.some((name) => isNamed(tool, name));
  return {
    allows: (tool) => (allow === undefined || among(tool, allow)) && !among(tool, deny) && of(tool)["deny"] !== true,
    approves: (tool) => (of(tool)["approve"] ?? (approve === true || among(tool, approved))) === true,
    timeoutMs(tool) {
      const ms = of(tool)["timeout"] ?? options["timeout"];
      return typeof ms === "number" ? ms : undefined;
    },
    named: [
      ...(allow ?? []).map((tool) => ({ tool, option: "allow" })),
      ...deny.map((tool) => ({ tool, option: "deny" })),
      ...approved.map((tool) => ({ tool, option: "approve" })),
      ...single.map(([tool]) => ({ tool, option: "tools" })),
    ],
  };
}

/** What a model calls a server's tool: `server_tool`, the tool as a program writes it. */
export function modelName({ name }: McpNode, tool: string): string {
  return `${name}_${plain(tool)}`;
}

/** Whether `written` names the server's tool: its own name, or that with `_` for all that a program cannot write. */
export function isNamed(tool: string, written: string): boolean {
  return tool === written || plain(tool) === written;
}

/** Letters, digits and `_` are what names of a program have, and what every vendor takes. */
function plain(tool: string): string {
  return tool.replace(/[^A-Za-z0-9_]/g, "_");
}

/** The one that `written` names: by its own name before any other. */
export function named<T extends { readonly name: string }>(tools: readonly T[], written: string): T | undefined {
  return tools.find(({ name }) => name === written) ?? tools.find(({ name }) => isNamed(name, written));
}

function namesOf(setting: Setting | undefined): readonly string[] | undefined {
  return Array.isArray(setting) ? setting.filter((item) => typeof item === "string") : undefined;
}

function recordOf(setting: Setting | undefined): Readonly<Record<string, Setting>> {
  return typeof setting === "object" && setting !== null && !Array.isArray(setting) ? (setting as Readonly<Record<string, Setting>>) : {};
}
