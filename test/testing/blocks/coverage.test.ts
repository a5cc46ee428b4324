import { describe, expect, it } from "vitest";
import { branchesOf } from "../../../src/testing/blocks/coverage.ts";
import { compiled, head, results } from "./blocks.ts";

const program = `${head}tool look(n: int) -> string from "./t.ts" { deny: if n > 9 { true } else { false } }
template list(xs: string[]) """
  %{for x in xs}
  - \${x}
  %{end}
  %{if len(xs) > 2}
  Many.
  %{end}
  """
agent a(topic: string = "tides") { model: if topic == "x" { small } else { small }, prompt: "About \${topic}" }
workflow w(kind: "bug" | "note" | "none", xs: string[] = []) -> string {
  let name = first(xs) ?? "nobody"
  if len(xs) > 5 { return "long" }
  let told = match kind {
    "bug" => a("bug") catch _ { "no answer" }
    "note" => list(xs)
    _ => if name == "nobody" { "empty" } else { name }
  }
  let all = parallel(on_error: continue) for x in xs { a(x) }
  parallel {
    let one = a("one")
    let two = a("two")
  }
  let fast = race {
    a("first")
    a("second")
  }
  repeat(max: 2) { let _ = 1 }
  return told + fast + one + two + join(compact(all), " ")
}
`;

/** What no test of the program reached, as `of name line`. */
async function missed(tests: string): Promise<string[]> {
  const graph = await compiled(program + tests);
  const reached = new Set((await results(program + tests)).flatMap((result) => [...result.reached]));
  return [...branchesOf(graph)].flatMap(([id, { of, name, place }]) => {
    const line = Number(place.split(":")[1]) - 2;
    return reached.has(id) ? [] : [`${of}${name === undefined ? "" : ` ${name}`} ${line}`];
  });
}

describe("the branches of a program", () => {
  it("are all there, and none is reached where nothing runs", async () => {
    expect(await missed("")).toEqual([
      "loop 3",
      "if 6",
      "if not 6",
      "if 1",
      "else 1",
      "if 10",
      "else 10",
      "?? 12",
      "if 13",
      "if not 13",
      'case "bug" 15',
      'case "note" 16',
      "case _ 17",
      "catch 15",
      "if 17",
      "else 17",
      "loop 19",
      "failed branch 19",
      "parallel one 21",
      "parallel two 22",
      "race 25",
      "race 26",
      "loop 28",
    ]);
  });

  it("are reached by what is evaluated, in texts and conditions of tools, too", async () => {
    const tests = `test "nothing given" {
  fake a -> fail overloaded
  fake look -> "seen"
  expect fails overloaded { w("bug") }
  expect look(1) == "seen"
  expect fails denied { look(10) }
}
test "two" {
  fake a -> fail overloaded then "A"
  expect w("note", ["x", "y"]) != ""
}`;
    expect(await missed(tests)).toEqual(["if 6", "if 10", "else 10", "if 13", "case _ 17", "if 17", "else 17"]);
  });

  it("of a race are reached where they come to an end, and of an else-if one by one", async () => {
    const tests = `test "the second waits for the first" {
  fake a -> "1" then "2" then "3" then "4" then "5" then "6"
  expect w("none") == "empty312"
}
test "else" {
  fake a -> "1" then "2" then "3" then "4" then "5" then "6"
  expect w("none", ["x"]) == "x4231"
}
test "long" { expect w("note", ["1", "2", "3", "4", "5", "6"]) == "long" }`;
    const left = await missed(tests);
    expect(left).toContain("race 26");
    expect(left).not.toContain("race 25");
    expect(left).not.toContain("else 17");
    expect(left).not.toContain("if 13");
    expect(left).toContain("failed branch 19");
  });

  it("are no data: a value that looks like an expression has none", async () => {
    const graph = await compiled('workflow w(x: json = { kind: "if" }) -> json { [x, { kind: "match", arms: [{}] }] }');
    expect(branchesOf(graph).size).toBe(0);
  });
});

it("templates are reached where they are rendered", async () => {
  const [result] = await results(`${program}test "x" { expect list(["a"]) == "- a" }`);
  expect([...(result?.reached ?? [])]).toContain("main.tantra#list");
});
