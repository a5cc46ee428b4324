/** The modules of undici that `undici.ts` takes one by one; its own types describe them as members of the whole. */
declare module "undici/lib/dispatcher/env-http-proxy-agent.js" {
  const agent: typeof import("undici").EnvHttpProxyAgent;
  export default agent;
}
declare module "undici/lib/core/connect.js" {
  const connector: typeof import("undici").buildConnector;
  export default connector;
}
