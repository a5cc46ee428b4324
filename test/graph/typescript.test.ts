import { expect, test } from "vitest";
import type { Graph } from "../../src/graph/graph.ts";
import { typescriptOf } from "../../src/graph/typescript.ts";
import { compile } from "../../src/index.ts";

async function typesOf(source: string): Promise<string> {
  const program = await compile(source, { name: "main.tantra" });
  expect(program.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return typescriptOf(program.graph as Graph);
}

test("a program's types, as a file that adds itself to those of the package", async () => {
  const source = `//! Reads letters.
provider llm = simulator
profile real { provider llm = simulator }
model m = llm("x")
/// A letter.
type Letter {
  /// From whom: */ a name.
  from: string
  tags: ("good" | "bad")[]
  about: Subject?
  extra: map<json>
}
type Subject { kind: "bill", amount: float }
/// Finds one.
tool find(id: int, deep: bool = false) -> Letter? from "./find.ts"
agent reader(letter: Letter, photo: image, hint: string?, note: string = "none") -> Subject {
  model: m
  tools: [find]
  prompt: "Read \${letter.from} \${hint ?? note} \${photo}"
}
workflow sorted() -> string[][] { [["x"]] }
`;
  expect(await typesOf(source)).toBe(`// Written by \`tantra types\` from main.tantra: do not change it, write it again.
import type { Json as TantraJson } from "tantra";

/** A letter. */
export interface LetterInput {
  /** From whom: *\\/ a name. */
  readonly from: string;
  readonly tags: readonly ("good" | "bad")[];
  readonly about?: Subject | null | undefined;
  readonly extra: { readonly [key: string]: TantraJson };
}

export interface Subject {
  readonly kind: "bill";
  readonly amount: number;
}

/** Reads letters. */
export interface Types {
  readonly starts: {
    readonly sorted: {
      readonly input: Readonly<Record<never, never>>;
      readonly value: readonly (readonly string[])[];
    };
    readonly reader: {
      readonly input: { readonly letter: LetterInput; readonly photo: string; readonly hint?: string | null | undefined; readonly note?: string | undefined };
      readonly value: Subject;
    };
  };
  readonly tools: {
    /** Finds one. */
    readonly find: {
      readonly input: { readonly id: number; readonly deep: boolean };
      readonly value: LetterInput | null;
    };
  };
  readonly providers: "llm";
  readonly profiles: "real";
}

declare module "tantra" {
  interface Programs {
    readonly "main.tantra": Types;
  }
}
`);
});

test("names that TypeScript keeps for itself get a number", async () => {
  const text = await typesOf("type Types { x: int }\ntype TypesInput { y: int? }\nworkflow w(a: Types, b: TypesInput) -> int { a.x + (b.y ?? 0) }");
  expect(text).toContain("export interface Types {");
  expect(text).toMatch(/export interface TypesInput\d(Input)? \{/);
  expect(text).toMatch(/readonly "main\.tantra": Types\d;/);
});
