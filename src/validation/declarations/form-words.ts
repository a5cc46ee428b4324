import type { Expr } from "../../syntax/ast.ts";
import { pathOf } from "../facts.ts";
import type { Form } from "./form.ts";
import { listed, plainNumber, plainText } from "./values.ts";

/** What a form is, as a message says it. */
export function nameOfForm(form: Form): string {
  switch (form.of) {
    case "duration":
      return "a duration";
    case "money":
      return "an amount of money";
    case "rate":
      return "a rate";
    case "number":
      return form.whole ? "a whole number" : "a number";
    case "bool":
      return "`true` or `false`";
    case "text":
      return "a text";
    case "word":
      return `the word ${listed(form.words)}`;
    case "list":
      return "a list";
    case "object":
    case "map":
      return "an object";
    case "json":
      return form.object ? "an object" : "plain JSON";
    case "name":
      return form.words === undefined ? form.want : `${form.want} or ${listed(form.words)}`;
    case "either":
      return form.forms.map(nameOfForm).join(" or ");
    case "own":
      return "something else";
  }
}

/** A name in capitals is that of a variable, with whatever another language writes before it. */
function secretExample(value: Expr | undefined): string {
  const name = value === undefined ? undefined : pathOf(value)?.split(".").at(-1);
  return name !== undefined && /^[A-Z][A-Z0-9_]*$/.test(name) ? `env.${name}` : '"…"` or `env.NAME';
}

/** What to type for a form: what was written, mended where it can be. */
export function exampleOf(form: Form, value: Expr | undefined): string {
  const number = value === undefined ? undefined : plainNumber(value);
  const text = value === undefined ? undefined : plainText(value);
  switch (form.of) {
    case "duration":
      // Which unit a large number was meant in cannot be told.
      if (number !== undefined && number >= 100) return `${number}ms\` or \`${number}s`;
      return number !== undefined && number > 0 ? `${number}s` : (text?.match(/^[0-9.]+(ms|s|m|h)$/)?.[0] ?? "30s");
    case "money":
      return number !== undefined && number > 0 ? `$${/\.\d{3}/.test(String(number)) ? number : number.toFixed(2)}` : "$0.50";
    case "rate":
      return number !== undefined && number > 0 ? `${number}/m` : "500/m";
    case "number":
      return text !== undefined && /^-?[0-9.]+$/.test(text) ? text : number !== undefined ? String(Math.round(number)) : String(Math.max(form.min ?? 1, 1));
    case "bool":
      return text === "false" ? "false" : "true";
    case "text":
      return form.secret ? secretExample(value) : value?.kind === "NameExpr" ? JSON.stringify(value.name) : '"…"';
    case "word":
      return form.words.find((word) => word === text) ?? form.words[0] ?? "…";
    case "list":
      return `[${exampleOf(form.item, value)}]`;
    case "object":
      return `{ ${Object.keys(form.options)[0] ?? "…"}: … }`;
    case "map":
      return form.value.of === "text" ? '{ "NAME": "…" }' : "{ NAME: { … } }";
    case "json":
      return "{ … }";
    case "name":
      if (value?.kind === "NameExpr") return value.name;
      return text !== undefined && /^\w+$/.test(text) ? text : (form.words?.[0] ?? "NAME");
    case "either":
      return form.forms
        .filter((one) => number === undefined || one.of !== "name")
        .map((one) => exampleOf(one, value))
        .join("` or `");
    case "own":
      return "…";
  }
}
