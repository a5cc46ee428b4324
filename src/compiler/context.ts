import type { Source } from "../diagnostics/source.ts";
import type { Span } from "../diagnostics/span.ts";
import type { SingleModelNode } from "../graph/graph.ts";
import type { TypeNode } from "../graph/types.ts";
import type * as ast from "../syntax/ast.ts";
import type { CheckedProgram, NamedDecl } from "../validation/checked.ts";
import { projectPath } from "../validation/declarations/project-path.ts";
import { plainText } from "../validation/declarations/values.ts";
import type { Type } from "../validation/types.ts";
import { bug } from "./bug.ts";
import type { Steps } from "./steps.ts";
import { Types } from "./types.ts";

/** What a compilation gathers on its way through the declarations. */
export class Unit {
  readonly checked: CheckedProgram;
  readonly types = new Types();
  /** Models that are written where they are used: `model: llm("gpt-5-mini")`. */
  readonly inlineModels: Record<string, SingleModelNode> = {};
  /** Workflows that another workflow calls. */
  readonly called = new Set<string>();

  constructor(checked: CheckedProgram) {
    this.checked = checked;
  }
}

/** One declaration that a name means. */
export interface Meaning<D extends NamedDecl = NamedDecl> {
  readonly key: string;
  readonly decl: D;
}

/** A text of the program and what the names in it mean: a file, or a text that a template is read from. */
export class FileScope {
  readonly unit: Unit;
  readonly path: string;
  readonly #source: Source;
  readonly #names: ReadonlyMap<string, Meaning>;

  constructor(unit: Unit, path: string, source: Source, names: ReadonlyMap<string, Meaning>) {
    this.unit = unit;
    this.path = path;
    this.#source = source;
    this.#names = names;
  }

  static of(unit: Unit, path: string, source: Source): FileScope {
    return new FileScope(unit, path, source, namesOf(unit.checked, path));
  }

  /** The same names in another text. */
  in(source: Source): FileScope {
    return new FileScope(this.unit, this.path, source, this.#names);
  }

  /** The declaration that a name means here, its own or an imported one. Variables are none. */
  find(name: string): Meaning | undefined {
    return this.#names.get(name);
  }

  /** As `find`, of a kind that the checker made sure of. */
  get<K extends NamedDecl["kind"]>(name: string, kind: K, at: Span): Meaning<Extract<NamedDecl, { kind: K }>> {
    const found = this.#names.get(name);
    if (found === undefined || !isKind(found, kind)) return bug(`the name "${name}"`, this.place(at));
    return found;
  }

  place(span: Span): string {
    return this.#source.place(span);
  }
  written(span: Span): string {
    return this.#source.text.slice(span.start, span.end);
  }
  /** A path in this file as one relative to the root. */
  rooted(written: string): string {
    return projectPath(this.path, written) ?? written;
  }

  type(type: Type): TypeNode {
    return this.unit.types.node(type);
  }
  /** The type of an expression, where checking gave it one. */
  typeOf(expr: ast.Expr): TypeNode | undefined {
    const type = this.unit.checked.typeOf.get(expr);
    return type === undefined ? undefined : this.type(type);
  }
}

/** Where an expression stands. */
export interface Context {
  readonly file: FileScope;
  readonly steps: Steps;
  /** In a workflow, where a call of another one counts for what `main` is. */
  readonly inWorkflow: boolean;
}

function isKind<K extends NamedDecl["kind"]>(meaning: Meaning, kind: K): meaning is Meaning<Extract<NamedDecl, { kind: K }>> {
  return meaning.decl.kind === kind;
}

/** A file's own declarations and its imports. Profiles are left out: nothing names one. */
function namesOf(checked: CheckedProgram, path: string): ReadonlyMap<string, Meaning> {
  const names = new Map<string, Meaning>();
  for (const { key, file, decl } of checked.declarations.values()) {
    if (file === path && decl.kind !== "ProfileDecl") names.set(decl.name.text, { key, decl });
  }
  for (const decl of checked.files.find((file) => file.path === path)?.file.declarations ?? []) {
    if (decl.kind !== "ImportDecl") continue;
    const from = projectPath(path, plainText(decl.from) ?? "");
    for (const { name, alias } of decl.names) {
      const meant = checked.declarations.get(`${from}#${name.text}`);
      if (meant !== undefined) names.set((alias ?? name).text, { key: meant.key, decl: meant.decl });
    }
  }
  return names;
}
