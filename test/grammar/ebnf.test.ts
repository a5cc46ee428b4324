import { expect, test } from "vitest";
import { contextual, reserved, spelling } from "../../src/syntax/tokens.ts";
import { read } from "../repo/files.ts";
import { parserRules, production, terminals } from "./ebnf.ts";

const text = read("grammar/tantra.ebnf");
const prose = text.slice(0, text.indexOf("*)"));

test("every rule of the parser stands in the grammar as the parser reads it, and no other", () => {
  const written = text
    .slice(text.indexOf("*)") + 2)
    .split(/ ;(?:\n|$)/)
    .map((rule) => rule.replace(/\s+/g, " ").trim())
    .filter((rule) => rule !== "");
  expect(written.map((rule) => `${rule} ;`)).toEqual(parserRules().map(production));
});

test("every terminal that is no text of its own is explained", () => {
  const named = [...terminals(parserRules())].filter((label) => /^[A-Z]+$/.test(label));
  expect(named.length).toBeGreaterThan(8);
  for (const label of named) expect(prose).toMatch(new RegExp(`\\b${label}\\b`));
});

test("the reserved words are listed, all of them", () => {
  const listed = /reserved\s+((?:[a-z]+ ?)+)\n/.exec(prose)?.[1]?.trim().split(" ");
  expect(listed).toEqual(reserved.map(spelling));
});

test("every contextual word has a place in a rule", () => {
  const used = terminals(parserRules());
  for (const word of contextual) expect(used, spelling(word)).toContain(word.LABEL);
});
