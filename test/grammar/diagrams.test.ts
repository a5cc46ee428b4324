import { existsSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { read, root } from "../repo/files.ts";
import { parserRules } from "./parser-rules.ts";
import { diagramsPage } from "./railroad.ts";

const path = "grammar/diagrams.html";

test("the railroad diagrams show the parser's rules as they are", () => {
  const page = diagramsPage(parserRules());
  if (process.env["UPDATE"] === "1" || (!existsSync(root + path) && process.env["CI"] === undefined)) writeFileSync(root + path, page);
  expect(read(path)).toBe(page);
});

test("the page asks nothing of the network", () => {
  expect(read(path)).not.toMatch(/https?:|<script|@import/);
});
