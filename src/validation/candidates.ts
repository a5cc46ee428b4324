import type { CallExpr, Expr, ModelDecl, ProviderDecl } from "../syntax/ast.ts";
import { isChoiceOfModels } from "./declarations/model.ts";
import { plainText } from "./declarations/values.ts";
import type { KindData } from "./kind-data.ts";
import { kindOfProvider } from "./kind-of-provider.ts";
import { type Placed, replacedBy } from "./profiles.ts";
import type { WholeProgram } from "./rule.ts";

/** One model that may be asked. */
export interface Candidate {
  /** Where it is declared; a call where an agent says `model: llm("gpt-5")` outright. */
  readonly model: Placed<ModelDecl | CallExpr>;
  /** The vendor's id of it. */
  readonly id: string;
  readonly provider: Placed<ProviderDecl>;
  /** Undefined where the provider's kind is not known. */
  readonly kind: KindData | undefined;
}

/** The models of a program as one profile (undefined: none) makes them. */
export interface Models {
  readonly profile: string | undefined;
  /** Every single model behind a choice: all branches of `if` and `match`, all of a fallback's. */
  candidatesOf(choice: Expr, file: string): readonly Candidate[];
  /** A declared model of this key, or what replaces it. */
  declared(key: string): Placed<ModelDecl> | undefined;
  /** The single model that a declaration or an outright `llm("id")` stands for, if its provider is known. */
  single(model: Placed<ModelDecl | CallExpr>): Candidate | undefined;
}

export function modelsOf(program: WholeProgram, profile: string | undefined): Models {
  const replaced = replacedBy(program, profile);
  const kinds = new Map<ProviderDecl, KindData | undefined>();

  function declared<K extends "ProviderDecl" | "ModelDecl">(key: string, kind: K): Placed<Extract<ProviderDecl | ModelDecl, { kind: K }>> | undefined {
    const found = replaced.get(key) ?? program.declarations.get(key);
    if (found === undefined || found.decl.kind !== kind) return undefined;
    return { decl: found.decl as Extract<ProviderDecl | ModelDecl, { kind: K }>, file: found.file };
  }

  function kindOf({ decl, file }: Placed<ProviderDecl>): KindData | undefined {
    if (!kinds.has(decl)) {
      const kind = kindOfProvider(decl, file, program.options);
      kinds.set(decl, kind.of === "known" ? kind.kind : undefined);
    }
    return kinds.get(decl);
  }

  function single(model: Placed<ModelDecl | CallExpr>): Candidate | undefined {
    const { decl } = model;
    const symbol = program.resolved.get(decl.kind === "ModelDecl" ? decl.of : decl.callee);
    const provider = symbol?.of === "decl" ? declared(symbol.key, "ProviderDecl") : undefined;
    const id = decl.args[0] === undefined ? undefined : plainText(decl.args[0].value);
    return provider === undefined ? undefined : { model, id: id ?? "", provider, kind: kindOf(provider) };
  }

  function* below(key: string, seen: Set<string>): Iterable<Candidate> {
    const model = seen.has(key) ? undefined : declared(key, "ModelDecl");
    seen.add(key);
    if (model === undefined) return;
    if (isChoiceOfModels(model.decl)) {
      for (const next of alternativesOf(model.decl, program)) yield* below(next, seen);
    } else {
      const candidate = single(model);
      if (candidate !== undefined) yield candidate;
    }
  }

  function* behind(choice: Expr, file: string, seen: Set<string>): Iterable<Candidate> {
    switch (choice.kind) {
      case "NameExpr": {
        const symbol = program.resolved.get(choice);
        if (symbol?.of === "decl") yield* below(symbol.key, seen);
        return;
      }
      case "CallExpr": {
        const candidate = single({ decl: choice, file });
        if (candidate !== undefined) yield candidate;
        return;
      }
      case "IfExpr":
        yield* behind(choice.then, file, seen);
        if (choice.else !== undefined) yield* behind(choice.else, file, seen);
        return;
      case "MatchExpr":
        for (const arm of choice.arms) yield* behind(arm.value, file, seen);
        return;
      case "BlockExpr":
        for (const statement of choice.body) if (statement.kind === "ExprStmt") yield* behind(statement.expr, file, seen);
        return;
      default:
    }
  }

  return {
    profile,
    candidatesOf: (choice, file) => [...behind(choice, file, new Set())],
    declared: (key) => declared(key, "ModelDecl"),
    single,
  };
}

/** The keys of the models that a `fallback` or `round_robin` names. */
export function alternativesOf(decl: ModelDecl, program: WholeProgram): readonly string[] {
  return decl.args.flatMap((arg) => {
    const symbol = program.resolved.get(arg.value);
    return symbol?.of === "decl" && symbol.decl.kind === "ModelDecl" ? [symbol.key] : [];
  });
}

/** Where a candidate is declared, for a message: 'the model "fast"'. */
export function nameOfModel(model: ModelDecl | CallExpr): string {
  return model.kind === "ModelDecl" ? `"${model.name.text}"` : `\`${model.callee.kind === "NameExpr" ? model.callee.name : "…"}(…)\``;
}
