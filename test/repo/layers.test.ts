import { posix } from "node:path";
import { expect, test } from "vitest";
import { projectFiles, read } from "./files.ts";
import { imports, packageName } from "./imports.ts";

/** What a folder of src/ may import: other folders, packages at once, packages on first use (`await import`). The table of src/README.md. */
interface Layer {
  readonly folders: readonly string[];
  readonly packages?: readonly string[];
  readonly onFirstUse?: readonly string[];
  readonly node?: boolean;
}

const below = [
  "diagnostics",
  "net",
  "syntax",
  "validation",
  "formatter",
  "graph",
  "compiler",
  "agent",
  "embed",
  "interpreter",
  "plan",
  "providers",
  "tools",
  "journal",
  "report",
];

const layers: Readonly<Record<string, Layer>> = {
  diagnostics: { folders: [] },
  net: { folders: [], onFirstUse: ["undici"] },
  syntax: { folders: ["diagnostics"], packages: ["chevrotain"] },
  validation: { folders: ["diagnostics", "syntax"], onFirstUse: ["ajv"] },
  formatter: { folders: ["diagnostics", "syntax"] },
  graph: { folders: ["diagnostics"] },
  compiler: { folders: ["diagnostics", "syntax", "validation", "graph"] },
  agent: { folders: ["diagnostics"], onFirstUse: ["ajv", "jsonrepair", "@pydantic/genai-prices"] },
  embed: { folders: ["diagnostics", "agent"] },
  interpreter: { folders: ["diagnostics", "graph", "agent"], onFirstUse: ["re2js"] },
  plan: { folders: ["diagnostics", "graph", "agent", "interpreter"] },
  providers: {
    folders: ["diagnostics", "agent"],
    onFirstUse: ["openai", "@anthropic-ai/sdk", "@google/genai", "ollama", "cohere-ai", "@aws-sdk/client-bedrock-runtime"],
  },
  tools: { folders: ["diagnostics", "agent", "interpreter", "graph"], onFirstUse: ["tsx", "@modelcontextprotocol/client"] },
  journal: { folders: ["diagnostics", "agent"] },
  report: { folders: ["diagnostics", "graph", "agent"] },
  host: { folders: below, node: true, onFirstUse: ["tsx", "@pydantic/genai-prices"] },
  testing: { folders: [...below, "host"], node: true },
  // Commands are imported on first use, and commander with them: `--version` loads neither.
  cli: { folders: [...below, "host", "testing"], packages: ["commander"], node: true },
  // Doors: each gives what lies behind it, and what the one before it gives.
  "runtime.ts": { folders: ["diagnostics", "net", "graph", "agent", "embed", "interpreter", "providers", "host"] },
  "core.ts": { folders: ["syntax", "validation", "formatter", "compiler", "plan", "providers", "runtime.ts"] },
  "index.ts": { folders: [...below, "host", "runtime.ts"] },
};

function violations(path: string): string[] {
  const inside = path.slice("src/".length);
  const folder = inside.split("/")[0] ?? "";
  const layer = layers[folder];
  if (layer === undefined) return [`${path}: the folder ${folder} has no row in the table of layers`];
  const wrong: string[] = [];
  for (const { specifier, type, lazy } of imports(read(path))) {
    if (specifier.startsWith(".")) {
      const target = posix.join(posix.dirname(inside), specifier).split("/")[0] ?? "";
      if (target !== folder && !layer.folders.includes(target)) wrong.push(`${path} imports ${specifier}: ${folder} may not know ${target}`);
    } else if (specifier.startsWith("node:")) {
      if (!layer.node) wrong.push(`${path} imports ${specifier}: only host and cli touch the machine`);
    } else {
      const name = packageName(specifier);
      const allowed = layer.packages?.includes(name) || ((lazy || type) && layer.onFirstUse?.includes(name));
      if (!allowed) wrong.push(`${path} imports ${specifier}${lazy ? "" : " at load time"}: ${folder} may not`);
    }
  }
  return wrong;
}

const sources = projectFiles("src", ".ts");

test("every file imports only what its layer allows", () => {
  expect(sources.length).toBeGreaterThan(50);
  expect(sources.flatMap(violations)).toEqual([]);
});

test("a provider's kind.ts imports nothing", () => {
  const kinds = sources.filter((path) => /^src\/providers\/[^/]+\/kind\.ts$/.test(path));
  expect(kinds.length).toBeGreaterThan(0);
  for (const path of kinds) expect(imports(read(path)), path).toEqual([]);
});

test("the plan uses nothing of the interpreter that runs", () => {
  for (const path of projectFiles("src/plan", ".ts")) {
    const used = imports(read(path)).filter(({ specifier, type }) => !type && specifier.includes("/interpreter/"));
    for (const { specifier } of used) expect(specifier, path).not.toMatch(/\/(run|executors)/);
  }
});

test("outside host and cli nothing reads the process, the clock or chance", () => {
  const looked = sources
    .filter((path) => !/^src\/(host|cli)\//.test(path))
    .flatMap((path) =>
      read(path)
        .split("\n")
        .flatMap((line, index) =>
          /^\s*(\/\/|\*|\/\*)/.test(line)
            ? []
            : /\bprocess\.(env|exit|cwd|argv|stdout|stderr)\b|\bDate\.now\(|\bMath\.random\(|\bnew Date\(\)/.test(line)
              ? [`${path}:${index + 1}: ${line.trim()}`]
              : [],
        ),
    );
  expect(looked).toEqual([]);
});
