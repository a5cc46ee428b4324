import { join } from "node:path";
import { type Diagnostic, hasErrors } from "../diagnostics/diagnostic.ts";
import { RunError } from "../diagnostics/errors.ts";
import { normalise, Source } from "../diagnostics/source.ts";
import type { Graph } from "../graph/graph.ts";
import type { CheckedProgram } from "../validation/checked.ts";
import { lockFile } from "../validation/server-lock.ts";
import { sha256 } from "./hash.ts";
import { kinds } from "./kinds.ts";
import { openProject, type Project, textProject } from "./project.ts";
import { unreadable } from "./read-text.ts";

export interface LoadOptions {
  /** What relative paths count from; default: the process's working directory. */
  readonly cwd?: string;
  /** The project's root, where it is not to be found by `package.json` or `.git`. */
  readonly root?: string;
  /** What `mcp.lock.json` knows of the servers is not looked at: they are about to be asked. */
  readonly withoutLock?: boolean;
  /** Whether a model has a known price, for the warning about budgets that cannot hold. Absent: not asked. */
  readonly priced?: (kind: string, modelId: string) => boolean;
  /** Functions are given in the place of tools' modules: one that is not there is a warning, and an error of the run that needs it. */
  readonly hostTools?: boolean;
  /** Is told of every file of the project that is asked for, whether it is there or not: its absolute path. */
  readonly onRead?: (path: string) => void;
}

/** A program from a file, with all that messages about it need. */
export interface LoadedProgram {
  readonly project: Project;
  /** Absent: the program has errors, which are among `diagnostics`. */
  readonly graph?: Graph;
  readonly diagnostics: readonly Diagnostic[];
  /** The text of a file of the program, for the lines that messages show. */
  readonly source: (path: string) => Source | undefined;
}

export interface CheckedFile extends Omit<LoadedProgram, "graph"> {
  readonly checked: CheckedProgram;
}

/** A program's file, read and checked. Throws `RunError` T623 when it cannot be read. Nothing of it runs. */
export async function checkFile(file: string, options: LoadOptions = {}): Promise<CheckedFile> {
  const project = openProject(file, options);
  readEntry(file, project);
  return checkProject(project, options);
}

/** The program of a project, checked. */
async function checkProject(project: Project, options: LoadOptions): Promise<CheckedFile> {
  const { check } = await import("../validation/check.ts");
  const { hostTools = false, priced, onRead } = options;
  const read = options.withoutLock ? withoutLock(project.readFile) : project.readFile;
  const readFile: Project["readFile"] = (path) => {
    onRead?.(join(project.root, path));
    return read(path);
  };
  const checked = check(project.entry, { kinds, hostTools, readFile, ...(priced === undefined ? {} : { priced }) });
  const known = new Map(checked.files.map(({ path, source }) => [path, source]));
  for (const [path, { source }] of checked.texts) known.set(path, source);
  return { project, checked, diagnostics: checked.diagnostics, source: (path) => known.get(path) ?? readSource(project, path) };
}

/**
 * A program ready to run: a `.tantra` file is checked and compiled, a `.json` file is a graph that somebody compiled.
 * Throws `RunError` T623 when it cannot be read, T624 when a graph does not fit.
 */
export async function loadProgram(file: string, options: LoadOptions = {}): Promise<LoadedProgram> {
  if (file.endsWith(".json")) return loadGraphFile(file, options);
  return compiled(await checkFile(file, options));
}

export interface TextOptions extends LoadOptions {
  /** What the program is called in messages and keys, as a path in the root. Default: `program.tantra`. */
  readonly name?: string;
}

/** A program from its text. What it imports and its tools are looked for in the root. Throws `RunError` T623 where there is none. */
export async function loadText(text: string, { name = "program.tantra", ...options }: TextOptions = {}): Promise<LoadedProgram> {
  return compiled(await checkProject(textProject(name, text, options), options));
}

async function compiled({ checked, ...loaded }: CheckedFile): Promise<LoadedProgram> {
  if (hasErrors(loaded.diagnostics)) return loaded;
  const { compile } = await import("../compiler/compile.ts");
  return { ...loaded, graph: compile(checked, sha256) };
}

async function loadGraphFile(file: string, options: LoadOptions): Promise<LoadedProgram> {
  const project = openProject(file, options);
  const text = readEntry(file, project);
  const { loadGraph } = await import("../graph/load.ts");
  const graph = await loadGraph(parseGraph(file, text));
  return { project, graph, diagnostics: [], source: (path) => readSource(project, path) };
}

function parseGraph(file: string, text: string): unknown {
  const hint = "A .json file is run as a compiled program: tantra compile main.tantra > main.json";
  let graph: unknown;
  try {
    graph = JSON.parse(text);
  } catch (cause) {
    throw new RunError("invalid_request", `${file} is no JSON: ${cause instanceof Error ? cause.message : String(cause)}.`, { code: "T624", hint, cause });
  }
  if (typeof graph === "object" && graph !== null && "version" in graph) return graph;
  throw new RunError("invalid_request", `${file} is JSON, but no graph.`, { code: "T624", hint });
}

function withoutLock(readFile: Project["readFile"]): Project["readFile"] {
  return (path) => (path === lockFile ? { ok: false, why: "missing" } : readFile(path));
}

function readEntry(file: string, project: Project): string {
  const read = project.readFile(project.entry);
  if (!read.ok) throw unreadable(file, read);
  return read.text;
}

/** Of a graph from elsewhere the sources may be missing, or be others than those it was compiled from: then no line is shown. */
function readSource(project: Project, path: string): Source | undefined {
  const read = path === "" ? undefined : project.readFile(path);
  return read?.ok ? new Source(path, normalise(read.text)) : undefined;
}
