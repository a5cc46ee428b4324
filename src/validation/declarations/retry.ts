import { errorClasses, isErrorClass, retryableClasses } from "../../diagnostics/classes.ts";
import { suggest } from "../../diagnostics/suggest.ts";
import type { Expr, NameExpr, RetryDecl } from "../../syntax/ast.ts";
import type { FileContext } from "../context.ts";
import { unfit } from "./check-form.ts";
import { checkOptions } from "./check-options.ts";
import type { OptionTable, Place } from "./form.ts";
import { listed } from "./values.ts";

const retryable: readonly string[] = retryableClasses;

function checkOn(value: Expr, place: Place): void {
  if (value.kind !== "ListExpr" || value.items.length === 0) {
    unfit(value, { of: "list", item: { of: "word", words: [...retryable] }, min: 1 }, place);
    return;
  }
  const seen = new Map<string, NameExpr>();
  for (const item of value.items) {
    if (item.kind === "ErrorExpr") continue;
    if (item.kind !== "NameExpr") {
      unfit(item, { of: "word", words: [...retryable] }, place);
      continue;
    }
    const first = seen.get(item.name);
    if (first !== undefined) {
      const related = [{ span: first, message: "the first one" }];
      place.context.report({ code: "T516", message: `\`${item.name}\` is listed twice.`, span: item, hint: "Leave one of the two out.", related });
    } else {
      seen.set(item.name, item);
      checkClass(item, place.context);
    }
  }
}

function checkClass(item: NameExpr, context: FileContext): void {
  if (retryable.includes(item.name)) return;
  if (isErrorClass(item.name)) {
    const message = `\`${item.name}\` is never tried again: the same request would fail the same way.`;
    context.report({ code: "T515", message, span: item, hint: `Leave it out; ${listed(retryable)} may be listed.` });
    return;
  }
  const near = suggest(item.name, errorClasses);
  const hint = near === undefined ? `Write ${listed(retryable)}.` : `Did you mean "${near}"?`;
  context.report({ code: "T460", message: `There is no class of failure "${item.name}".`, span: item, hint });
}

const retryOptions: OptionTable = {
  attempts: { form: { of: "number", whole: true, min: 1, max: 100 } },
  delay: { form: { of: "duration", zero: true } },
  backoff: { form: { of: "number", min: 1, max: 100 } },
  max_delay: { form: { of: "duration" } },
  jitter: { form: { of: "word", words: ["none", "full", "equal"] } },
  deadline: { form: { of: "duration" } },
  on: { form: { of: "own", check: checkOn } },
  respect_retry_after: { form: { of: "bool" } },
};

/** `retry polite { attempts: 4, on: [rate_limit] }`. */
export function checkRetry(decl: RetryDecl, context: FileContext): void {
  const found = checkOptions(decl.options.entries, retryOptions, { what: `The retry policy "${decl.name.text}"`, at: decl.name }, context);
  const delay = found.get("delay")?.value;
  const cap = found.get("max_delay")?.value;
  if (delay?.kind !== "DurationExpr" || cap?.kind !== "DurationExpr" || delay.value <= cap.value || cap.value === 0) return;
  context.report({
    code: "T530",
    message: `The first wait of "${decl.name.text}" is ${delay.raw}, and \`max_delay\` lets none be longer than ${cap.raw}.`,
    span: delay,
    hint: `Write \`delay: ${cap.raw}\`, or raise \`max_delay\`.`,
    related: [{ span: cap, message: "the cap" }],
  });
}
