import { retriedByDefault } from "../diagnostics/classes.ts";
import type { BreakerNode, BudgetNode, LimitNode, McpNode, ModelNode, PriceNode, ProviderNode, RetryNode, Setting } from "../graph/graph.ts";
import type * as ast from "../syntax/ast.ts";
import { isPath } from "../validation/declarations/project-path.ts";
import { plainText } from "../validation/declarations/values.ts";
import { bug } from "./bug.ts";
import type { FileScope } from "./context.ts";
import { Options, settingOf, settingsOf } from "./options.ts";

/** What every declaration carries. */
export function declOf(
  decl: ast.Decl & { readonly name: ast.Name },
  file: FileScope,
): { readonly name: string; readonly place: string; readonly doc?: string } {
  return { name: decl.name.text, place: file.place(decl), ...(decl.doc === undefined ? {} : { doc: decl.doc.text }) };
}

export function compileProvider(decl: ast.ProviderDecl, file: FileScope): ProviderNode {
  const options = Options.of(decl.options, file);
  const limit = options.object("limit");
  const breaker = breakerOf(options);
  return {
    ...declOf(decl, file),
    of: originOf(decl, file),
    options: ownOptions(decl, file),
    ...options.amounts({ timeoutMs: "timeout" }),
    ...(limit === undefined ? {} : { limit: limitOf(limit) }),
    ...(breaker === undefined ? {} : { breaker }),
  };
}

/** A module keeps its `./`, which tells it from a package. */
function originOf(decl: ast.ProviderDecl, file: FileScope): ProviderNode["of"] {
  if (decl.from === undefined) return { kind: (decl.of ?? decl.name).text };
  const written = plainText(decl.from) ?? bug("a path with parts", file.place(decl));
  return { module: isPath(written) ? `./${file.rooted(written)}` : written };
}

/** Everything but what stands in fields of its own; a path to a file of the project becomes one from the root. */
function ownOptions(decl: ast.ProviderDecl, file: FileScope): Readonly<Record<string, Setting>> {
  const files = decl.from === undefined ? (file.unit.checked.kinds[(decl.of ?? decl.name).text]?.files ?? []) : [];
  const own = (decl.options?.entries ?? []).filter((entry) => !["timeout", "limit", "breaker"].includes(entry.key.text));
  return Object.fromEntries(
    own.map((entry) => {
      const value = settingOf(entry.value, file);
      return [entry.key.text, files.includes(entry.key.text) && typeof value === "string" ? file.rooted(value) : value];
    }),
  );
}

function limitOf(limit: Options): LimitNode {
  const requests = limit.rate("requests");
  const tokens = limit.rate("tokens");
  return { ...(requests === undefined ? {} : { requests }), ...(tokens === undefined ? {} : { tokens }), ...limit.amounts({ concurrent: "concurrent" }) };
}

function breakerOf(options: Options): BreakerNode | "none" | undefined {
  const breaker = options.object("breaker");
  if (breaker === undefined) return options.get("breaker") === undefined ? undefined : "none";
  return { calls: 5, windowMs: 60_000, openMs: 5_000, ...breaker.amounts({ calls: "calls", windowMs: "window", openMs: "open" }) };
}

export function compileModel(decl: ast.ModelDecl, file: FileScope): ModelNode {
  const base = declOf(decl, file);
  const options = Options.of(decl.options, file);
  const choice = decl.of.text;
  if (choice === "fallback" || choice === "round_robin") {
    const models = decl.args.map(({ value }) =>
      value.kind === "NameExpr" ? file.get(value.name, "ModelDecl", value).key : bug(`a ${value.kind} in a choice of models`, file.place(value)),
    );
    return choice === "fallback"
      ? { ...base, kind: "fallback", models, cooldownMs: options.amount("cooldown") ?? 0 }
      : { ...base, kind: "round_robin", models };
  }
  const [id] = decl.args;
  const price = options.object("price");
  const extra = options.json("extra");
  return {
    ...base,
    kind: "model",
    provider: file.get(choice, "ProviderDecl", decl.of).key,
    id: (id === undefined ? undefined : plainText(id.value)) ?? bug("a model without an id", base.place),
    parameters: parametersOf(options),
    ...options.retry(),
    ...options.amounts({ timeoutMs: "timeout" }),
    ...(price === undefined ? {} : { price: priceOf(price) }),
    ...(extra === undefined ? {} : { extra }),
  };
}

function parametersOf(options: Options): Extract<ModelNode, { kind: "model" }>["parameters"] {
  const reasoning = options.get("reasoning");
  const stop = options.items("stop").map((item) => plainText(item) ?? "");
  return {
    ...options.amounts({ temperature: "temperature", top_p: "top_p", max_tokens: "max_tokens", seed: "seed" }),
    ...(stop.length === 0 ? {} : { stop }),
    ...(reasoning?.kind === "NameExpr" ? { reasoning: reasoning.name } : {}),
  };
}

function priceOf(price: Options): PriceNode {
  return {
    input: price.amount("input") ?? 0,
    output: price.amount("output") ?? 0,
    ...price.amounts({ cached_input: "cached_input", cache_write: "cache_write" }),
  };
}

/** What is not written is what holds where no retry is declared at all (defaults.md). */
export function compileRetry(decl: ast.RetryDecl, file: FileScope): RetryNode {
  const options = Options.of(decl.options, file);
  const on = options.items("on").flatMap((item) => (item.kind === "NameExpr" ? [item.name as RetryNode["on"][number]] : []));
  return {
    ...declOf(decl, file),
    attempts: options.amount("attempts") ?? 4,
    delayMs: options.amount("delay") ?? 500,
    backoff: options.amount("backoff") ?? 2,
    maxDelayMs: options.amount("max_delay") ?? 20_000,
    jitter: options.word("jitter", ["none", "full", "equal"]) ?? "equal",
    ...options.amounts({ deadlineMs: "deadline" }),
    on: options.get("on") === undefined ? retriedByDefault : on,
    respectRetryAfter: options.flag("respect_retry_after") ?? true,
  };
}

export function compileBudget(decl: ast.BudgetDecl, file: FileScope): BudgetNode {
  const options = Options.of(decl.options, file);
  const base = declOf(decl, file);
  const maxUsd = options.amount("max") ?? bug("a budget without an amount", base.place);
  return { ...base, maxUsd, onExceed: options.word("on_exceed", ["stop", "warn"]) ?? "stop" };
}

export function compileMcp(decl: ast.McpDecl, file: FileScope): McpNode {
  return { ...declOf(decl, file), options: settingsOf(decl.options, file) };
}
