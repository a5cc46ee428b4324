/// <reference path="./undici-parts.d.ts" />

/** What of undici is used. */
export type Undici = Pick<typeof import("undici"), "EnvHttpProxyAgent" | "buildConnector">;

/**
 * Undici, loaded on the first request: its entry brings its fetch, WebSocket, cache and mocks along and takes longer to load than
 * Node to start, these two modules take a third of that. A version that keeps them elsewhere is loaded whole.
 */
export async function loadUndici(): Promise<Undici> {
  try {
    const [agent, connector] = await Promise.all([import("undici/lib/dispatcher/env-http-proxy-agent.js"), import("undici/lib/core/connect.js")]);
    return { EnvHttpProxyAgent: agent.default, buildConnector: connector.default };
  } catch {
    return await import("undici");
  }
}
