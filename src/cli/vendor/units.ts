/** What can be copied by itself. Paths are files and folders of `src/`; `test/repo/units.test.ts` holds that no file imports anything outside of its unit. */
export interface Unit {
  /** What a program imports. */
  readonly door: string;
  readonly paths: readonly string[];
  /** What its files import: needed, or loaded where it is used. */
  readonly packages: readonly string[];
}

export type UnitName = keyof typeof units;

const runtime: Unit = {
  door: "runtime.ts",
  paths: [
    "runtime.ts",
    "README.md",
    "diagnostics",
    "graph",
    "agent",
    "embed",
    "interpreter",
    "providers/common",
    "providers/simulator",
    "providers/openai",
    "net",
    // Of Node's side the one file that any JavaScript has.
    "host/clock.ts",
  ],
  packages: ["@pydantic/genai-prices", "ajv", "jsonrepair", "openai", "re2js", "undici"],
};

const core: Unit = {
  door: "core.ts",
  paths: [
    ...runtime.paths,
    "core.ts",
    "syntax",
    "validation",
    "compiler",
    "plan",
    "formatter",
    // The checker knows every kind, for each is data.
    "providers/kinds.ts",
    ...["anthropic", "azure", "bedrock", "cohere", "gemini", "ollama"].map((kind) => `providers/${kind}/kind.ts`),
  ],
  packages: [...runtime.packages, "chevrotain"],
};

const all: Unit = {
  door: "index.ts",
  paths: [""],
  packages: [
    ...core.packages,
    "commander",
    "tsx",
    "@anthropic-ai/sdk",
    "@aws-sdk/client-bedrock-runtime",
    "@google/genai",
    "@modelcontextprotocol/client",
    "cohere-ai",
    "ollama",
  ],
};

/** Each holds the one before it. */
export const units = { runtime, core, all } as const;

export function isIn(unit: Unit, path: string): boolean {
  return unit.paths.some((own) => own === "" || path === own || path.startsWith(`${own}/`));
}
