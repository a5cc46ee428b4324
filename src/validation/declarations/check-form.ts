import { suggest } from "../../diagnostics/suggest.ts";
import type { Expr, StringExpr } from "../../syntax/ast.ts";
import { checkOptions, distinctEntries } from "./check-options.ts";
import type { Form, Place } from "./form.ts";
import { exampleOf, nameOfForm } from "./form-words.ts";
import { isFilledIn, listed, nameOfValue, plainNumber, plainText, plainWord, secretOf } from "./values.ts";

type FormOf<K extends Form["of"]> = Extract<Form, { readonly of: K }>;

/** Checks that a value has the form that its option takes; reports the first thing that is wrong with it. */
export function checkForm(value: Expr, form: Form, place: Place): void {
  if (value.kind === "ErrorExpr") return;
  if (form.of === "own") {
    form.check(value, place);
    return;
  }
  const secret = secretOf(value);
  if (secret !== undefined) {
    checkSecret(secret, value, form, place);
    return;
  }
  switch (form.of) {
    case "duration":
      if (value.kind !== "DurationExpr") unfit(value, form, place);
      else if (value.value === 0 && !form.zero) outOfRange(value, "must be longer than nothing", `Write \`${place.key}: 30s\`, or leave it out.`, place);
      return;
    case "money":
      if (value.kind !== "MoneyExpr") unfit(value, form, place);
      else if (value.value === 0 && form.positive) outOfRange(value, "must be more than nothing", `Write \`${place.key}: $0.50\`.`, place);
      return;
    case "rate":
      if (value.kind !== "RateExpr") unfit(value, form, place);
      else if (value.value === 0) outOfRange(value, "must be more than none", `Write \`${place.key}: 500/m\`, or leave it out.`, place);
      return;
    case "number":
      checkNumber(value, form, place);
      return;
    case "bool":
      if (value.kind !== "BoolExpr") unfit(value, form, place);
      return;
    case "text":
      checkText(value, form, place);
      return;
    case "word":
      checkWord(value, form.words, form, place);
      return;
    case "list":
      if (value.kind !== "ListExpr") unfit(value, form, place);
      else {
        if (value.items.length < (form.min ?? 0)) outOfRange(value, "is empty", `Write \`${place.key}: [${exampleOf(form.item, undefined)}]\`.`, place);
        for (const item of value.items) checkForm(item, form.item, { context: place.context, key: place.key });
      }
      return;
    case "object":
      if (value.kind !== "ObjectExpr") unfit(value, form, place);
      else checkOptions(value.entries, form.options, { what: `\`${place.key}\``, at: value }, place.context);
      return;
    case "map":
      if (value.kind !== "ObjectExpr") unfit(value, form, place);
      else {
        for (const [key, entry] of distinctEntries(value.entries, place.context)) {
          checkForm(entry.value, form.value, { context: place.context, key, entry });
        }
      }
      return;
    case "json":
      checkJson(value, form, place);
      return;
    case "name":
      if (value.kind !== "NameExpr") unfit(value, form, place);
      else if (!form.words?.includes(value.name)) place.context.resolve(value, form.kinds, form.want);
      return;
    case "either": {
      const fit = form.forms.find((one) => looksLike(value, one));
      if (fit === undefined) unfit(value, form, place);
      else checkForm(value, fit, place);
      return;
    }
  }
}

function checkNumber(value: Expr, form: FormOf<"number">, place: Place): void {
  const number = plainNumber(value);
  if (number === undefined || (form.whole && !Number.isInteger(number))) {
    unfit(value, form, place);
    return;
  }
  const { min, max } = form;
  if ((min === undefined || number >= min) && (max === undefined || number <= max)) return;
  const range = min === undefined ? `at most ${max}` : max === undefined ? `at least ${min}` : `from ${min} to ${max}`;
  const fit = min !== undefined && number < min ? min : max;
  outOfRange(value, `must be ${range}`, `Write \`${place.key}: ${fit}\`.`, place);
}

function checkText(value: Expr, form: FormOf<"text">, place: Place): void {
  if (value.kind !== "StringExpr") {
    unfit(value, form, place);
    return;
  }
  const text = plainText(value);
  if (text === undefined) {
    reportFilledIn(value, form.secret === true, place);
  } else if (form.web && !/^https?:\/\/[^\s/]+/.test(text)) {
    place.context.report({
      code: "T528",
      message: `\`${place.key}\` is no web address: ${JSON.stringify(text)}.`,
      span: value,
      hint: `Write \`${place.key}: "https://…"\`.`,
    });
  }
}

function checkWord(value: Expr, words: readonly string[], form: Form, place: Place): void {
  const word = plainWord(value);
  if (word !== undefined) {
    if (words.includes(word)) return;
    const near = suggest(word, words);
    place.context.report({
      code: "T506",
      message: `\`${place.key}\` cannot be "${word}".`,
      span: value,
      hint: near === undefined ? `Write ${listed(words)}.` : `Did you mean "${near}"?`,
    });
    return;
  }
  unfit(value, form, place);
}

function checkJson(value: Expr, form: FormOf<"json">, place: Place): void {
  if (form.object && value.kind !== "ObjectExpr") {
    unfit(value, form, place);
    return;
  }
  if (value.kind === "ObjectExpr") {
    for (const [key, entry] of distinctEntries(value.entries, place.context)) {
      const inner: Form = form.secret ? { of: "json", secret: true } : { of: "json" };
      checkForm(entry.value, inner, { context: place.context, key, entry });
    }
  } else if (value.kind === "ListExpr") {
    for (const item of value.items) checkForm(item, form, place);
  } else if (value.kind === "StringExpr") {
    if (isFilledIn(value)) reportFilledIn(value, form.secret === true, place);
  } else if (plainNumber(value) === undefined && value.kind !== "BoolExpr" && value.kind !== "NullExpr") {
    unfit(value, form, place);
  }
}

function checkSecret(secret: NonNullable<ReturnType<typeof secretOf>>, value: Expr, form: Form, place: Place): void {
  const { env, fallback } = secret;
  const takes = form.of === "either" ? form.forms.some((one) => "secret" in one && one.secret) : "secret" in form && form.secret === true;
  if (!takes) {
    place.context.report({
      code: "T508",
      message: `\`${place.key}\` cannot come from the environment.`,
      span: value,
      hint: `Write the value itself, such as \`${place.key}: ${exampleOf(form, undefined)}\`.`,
    });
  } else if (env.name.text === "") {
    place.context.report({
      code: "T503",
      message: `\`env\` alone names no variable in \`${place.key}\`.`,
      span: env,
      hint: "Write `env.NAME`, such as `env.OPENAI_API_KEY`.",
    });
  } else if (fallback !== undefined && fallback.kind !== "ErrorExpr" && plainText(fallback) === undefined) {
    place.context.report({
      code: "T503",
      message: `What stands in for \`env.${env.name.text}\` must be a plain text, not ${nameOfValue(fallback)}.`,
      span: fallback,
      hint: `Write \`env.${env.name.text} ?? "…"\`.`,
    });
  }
}

function reportFilledIn(value: StringExpr, secret: boolean, place: Place): void {
  place.context.report({
    code: "T507",
    message: `\`${place.key}\` is a plain text: nothing is filled into it.`,
    span: value.parts.find((part) => part.kind !== "TextChunk") ?? value,
    hint: secret ? "Put the whole text into one variable and write `env.NAME`." : "Write the text out.",
  });
}

/** Reports a value of the wrong form, with the value that was probably meant. */
export function unfit(value: Expr, form: Form, place: Place): void {
  // What it names is meant to be used.
  if (value.kind === "NameExpr") place.context.lookup(value.name);
  place.context.report({
    code: "T503",
    message: `\`${place.key}\` takes ${nameOfForm(form)}, not ${nameOfValue(value)}.`,
    span: value,
    hint: `Write \`${place.key}: ${exampleOf(form, value)}\`.`,
  });
}

function outOfRange(value: Expr, what: string, hint: string, place: Place): void {
  place.context.report({ code: "T504", message: `\`${place.key}\` ${what}.`, span: value, hint });
}

function looksLike(value: Expr, form: Form): boolean {
  switch (form.of) {
    case "duration":
      return value.kind === "DurationExpr";
    case "money":
      return value.kind === "MoneyExpr";
    case "number":
      return plainNumber(value) !== undefined;
    case "bool":
      return value.kind === "BoolExpr";
    case "text":
      return value.kind === "StringExpr";
    case "word":
    case "name":
      return value.kind === "NameExpr";
    case "list":
      return value.kind === "ListExpr";
    case "object":
    case "map":
      return value.kind === "ObjectExpr";
    default:
      return false;
  }
}
