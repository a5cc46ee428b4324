import type { JsonSchema } from "../diagnostics/json.ts";

/** What `tantra mcp pull` wrote about the MCP servers of a project: `mcp.lock.json` in its root. */
export interface ServerLock {
  readonly version: 1;
  /** By the declaration's key, `file#name`. */
  readonly servers: Readonly<Record<string, LockedServer>>;
}
export interface LockedServer {
  /** Who the server said it was. */
  readonly server?: { readonly name: string; readonly version: string };
  /** By name. */
  readonly tools: readonly LockedTool[];
}
/** As the server listed it. */
export interface LockedTool {
  readonly name: string;
  readonly description?: string;
  readonly inputSchema: JsonSchema;
  readonly outputSchema?: JsonSchema;
}

/** Its path in the project's root. */
export const lockFile = "mcp.lock.json";

/** A lock from its text, or what is wrong with it as the end of a sentence. */
export function readLock(text: string): ServerLock | string {
  let lock: unknown;
  try {
    lock = JSON.parse(text);
  } catch (error) {
    return `it is no JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
  if (!isObject(lock) || !isObject(lock["servers"])) return "it has no `servers`";
  if (lock["version"] !== 1) return "it is of another version";
  for (const [key, server] of Object.entries(lock["servers"])) {
    const tools = isObject(server) ? server["tools"] : undefined;
    if (!Array.isArray(tools)) return `"${key}" has no list of tools`;
    if (!tools.every((tool) => isObject(tool) && typeof tool["name"] === "string" && isObject(tool["inputSchema"]))) {
      return `a tool of "${key}" lacks its \`name\` or its \`inputSchema\``;
    }
  }
  return lock as unknown as ServerLock;
}

/** What a tool takes, by the properties of its schema: what a call may name, and what it must. Undefined: the schema does not say. */
export function parametersOf({
  inputSchema,
}: LockedTool): { readonly names: readonly string[]; readonly required: readonly string[]; readonly open: boolean } | undefined {
  const { properties, required, additionalProperties } = inputSchema;
  // What a reference or a combination allows is the schema's to say, when the tool is called.
  if (["$ref", "allOf", "anyOf", "oneOf", "patternProperties"].some((keyword) => keyword in inputSchema)) return undefined;
  return {
    names: isObject(properties) ? Object.keys(properties) : [],
    required: Array.isArray(required) ? required.filter((name) => typeof name === "string") : [],
    open: additionalProperties !== undefined && additionalProperties !== false,
  };
}

/** Whether a program's `written` names the server's tool: exactly, or with `_` for what a program cannot write. */
export function names(tool: string, written: string): boolean {
  return tool === written || tool.replace(/[^A-Za-z0-9_]/g, "_") === written;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
