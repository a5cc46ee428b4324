import type { Span } from "../../diagnostics/span.ts";
import { suggest } from "../../diagnostics/suggest.ts";
import type { Entry } from "../../syntax/ast.ts";
import type { FileContext } from "../context.ts";
import { checkForm } from "./check-form.ts";
import type { OptionTable } from "./form.ts";
import { listed } from "./values.ts";

/** Whose options they are, as a message says it: 'The provider "llm"'. */
export interface Owner {
  readonly what: string;
  /** Where what is missing is reported. */
  readonly at: Span;
}

/**
 * Checks entries against a table: unknown and repeated keys, each value's form and range, what must be written.
 * Gives the entries by key, the first of each; unknown ones are not among them.
 */
export function checkOptions(entries: readonly Entry[], table: OptionTable, owner: Owner, context: FileContext): ReadonlyMap<string, Entry> {
  const found = distinctEntries(entries, context);
  const known = new Map<string, Entry>();
  /** Keys that unknown ones were probably meant to be: not missing as well. */
  const meant = new Set<string>();
  for (const [key, entry] of found) {
    const option = Object.hasOwn(table, key) ? table[key] : undefined;
    if (option === undefined) {
      const near = reportUnknown(entry, table, owner, context);
      if (near !== undefined) meant.add(near);
      continue;
    }
    known.set(key, entry);
    checkForm(entry.value, option.form, { context, key, entry });
  }
  for (const [key, option] of Object.entries(table)) {
    if (option.required === undefined || known.has(key) || meant.has(key)) continue;
    context.report({ code: "T505", message: `${owner.what} has no \`${key}\`.`, span: owner.at, hint: option.required });
  }
  return known;
}

/** Entries by key; of a repeated key the first, and the others are reported. */
export function distinctEntries(entries: readonly Entry[], context: FileContext): ReadonlyMap<string, Entry> {
  const found = new Map<string, Entry>();
  for (const entry of entries) {
    const first = found.get(entry.key.text);
    if (first === undefined) {
      if (entry.key.text !== "" || entry.quoted) found.set(entry.key.text, entry);
      continue;
    }
    context.report({
      code: "T502",
      message: `\`${entry.key.text}\` is written twice.`,
      span: entry.key,
      hint: "Keep one of the two.",
      related: [{ span: first.key, message: "the first one" }],
    });
  }
  return found;
}

function reportUnknown(entry: Entry, table: OptionTable, owner: Owner, context: FileContext): string | undefined {
  const keys = Object.keys(table);
  const near = suggest(entry.key.text, keys);
  const hint =
    near !== undefined ? `Did you mean "${near}"?` : keys.length === 0 ? "Leave the braces out: there is nothing to set." : `It takes ${listed(keys, "and")}.`;
  context.report({ code: "T501", message: `${owner.what} has no option "${entry.key.text}".`, span: entry.key, hint });
  return near;
}
