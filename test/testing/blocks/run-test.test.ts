import { describe, expect, it } from "vitest";
import { systemClock } from "../../../src/host/clock.ts";
import { simulator } from "../../../src/providers/simulator/index.ts";
import { runTest } from "../../../src/testing/blocks/run-test.ts";
import { optionsOf } from "../../interpreter/world.ts";
import { manualClock } from "../../support/clock.ts";
import { compiled, failures, head, results } from "./blocks.ts";

const agent = `${head}type Inner { k: int }
type Note { text: string, inner: Inner? }
agent a(topic: string = "tides") -> Note { model: small, prompt: "About \${topic}" }
`;

describe("an expectation that does not hold", () => {
  it("tells the part that does not, with both of its sides", async () => {
    const [result] = await results(`${agent}test "x" {
  fake a -> { text: "one" }
  let note = a()
  expect note.inner == null && note.text == "two"
}`);
    expect(result?.failures).toMatchObject([
      {
        code: "T630",
        place: "main.tantra:9:32",
        expected: {
          source: 'note.inner == null && note.text == "two"',
          values: [
            { what: "left", value: '"one"' },
            { what: "right", value: '"two"' },
          ],
        },
      },
    ]);
  });

  it("tells what a function was given", async () => {
    const [result] = await results(`${agent}test "x" {
  fake a -> { text: "one" }
  let note = a()
  expect contains(note.text, "two")
}`);
    expect(result?.failures[0]?.expected?.values).toEqual([{ what: "argument 1", value: '"one"' }]);
  });

  it("is one that looks into null, and one about a call that was not made", async () => {
    const program = `${agent}test "null" {
  fake a -> { text: "one" }
  let note = a()
  expect note.inner.k == 1
}
test "no call" { expect prompt(a) == "x" }
test "not so many" {
  fake a -> { text: "one" }
  let _ = a()
  expect prompt(a, 2) == "x"
}`;
    expect(await failures(program)).toEqual(['T617 There is no ".k" on null.', 'T617 "a" was not called.', 'T617 "a" was called once, so there is no call 2.']);
  });

  it("ends its test, and what was expected to fail has to, with that class", async () => {
    const program = `${agent}test "x" {
  fake a -> { text: "one" } then fail budget "spent"
  expect fails rate_limit { a() }
  expect 1 == 2
}
test "y" {
  fake a -> fail budget "spent"
  expect fails rate_limit { a() }
}`;
    const [x, y] = await results(program);
    expect(x?.failures).toMatchObject([{ code: "T630", expected: { values: [{ what: "value", value: '{"text":"one","inner":null}' }] } }]);
    expect(y?.failures).toMatchObject([{ code: "T614", message: expect.stringContaining("spent") }]);
  });
});

describe("a test", () => {
  it("that fails outside of an expectation tells where", async () => {
    const [result] = await results(`${agent}workflow w() -> Note { a() }
test "x" {
  fake a -> fail timeout "slow"
  let _ = w()
}`);
    expect(result?.failures).toMatchObject([{ code: "T604", path: "test/w/a/turn[0]" }]);
  });

  it("starts from nothing: what another has faked, called or spent is not there", async () => {
    const program = `${agent}test "one" {
  fake a -> { text: "one" }
  expect a().text == "one" && calls(a) == 1
}
test "two" {
  expect calls(a) == 0 && cost == 0.0
  fake a -> { text: "two" }
  expect a().text == "two"
  fake a -> { text: "three" }
  expect a().text == "three"
}`;
    const graph = await compiled(program);
    const all = await Promise.all(graph.tests.map((test) => runTest(graph, test, { ...optionsOf({}, manualClock()), clock: systemClock })));
    expect(all.map(({ failures: found }) => found)).toEqual([[], []]);
  });

  it("knows what it has cost so far, and says so where a real provider was asked", async () => {
    const program = `${agent}test "real" {
  expect cost == 0.0
  let note = a()
  expect cost == 0.25 && note.inner == null
}
test "faked" {
  fake a -> { text: "one" }
  expect a().text == "one"
}`;
    const clock = systemClock;
    const openProvider = () => ({
      provider: simulator({}, { clock, replies: { a: [{ text: '{"text":"x"}' }] } }),
      kind: "openai",
      refusedKeywords: [],
      simulated: false,
    });
    const [real, faked] = await results(program, {}, { openProvider, prices: { source: "t", cost: () => 0.25 } });
    expect(real?.failures).toEqual([]);
    expect(real?.charged).toMatchObject({ usd: 0.25, unpriced: 0 });
    expect(faked?.charged).toBeUndefined();
  });
});
