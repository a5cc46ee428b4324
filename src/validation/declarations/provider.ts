import type { Severity } from "../../diagnostics/diagnostic.ts";
import { suggest } from "../../diagnostics/suggest.ts";
import type { Entry, ProviderDecl } from "../../syntax/ast.ts";
import type { FileContext } from "../context.ts";
import type { KindData } from "../kind-data.ts";
import { kindOfProvider } from "../kind-of-provider.ts";
import { checkOptions } from "./check-options.ts";
import type { OptionTable } from "./form.ts";
import { findFile, isPath } from "./project-path.ts";
import { timeoutOption } from "./references.ts";
import { optionsOfSchema } from "./schema-form.ts";
import { listed, plainText } from "./values.ts";

/** What every kind of provider takes. */
const commonOptions: OptionTable = {
  api_key: { form: { of: "text", secret: true } },
  base_url: { form: { of: "text", secret: true, web: true } },
  headers: { form: { of: "map", value: { of: "text", secret: true } } },
  timeout: timeoutOption,
  limit: {
    form: {
      of: "object",
      options: { requests: { form: { of: "rate" } }, tokens: { form: { of: "rate" } }, concurrent: { form: { of: "number", whole: true, min: 1 } } },
    },
  },
  breaker: {
    form: {
      of: "either",
      forms: [
        {
          of: "object",
          options: { calls: { form: { of: "number", whole: true, min: 1 } }, window: { form: { of: "duration" } }, open: { form: { of: "duration" } } },
        },
        { of: "word", words: ["none"] },
      ],
    },
  },
};

/** `provider llm = openai { … }`: the kind, the common options and the kind's own. */
export function checkProvider(decl: ProviderDecl, context: FileContext): void {
  const kind = kindOf(decl, context);
  const entries = decl.options?.entries ?? [];
  if (kind === undefined) {
    checkOptions(
      entries.filter((entry) => Object.hasOwn(commonOptions, entry.key.text)),
      commonOptions,
      ownerOf(decl),
      context,
    );
    return;
  }
  const table = { ...commonOptions, ...optionsOfSchema(kind.options) };
  for (const key of kind.requiredOptions) {
    if (typeof key !== "string") continue;
    const option = table[key];
    if (option !== undefined) table[key] = { ...option, required: requiredHint(key, kind) };
  }
  const found = checkOptions(entries, table, ownerOf(decl), context);
  for (const keys of kind.requiredOptions) {
    if (typeof keys === "string" || keys.some((key) => entries.some((entry) => entry.key.text === key))) continue;
    const message = `The provider "${decl.name.text}" has neither ${listed(keys, "nor")}.`;
    context.report({ code: "T505", message, span: decl.name, hint: requiredHint(keys[0] ?? "", kind) });
  }
  for (const key of kind.files ?? []) {
    const entry = found.get(key);
    if (entry !== undefined) findFile(entry.value, key, context);
  }
  checkKeyInFile(found.get("api_key"), kind, context);
}

function ownerOf(decl: ProviderDecl) {
  return { what: `The provider "${decl.name.text}"`, at: decl.name };
}

function requiredHint(key: string, kind: KindData): string {
  const variable = `${kind.name === "" ? "MY" : kind.name.toUpperCase()}_${key.toUpperCase()}`;
  if (key === "api_key") return `Write \`api_key: env.${variable}\`.`;
  const host = key === "base_url" ? kind.hosts[0]?.replace("*", "NAME") : undefined;
  return `Write \`${key}: ${host === undefined ? "…" : `"https://${host}"`}\`.`;
}

/** The provider's kind, or undefined after saying what is wrong with it. */
function kindOf(decl: ProviderDecl, context: FileContext): KindData | undefined {
  const found = kindOfProvider(decl, context.file.path, context.options);
  if (found.of === "known") return checkModule(decl, context) ? found.kind : undefined;
  if (found.of === "unknown") {
    const span = decl.of ?? decl.name;
    if (span.text === "") return undefined;
    const kinds = Object.keys(context.options.kinds);
    const near = suggest(found.name, kinds);
    const hint = near === undefined ? `Write ${listed(kinds)}, such as \`provider ${decl.name.text} = openai { … }\`.` : `Did you mean "${near}"?`;
    context.report({ code: "T509", message: `There is no kind of provider "${found.name}".`, span, hint });
    return undefined;
  }
  if (!checkModule(decl, context)) return undefined;
  const span = decl.from ?? decl.name;
  if (found.why !== undefined) {
    context.report({ code: "T525", message: `"${found.path}" does not describe a kind: ${found.why}.`, span, hint: `Mend "${found.path}", or remove it.` });
  } else {
    const message = `The options of "${decl.name.text}" are checked only when a run starts.`;
    context.report({ code: "T524", severity: "warning", message, span, hint: `Put the JSON Schema of its options into "${found.path}", under \`options\`.` });
  }
  return undefined;
}

/** Whether a provider of somebody's own has a module; a package is looked for at start. */
function checkModule(decl: ProviderDecl, context: FileContext): boolean {
  if (decl.from === undefined) return true;
  const written = plainText(decl.from);
  if (written === undefined || !isPath(written)) return written !== undefined && written !== "";
  return checkModulePath(decl.from, "the provider", context);
}

/** Whether a path names a module of TypeScript or JavaScript; says what is wrong with it. */
export function checkModulePath(from: ProviderDecl["from"] & object, what: string, context: FileContext, missing?: Severity): boolean {
  const written = plainText(from) ?? "";
  if (isPath(written) && !/\.(ts|js|mjs)$/.test(written)) {
    const hint = `Write \`"${written.replace(/\.\w*$/, "")}.ts"\`.`;
    context.report({ code: "T519", message: `${JSON.stringify(written)} is no module: it ends neither in .ts nor in .js or .mjs.`, span: from, hint });
    return false;
  }
  return findFile(from, what, context, missing) !== undefined;
}

/** A key that is written out is in every copy of the file. Short ones are the placeholders that local servers want. */
function checkKeyInFile(entry: Entry | undefined, kind: KindData, context: FileContext): void {
  const text = entry === undefined ? undefined : plainText(entry.value);
  if (entry === undefined || text === undefined || text.length < 16 || !kind.network) return;
  const message = "This key is written into the file, where everyone who has the file can read it.";
  context.report({
    code: "T529",
    severity: "warning",
    message,
    span: entry.value,
    hint: `${requiredHint("api_key", kind).slice(0, -1)} and put the key into \`.env\`.`,
  });
}
