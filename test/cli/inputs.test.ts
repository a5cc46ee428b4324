import { describe, expect, it } from "vitest";
import { folder } from "../host/folder.ts";
import { tantra } from "./tantra.ts";

const program = `
//! Shows what it was given.
provider llm = simulator
model m = llm("gpt-5")
type Point { x: int, y: int? }
/// Shows its inputs.
workflow show(
  /// What it is about.
  the_topic: string,
  maybe: float?,
  count: int = 3,
  loud: bool = false,
  tags: string[] = ["a"],
  size: "big" | "small" = "big",
  at: Point = { x: 1, y: 2 },
  /// Not the flag of Tantra.
  json: string = "none",
) -> json {
  return { the_topic: the_topic, maybe: maybe, count: count, loud: loud, tags: tags, size: size, at: at, json: json }
}
`;
const cwd = () => folder({ "package.json": "{}", "show.tantra": program, "topic.txt": "from a file\n", "in.json": '{"the_topic": "from json", "count": 7}' });
const show = async (...args: string[]) => {
  const ran = await tantra(["run", "show.tantra", ...args], { cwd: cwd() });
  return ran.code === 0 ? (JSON.parse(ran.stdout) as unknown) : ran;
};

describe("an input", () => {
  it("is a flag of its type, `_` may be typed `-`, and what is left out has its default", async () => {
    expect(await show("--the-topic", "tides", "--count=-2", "--loud", "--tags", '["x","y"]', "--size", "small", "--maybe", "0.5", "--at", '{"x": 4}')).toEqual({
      the_topic: "tides",
      maybe: 0.5,
      count: -2,
      loud: true,
      tags: ["x", "y"],
      size: "small",
      at: { x: 4, y: null },
      json: "none",
    });
  });

  it("is taken as it is typed: `_`, negative numbers, false bools, texts that look like flags", async () => {
    expect(await show("--the_topic", "--count", "--count", "-2", "--no-loud", "--maybe", "null")).toMatchObject({
      the_topic: "--count",
      count: -2,
      loud: false,
      maybe: null,
    });
    expect(await show("--the_topic=a=b", "--loud", "false")).toMatchObject({ the_topic: "a=b", loud: false });
  });

  it("is read from a file with @, less its final newline", async () => {
    expect(await show("--the-topic", "@topic.txt")).toMatchObject({ the_topic: "from a file" });
  });

  it("comes from --input, which flags overrule", async () => {
    expect(await show("--input", "in.json", "--count", "8")).toMatchObject({ the_topic: "from json", count: 8 });
  });

  it("comes from standard input with --input -", async () => {
    const ran = await tantra(["run", "show.tantra", "--input", "-"], { cwd: cwd(), stdin: '{"the_topic": "piped"}' });
    expect(JSON.parse(ran.stdout)).toMatchObject({ the_topic: "piped" });
  });

  it("with the name of a flag of Tantra is reached by --set", async () => {
    expect(await show("--the-topic", "x", "--set", "json=mine", "--set", "count=4")).toMatchObject({ json: "mine", count: 4 });
  });

  it("is listed with its type, default and description by --help after the file", async () => {
    const ran = await tantra(["run", "show.tantra", "--help"], { cwd: cwd() });
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toMatch(/Shows its inputs\./);
    expect(ran.stdout).toMatch(/--the-topic <text> +What it is about\. \(required\)/);
    expect(ran.stdout).toMatch(/--size <big\|small> +\(default: "big"\)/);
    expect(ran.stdout).toMatch(/--max-cost <dollars>/);
  });
});

describe("an input that does not fit", () => {
  const refused = (...args: string[]) => show(...args) as Promise<{ code: number; stdout: string; stderr: string }>;

  it("is said with all others, exit code 2, and nothing on standard output", async () => {
    const ran = await refused("--count", "four", "--size", "bgi");
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toContain('"the_topic" (string) is missing.');
    expect(ran.stderr).toContain('"count" must be a whole number, but is "four".');
    expect(ran.stderr).toContain('Did you mean "big"?');
  });

  it.each([
    [["--the-topik", "x"], "There is no input and no flag --the-topik.", "Did you mean --the-topic?"],
    [["--the-topic"], "--the-topic has no value.", "Write --the-topic <text>"],
    [["--the-topic", "x", "--tags", "a"], '"tags" takes JSON', '--tags \'["text", "text"]\''],
    [["--the-topic", "@nothing.txt"], "There is no file nothing.txt.", '"the_topic" was given as @nothing.txt'],
    [["--the-topic", "x", "--set", "count"], "--set count has no value.", "--set NAME=VALUE"],
    [["--the-topic", "x", "--set", "__proto__=1"], 'There is no parameter "__proto__".', "The workflow"],
    [["--the-topic", "x", "--set", "cuont=1"], 'There is no parameter "cuont".', 'Did you mean "count"?'],
    [["--the-topic", "x", "--at", "4"], '"at" must', "The workflow"],
    [["--input", "."], ". is a folder.", "--input takes a file with a JSON object"],
    [["--the-topic", "x", "--events", "-"], "events cannot go there", "Give --events a file"],
    [["tides"], 'There is no workflow or agent "tides" to start.', 'There is show. Inputs are flags: --the-topic "tides"'],
    [["--input", "topic.txt"], "topic.txt is no JSON", "Inputs are an object"],
    [["--the-topic", "x", "--timeout", "5"], "--timeout 5 is no duration.", "--timeout 90s"],
    [["--the-topic", "x", "--max-cost", "much"], "--max-cost much is no sum of money.", "--max-cost 0.50"],
    [["--the-topic", "x", "--profile", "gone"], 'There is no profile "gone".', "The program has no profiles."],
    [["shwo", "--the-topic", "x"], 'There is no workflow or agent "shwo" to start.', 'Did you mean "show"?'],
  ])("%j: %s", async (args, message, hint) => {
    const ran = await refused(...args);
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toContain(message);
    expect(ran.stderr).toContain(hint);
  });
});
