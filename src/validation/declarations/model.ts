import { suggest } from "../../diagnostics/suggest.ts";
import type { Arg, Expr, ModelDecl } from "../../syntax/ast.ts";
import type { FileContext } from "../context.ts";
import { unfit } from "./check-form.ts";
import { checkOptions } from "./check-options.ts";
import type { OptionTable, Place } from "./form.ts";
import { retryOption, timeoutOption } from "./references.ts";
import { plainText } from "./values.ts";

/** What `reasoning` may be is the kind's own: `fitting-parameters` looks. */
function checkReasoning(value: Expr, place: Place): void {
  if (value.kind !== "NameExpr" && value.kind !== "ErrorExpr") unfit(value, { of: "word", words: ["low", "medium", "high"] }, place);
}

const price = { form: { of: "money" } } as const;
const singleOptions: OptionTable = {
  temperature: { form: { of: "number", min: 0, max: 2 } },
  top_p: { form: { of: "number", min: 0, max: 1 } },
  max_tokens: { form: { of: "number", whole: true, min: 1 } },
  stop: { form: { of: "list", item: { of: "text" }, min: 1 } },
  seed: { form: { of: "number", whole: true } },
  reasoning: { form: { of: "own", check: checkReasoning } },
  retry: retryOption,
  timeout: timeoutOption,
  price: {
    form: {
      of: "object",
      options: {
        input: { ...price, required: "Write `input: $0.25`: dollars for a million tokens." },
        cached_input: price,
        cache_write: price,
        output: { ...price, required: "Write `output: $2.00`: dollars for a million tokens." },
      },
    },
  },
  extra: { form: { of: "json", object: true } },
};
const fallbackOptions: OptionTable = { cooldown: { form: { of: "duration", zero: true } } };

/** `fallback` and `round_robin` are words here, whatever else a file names so. */
export function isChoiceOfModels(decl: ModelDecl): boolean {
  return decl.of.text === "fallback" || decl.of.text === "round_robin";
}

/** `model fast = llm("gpt-5-mini") { … }`, `model smart = fallback(large, fast) { cooldown: 1m }`. */
export function checkModel(decl: ModelDecl, context: FileContext): void {
  const owner = { what: `The model "${decl.name.text}"`, at: decl.name };
  if (isChoiceOfModels(decl)) {
    checkAlternatives(decl, context);
    checkOptions(decl.options?.entries ?? [], decl.of.text === "fallback" ? fallbackOptions : {}, owner, context);
    return;
  }
  const choice = context.lookup(decl.of.text) === undefined ? suggest(decl.of.text, ["fallback", "round_robin"]) : undefined;
  if (choice !== undefined) {
    context.report({ code: "T201", message: `There is no provider "${decl.of.text}".`, span: decl.of, hint: `Did you mean "${choice}"?` });
    checkAlternatives(decl, context);
    return;
  }
  const provider = decl.of.text === "" ? undefined : context.resolve(decl.of, ["ProviderDecl"], "a provider");
  if (provider !== undefined) checkModelId(decl.of.text, decl.args, decl, context);
  checkOptions(decl.options?.entries ?? [], singleOptions, owner, context);
}

/** The arguments of `llm("gpt-5-mini")`: one id, known before a run. */
export function checkModelId(provider: string, args: readonly Arg[], at: { readonly start: number; readonly end: number }, context: FileContext): void {
  const [first, ...more] = args;
  if (first?.value.kind === "ErrorExpr") return;
  const id = first === undefined || first.name !== undefined ? undefined : plainText(first.value);
  if (id !== undefined && id !== "" && more.length === 0) return;
  context.report({
    code: "T513",
    message: more.length > 0 ? `"${provider}" takes the id of one model.` : `"${provider}" is not told which model to use.`,
    span: more[0] ?? first ?? at,
    hint: `Write \`${provider}(${JSON.stringify(id || "gpt-5-mini")})\`.`,
  });
}

function checkAlternatives(decl: ModelDecl, context: FileContext): void {
  const word = decl.of.text;
  const seen = new Map<string, Arg>();
  for (const arg of decl.args) {
    if (arg.value.kind === "ErrorExpr") return;
    if (arg.value.kind !== "NameExpr" || arg.name !== undefined) {
      const hint = `Declare it with \`model NAME = …\` and write \`${word}(NAME, …)\`.`;
      context.report({ code: "T503", message: `\`${word}\` takes names of models.`, span: arg, hint });
      continue;
    }
    const model = context.resolve(arg.value, ["ModelDecl"], "a model");
    const first = seen.get(arg.value.name);
    if (model !== undefined && first !== undefined) {
      const related = [{ span: first, message: "the first one" }];
      context.report({ code: "T516", message: `"${arg.value.name}" stands twice in this ${word}.`, span: arg, hint: "Leave one of the two out.", related });
    }
    if (first === undefined) seen.set(arg.value.name, arg);
  }
  if (decl.args.length < 2) {
    const one = decl.args[0]?.value;
    const hint = `Write \`${word}(${one?.kind === "NameExpr" ? one.name : "large"}, OTHER)\`, or use the model itself.`;
    context.report({
      code: "T514",
      message: `"${decl.name.text}" has ${decl.args.length === 0 ? "no model" : "one model only"} to choose from.`,
      span: decl.of,
      hint,
    });
  }
}
