import { optionalPackage } from "../../diagnostics/optional-package.ts";

export type Sdk = typeof import("@modelcontextprotocol/client");

/** The protocol's own client, loaded when the first server is opened. Throws a `RunError` where it is not installed. */
export function loadSdk(): Promise<Sdk> {
  return optionalPackage("@modelcontextprotocol/client", () => import("@modelcontextprotocol/client"), "MCP servers are reached through it");
}
