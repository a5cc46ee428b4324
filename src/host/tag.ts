import { RunError } from "../diagnostics/errors.ts";
import type { AnyProgram } from "../embed/program-types.ts";
import { compile, type Program } from "./program.ts";

/** What may be put into a program: it becomes a literal of the language, never code. */
export type TagValue = string | number | boolean | null | undefined | readonly TagValue[] | { readonly [key: string]: TagValue };

/**
 * A small program inside TypeScript, checked and compiled: `const program = await tantra\`…\``. A `\${value}` of TypeScript
 * becomes a literal; one of the program's own is written `\\${name}`. All else stands as it would in a file. Throws the first
 * mistake of a program as a `RunError` with its place, the others as its `others`.
 */
export async function tantra(texts: TemplateStringsArray, ...values: readonly TagValue[]): Promise<Program<AnyProgram>> {
  const source = texts.raw.map((text, index) => (index === 0 ? own(text) : `${literal(values[index - 1])}${own(text)}`)).join("");
  const program = await compile(source, { name: "tag.tantra" });
  const errors = program.diagnostics.filter(({ severity }) => severity === "error");
  const [first, ...others] = errors.map(({ code, message, span, hint }) => {
    const place = program.source(span.file)?.place(span) ?? span.file;
    return new RunError("invalid_request", message, { code, place, ...(hint === undefined ? {} : { hint }) });
  });
  if (first === undefined) return program;
  first.others = others;
  throw first;
}

/** What a template literal of TypeScript has to escape, and a file of the language does not. */
function own(raw: string): string {
  return raw.replaceAll("\\${", "${").replaceAll("\\`", "`");
}

function literal(value: TagValue): string {
  if (value === undefined || value === null) return "null";
  if (typeof value === "boolean") return String(value);
  if (typeof value === "number" && Number.isFinite(value)) return decimal(value);
  if (typeof value === "string") return quoted(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value === "object")
    return `{ ${Object.entries(value)
      .flatMap(([key, item]) => (item === undefined ? [] : [`${quoted(key)}: ${literal(item)}`]))
      .join(", ")} }`;
  throw new RunError("invalid_request", `A ${typeof value === "number" ? String(value) : typeof value} is no literal of the language.`, {
    code: "T621",
    hint: "Texts, numbers, bools, null, lists and objects of them may stand in a program; hand functions and providers to `run`.",
  });
}

/** The language has no exponents. */
function decimal(value: number): string {
  const text = String(value);
  if (!text.includes("e")) return text;
  return Number.isInteger(value) ? BigInt(value).toString() : value.toFixed(20).replace(/0+$/, "");
}

const escapes: Readonly<Record<string, string>> = { "\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\", $: "\\$" };

function quoted(text: string): string {
  const escaped = text.replaceAll(/["\\]|\$(?=\{)|[\u0000-\u001f\u007f\u2028\u2029]/g, (sign) => escapes[sign] ?? `\\u{${sign.charCodeAt(0).toString(16)}}`);
  return `"${escaped}"`;
}
