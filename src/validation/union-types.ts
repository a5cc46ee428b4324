import type * as ast from "../syntax/ast.ts";
import type { Context } from "./file-context.ts";
import { membersOf } from "./join.ts";
import { keyOf, spell } from "./spell.ts";
import type { RecordType, Type } from "./types.ts";

export interface WrittenMember {
  readonly at: ast.TypeExpr;
  readonly type: Type;
}

/** A union of string literals, or of records that a literal field tells apart; anything else is reported and gives `unknown`. */
export function unionOf(written: readonly WrittenMember[], expr: ast.UnionType, context: Context): Type {
  if (written.some((member) => member.type.kind === "unknown")) return { kind: "unknown" };
  const members: Type[] = [];
  const seen = new Map<string, ast.TypeExpr>();
  for (const { at, type } of written) {
    for (const member of membersOf(type)) {
      const first = seen.get(keyOf(member));
      if (first === undefined) {
        seen.set(keyOf(member), at);
        members.push(member);
        continue;
      }
      const related = [{ span: first, message: "the first one" }];
      context.report({ code: "T322", message: `${spell(member)} stands twice in this union.`, span: at, hint: "Leave one of the two out.", related });
    }
  }
  const wrong = written.find((member) => !membersOf(member.type).every(isMember));
  if (wrong !== undefined) {
    const nullable = wrong.type.kind === "nullable";
    const hint = nullable
      ? `Put the \`?\` behind the whole union: \`(${spell(wrong.type).replace(/\?$/, "")} | …)?\`.`
      : 'A union is of texts such as `"low" | "high"`, or of records with a literal field; else use `json`.';
    context.report({ code: "T322", message: `\`${spell(wrong.type)}\` cannot be part of a union.`, span: wrong.at, hint });
    return { kind: "unknown" };
  }
  if (members.every((member) => member.kind === "literal")) return members.length === 1 && members[0] !== undefined ? members[0] : { kind: "union", members };
  const records = members.filter((member) => member.kind === "record");
  if (records.length < members.length) {
    context.report({
      code: "T322",
      message: "A union is of texts or of records, not of both.",
      span: expr,
      hint: "Put the text into a record with a literal field.",
    });
    return { kind: "unknown" };
  }
  if (records.length === 1 && records[0] !== undefined) return records[0];
  const tag = tagOf(records);
  if (tag !== undefined) return { kind: "union", members: records, tag };
  context.report({
    code: "T323",
    message: `Nothing tells ${records.map((one) => `"${one.name}"`).join(" and ")} apart.`,
    span: expr,
    hint: `Give each a field with a text of its own, such as \`kind: ${JSON.stringify(records[0]?.name.toLowerCase() ?? "a")}\`.`,
  });
  return { kind: "unknown" };
}

function isMember(type: Type): boolean {
  return type.kind === "record" || (type.kind === "literal" && typeof type.value === "string");
}

/** The field that has another literal in each of the records. */
export function tagOf(records: readonly RecordType[]): string | undefined {
  for (const name of records[0]?.fields.keys() ?? []) {
    const values = records.map((record) => {
      const type = record.fields.get(name)?.type;
      return type?.kind === "literal" ? type.value : undefined;
    });
    if (values.every((value) => value !== undefined) && new Set(values).size === values.length) return name;
  }
  return undefined;
}
