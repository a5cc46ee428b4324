import { expect, test } from "vitest";
import { createStores } from "../../src/interpreter/store.ts";

test("updates of one key happen one after the other, and see what the one before left", async () => {
  const store = createStores(undefined).of("main/tool");
  const seen: unknown[] = [];
  const add = (n: number) =>
    store.update("n", (value) => {
      seen.push(value);
      return Number(value ?? 0) + n;
    });
  expect(await Promise.all([add(1), add(2), add(3)])).toEqual([1, 3, 6]);
  expect(seen).toEqual([undefined, 1, 3]);
  expect(await store.get("n")).toBe(6);
});

test("an update that fails changes nothing and holds up nobody", async () => {
  const store = createStores(undefined).of("main/tool");
  await store.set("n", 1);
  const failing = store.update("n", () => {
    throw new Error("no");
  });
  const after = store.update("n", (value) => Number(value) + 1);
  await expect(failing).rejects.toThrow("no");
  expect(await after).toBe(2);
  expect(await store.get("m")).toBeUndefined();
});
