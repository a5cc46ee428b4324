import { expect, test } from "vitest";
import { loadUndici } from "../../src/net/undici.ts";

test("the two modules that are loaded are those of the whole", async () => {
  const { buildConnector, EnvHttpProxyAgent } = await loadUndici();
  const whole = await import("undici");
  expect(EnvHttpProxyAgent).toBe(whole.EnvHttpProxyAgent);
  expect(buildConnector).toBe(whole.buildConnector);
});
