import type { JsonObject } from "../diagnostics/json.ts";
import type { BudgetRef, RateNode, RetryRef, Setting } from "../graph/graph.ts";
import type * as ast from "../syntax/ast.ts";
import { plainText, plainWord, secretOf } from "../validation/declarations/values.ts";
import { bug } from "./bug.ts";
import type { FileScope } from "./context.ts";

/** The options of a declaration or a call, read as what the checker made sure they are. Absent: undefined. */
export class Options {
  readonly #entries: ReadonlyMap<string, ast.Expr>;
  readonly #file: FileScope;

  constructor(entries: readonly ast.Entry[], file: FileScope) {
    this.#entries = new Map(entries.map((entry) => [entry.key.text, entry.value]));
    this.#file = file;
  }

  static of(object: ast.ObjectExpr | undefined, file: FileScope): Options {
    return new Options(object?.entries ?? [], file);
  }

  get(key: string): ast.Expr | undefined {
    return this.#entries.get(key);
  }
  keys(): readonly string[] {
    return [...this.#entries.keys()];
  }

  /** A duration in milliseconds, dollars, or a plain number. */
  amount(key: string): number | undefined {
    const value = this.get(key);
    return value === undefined ? undefined : numberOf(value, this.#file);
  }
  /** As `{ [as]: amount }`, or nothing where it is not written. */
  amounts<K extends string>(names: Readonly<Record<K, string>>): { readonly [P in K]?: number } {
    const found: { [P in K]?: number } = {};
    for (const as of Object.keys(names) as K[]) {
      const value = this.amount(names[as]);
      if (value !== undefined) found[as] = value;
    }
    return found;
  }
  rate(key: string): RateNode | undefined {
    const value = this.get(key);
    return value?.kind === "RateExpr" ? rateOf(value) : undefined;
  }
  word<W extends string>(key: string, words: readonly W[]): W | undefined {
    const value = this.get(key);
    if (value === undefined) return undefined;
    const written = plainWord(value);
    return words.find((word) => word === written) ?? bug(`the word of "${key}"`, this.#file.place(value));
  }
  flag(key: string): boolean | undefined {
    const value = this.get(key);
    return value?.kind === "BoolExpr" ? value.value : undefined;
  }
  items(key: string): readonly ast.Expr[] {
    const value = this.get(key);
    return value?.kind === "ListExpr" ? value.items : [];
  }
  object(key: string): Options | undefined {
    const value = this.get(key);
    return value?.kind === "ObjectExpr" ? Options.of(value, this.#file) : undefined;
  }
  setting(key: string): Setting | undefined {
    const value = this.get(key);
    return value === undefined ? undefined : settingOf(value, this.#file);
  }
  json(key: string): JsonObject | undefined {
    const value = this.setting(key);
    // The checker lets no secret into it.
    return value === undefined ? undefined : (value as JsonObject);
  }

  retry(): { readonly retry?: RetryRef } {
    const value = this.get("retry");
    if (value?.kind !== "NameExpr") return {};
    return { retry: value.name === "none" ? "none" : { retry: this.#file.get(value.name, "RetryDecl", value).key } };
  }
  budget(): { readonly budget?: BudgetRef } {
    const value = this.get("budget");
    if (value?.kind === "NameExpr") return { budget: { budget: this.#file.get(value.name, "BudgetDecl", value).key } };
    return value === undefined ? {} : { budget: { maxUsd: numberOf(value, this.#file) } };
  }
}

export function numberOf(expr: ast.Expr, file: FileScope): number {
  switch (expr.kind) {
    case "NumberExpr":
    case "DurationExpr":
    case "MoneyExpr":
      return expr.value;
    case "RateExpr":
      return (expr.value * unitMs.m) / unitMs[expr.per];
    case "UnaryExpr":
      return -numberOf(expr.operand, file);
    default:
      return bug("an option that is no number", file.place(expr));
  }
}

const unitMs: { readonly [U in ast.RateExpr["per"]]: number } = { s: 1000, m: 60_000, h: 3_600_000 };

/** `0.5/s` is one in two seconds: half a request is none. */
function rateOf({ value, per }: ast.RateExpr): RateNode {
  return value < 1 ? { amount: 1, windowMs: unitMs[per] / value } : { amount: value, windowMs: unitMs[per] };
}

/** An option's value as data: durations in milliseconds, rates by the minute, words as text, secrets as a name of the environment. */
export function settingOf(expr: ast.Expr, file: FileScope): Setting {
  const secret = secretOf(expr);
  if (secret !== undefined) {
    const fallback = secret.fallback === undefined ? undefined : plainText(secret.fallback);
    return { kind: "env", name: secret.env.name.text, ...(fallback === undefined ? {} : { default: fallback }), place: file.place(secret.env) };
  }
  switch (expr.kind) {
    case "StringExpr":
      return plainText(expr) ?? bug("a text with parts as an option", file.place(expr));
    case "BoolExpr":
      return expr.value;
    case "NullExpr":
      return null;
    case "NameExpr":
      return expr.name;
    case "ListExpr":
      return expr.items.map((item) => settingOf(item, file));
    case "ObjectExpr":
      return settingsOf(expr, file);
    default:
      return numberOf(expr, file);
  }
}

export function settingsOf(object: ast.ObjectExpr | undefined, file: FileScope): Readonly<Record<string, Setting>> {
  return Object.fromEntries((object?.entries ?? []).map((entry) => [entry.key.text, settingOf(entry.value, file)]));
}
