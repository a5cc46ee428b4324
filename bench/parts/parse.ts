import { parse as parseGraphql } from "graphql";
import { parse as parseYaml } from "yaml";
import { Source } from "../../src/diagnostics/source.ts";
import { kinds } from "../../src/host/kinds.ts";
import { parse } from "../../src/syntax/parse.ts";
import { check } from "../../src/validation/check.ts";
import { generate } from "../support/generate.ts";
import { interleaved, medians } from "../support/measure.ts";
import { type Figure, quantity, type Report } from "../support/report.ts";

const megabyte = 1_000_000;

/**
 * Throughput of parsing and checking one long file, against the parsers of YAML, GraphQL and JSON; and how both grow.
 *
 * The texts for GraphQL are of a kind with ours: a megabyte of it is 179,000 tokens, a fifth of it strings, and becomes
 * 165,000 nodes; of Tantra it is 170,000 tokens and 2,700 comments, a quarter of it strings and text blocks, and becomes 151,000
 * nodes, names counted as GraphQL counts them. Both give a tree in which every node has its place.
 */
export async function parsing(rounds: number): Promise<Report> {
  const yaml = generate("yaml", megabyte);
  const graphql = generate("graphql", megabyte);
  const json = generate("json", megabyte);
  const programs = [1, 2, 4, 8].map((size) => generate("tantra", size * megabyte));
  const [one = "", two = "", four = "", eight = ""] = programs;
  for (const { severity, message } of checked(one)) if (severity === "error") throw new Error(`the generated program has errors: ${message}`);

  const speed = medians(
    await interleaved(rounds, {
      tantra: () => throughput(one, parsed),
      check: () => throughput(one, checked),
      yaml: () => throughput(yaml, parseYaml),
      graphql: () => throughput(graphql, (text) => parseGraphql(text)),
      json: () => throughput(json, JSON.parse),
    }),
  );
  const time = medians(
    await interleaved(rounds, {
      one: () => taken(one, parsed),
      two: () => taken(two, parsed),
      four: () => taken(four, parsed),
      eight: () => taken(eight, parsed),
      checkTwo: () => taken(two, checked),
      checkFour: () => taken(four, checked),
    }),
  );
  const mb = (value: number) => `${value.toFixed(1)} MB/s`;
  const growth = (name: string, from: number, to: number): Figure => ({
    name,
    value: to / from,
    unit: "x",
    must: 2.3,
    aim: 2.1,
    measured: `${quantity(from, "ms")} to ${quantity(to, "ms")}`,
  });
  return {
    part: "parse",
    title: "Parsing and checking a generated file of 1 MB (throughput against other parsers: more is better)",
    figures: [
      {
        name: "parse, against graphql",
        value: speed.tantra / speed.graphql,
        unit: "x",
        must: 0.8,
        aim: 1,
        more: true,
        measured: `${mb(speed.tantra)}; graphql ${mb(speed.graphql)}`,
      },
      { name: "parse, against yaml", value: speed.tantra / speed.yaml, unit: "x", must: 5, aim: 5, more: true, measured: `yaml ${mb(speed.yaml)}` },
      { name: "parse, against JSON.parse", value: speed.tantra / speed.json, unit: "x", more: true, measured: `JSON.parse ${mb(speed.json)}` },
      { name: "parse and check, against graphql's parse", value: speed.check / speed.graphql, unit: "x", more: true, measured: mb(speed.check) },
      growth("parse, 1 to 2 MB: time", time.one, time.two),
      growth("parse, 2 to 4 MB: time", time.two, time.four),
      growth("parse, 4 to 8 MB: time", time.four, time.eight),
      growth("parse and check, 2 to 4 MB: time", time.checkTwo, time.checkFour),
    ],
  };
}

function parsed(text: string): unknown {
  return parse(new Source("bench.tantra", text));
}

function checked(text: string) {
  return check("bench.tantra", { kinds, readFile: () => ({ ok: true, text }) }).diagnostics;
}

/** Milliseconds for one text, as the mean over eight megabytes: most of the work of the collector comes after, not during, one parse. */
function taken(text: string, read: (text: string) => unknown): number {
  const times = Math.round((8 * megabyte) / text.length);
  const start = performance.now();
  for (let time = 0; time < times; time++) read(text);
  return (performance.now() - start) / times;
}

/** Megabytes of text a second. */
function throughput(text: string, read: (text: string) => unknown): number {
  return Buffer.byteLength(text) / 1000 / taken(text, read);
}
