import type { Question } from "../../agent/question.ts";
import type { Json, JsonSchema } from "../../diagnostics/json.ts";
import { isList, isSchema } from "./spell-schema.ts";

/** What was typed for a question, as a value; `wrong`: why it is none. */
export type Typed = { readonly value: Json; readonly reason?: string } | { readonly wrong: string };

/** What an answer says of an approval. */
export function approvalOf({ value, reason }: Exclude<Typed, { readonly wrong: string }>): Approval {
  return value === true ? { approved: true } : { approved: false, ...(reason === undefined ? {} : { reason }) };
}
export type Approval = { readonly approved: true } | { readonly approved: false; readonly reason?: string };

/** The words that an answer is one of; undefined: it is something else. */
export function choicesOf({ enum: values }: JsonSchema): readonly string[] | undefined {
  return isList(values) ? values.filter((value) => value !== null).map(String) : undefined;
}

/** Whether an answer is a text, which is taken as it is typed. */
export function takesText({ type, enum: values }: JsonSchema): boolean {
  return values === undefined && (type === "string" || (isList(type) && type.includes("string")));
}

/** Whether it may be null. */
function takesNull({ type, anyOf }: JsonSchema): boolean {
  return type === "null" || (isList(type) && type.includes("null")) || (isList(anyOf) && anyOf.some((member) => isSchema(member) && member["type"] === "null"));
}

/** Texts as they are, `y` and `n`, a choice by its word or its number, numbers, and JSON for all else. */
export function readAnswer({ of, schema }: Pick<Question, "of" | "schema">, typed: string): Typed {
  const text = typed.trim();
  if (of === "approval") {
    const [, no = "", reason = ""] = /^(n|no|false)\b[\s,:]*(.*)$/is.exec(text) ?? [];
    if (no !== "") return { value: false, ...(reason === "" ? {} : { reason }) };
  }
  const choices = choicesOf(schema);
  const { type } = schema;
  const names = isList(type) ? type : [type];
  if (text === "null" && takesNull(schema)) return { value: null };
  if (choices !== undefined) {
    if (choices.includes(text)) return { value: names.includes("boolean") ? text === "true" : text };
    const chosen = /^\d+$/.test(text) ? choices[Number(text) - 1] : undefined;
    return chosen === undefined
      ? { wrong: `It is one of ${choices.join(", ")}, or its number.` }
      : { value: names.includes("boolean") ? chosen === "true" : chosen };
  }
  if (names.includes("boolean")) {
    if (/^(y|yes|true)$/i.test(text)) return { value: true };
    if (/^(n|no|false)$/i.test(text)) return { value: false };
    return { wrong: "It is y or n." };
  }
  if (takesText(schema)) return { value: typed };
  if (names.includes("integer") || names.includes("number")) {
    const number = Number(text);
    return text === "" || !Number.isFinite(number) ? { wrong: "It is a number." } : { value: number };
  }
  try {
    return { value: JSON.parse(text) as Json };
  } catch (error) {
    return { wrong: `It is no JSON: ${error instanceof Error ? error.message : String(error)}.` };
  }
}
