import { suggest } from "../../diagnostics/suggest.ts";
import type * as ast from "../../syntax/ast.ts";
import { plainText } from "../declarations/values.ts";
import { discarded, type Env, unknown } from "../env.ts";
import { withoutNull } from "../fits.ts";
import { joinAll, membersOf } from "../join.ts";
import { membersWhere } from "../narrow.ts";
import { spell } from "../spell.ts";
import type { RecordType, Type } from "../types.ts";
import { joined } from "./blocks.ts";
import { checkValue, type Want } from "./expression.ts";

/** A list: its elements are held to the element type that is wanted, or joined. */
export function checkList(expr: ast.ListExpr, env: Env, want: Want): Type {
  const length = { min: expr.items.length, max: expr.items.length };
  const wanted = want.type === undefined || want.type === discarded ? undefined : withoutNull(want.type);
  if (wanted?.kind === "json" || wanted?.kind === "unknown") {
    for (const item of expr.items) checkValue(item, env, { type: wanted });
    return wanted;
  }
  if (wanted?.kind === "list") {
    const what = want.what === undefined ? undefined : `An element of ${want.what}`;
    for (const item of expr.items) checkValue(item, env, { type: wanted.element, what });
    return { kind: "list", element: wanted.element, ...length };
  }
  if (expr.items.length === 0) {
    // With another type wanted the caller says what is wrong: it is no list.
    if (wanted === undefined) {
      env.context.report({
        code: "T313",
        message: "An empty list does not say what it is a list of.",
        span: expr,
        hint: "Write the type: `let xs: string[] = []`.",
      });
      return unknown;
    }
    return { kind: "list", element: unknown, ...length };
  }
  const types = expr.items.map((item) => checkValue(item, env));
  return { kind: "list", element: joined(types, expr, "list", env), ...length };
}

/** An object: a record, a map or JSON, as is wanted; where nothing is, a map of what its values have in common. */
export function checkObject(expr: ast.ObjectExpr, env: Env, want: Want): Type {
  reportRepeatedKeys(expr, env);
  const wanted = want.type === undefined || want.type === discarded ? undefined : withoutNull(want.type);
  switch (wanted?.kind) {
    case "json":
    case "unknown":
      for (const entry of expr.entries) checkValue(entry.value, env, { type: wanted });
      return wanted;
    case "map":
      for (const entry of expr.entries) checkValue(entry.value, env, { type: wanted.value, what: `The value of "${entry.key.text}"` });
      return wanted;
    case "record":
      checkFields(expr, wanted, env);
      return wanted;
    case "union":
      return wanted.tag === undefined ? inferObject(expr, env) : checkTagged(expr, wanted, wanted.tag, env);
    default:
      return inferObject(expr, env);
  }
}

function inferObject(expr: ast.ObjectExpr, env: Env): Type {
  if (expr.entries.length === 0) {
    env.context.report({ code: "T313", message: "An empty object does not say what it is.", span: expr, hint: "Write the type: `let m: map<string> = {}`." });
    return unknown;
  }
  const types = expr.entries.map((entry) => checkValue(entry.value, env));
  const value = joinAll(types);
  if (value !== undefined) return { kind: "map", value };
  env.context.report({
    code: "T313",
    message: "The values of this object are of several types, and nothing says what it is.",
    span: expr,
    hint: "Declare a record with `type NAME { … }` and write `let x: NAME = …`, or `let x: json = …`.",
  });
  return unknown;
}

function reportRepeatedKeys(expr: ast.ObjectExpr, env: Env): void {
  const seen = new Map<string, ast.Name>();
  for (const { key } of expr.entries) {
    const first = seen.get(key.text);
    if (first === undefined) seen.set(key.text, key);
    else {
      const related = [{ span: first, message: "the first one" }];
      env.context.report({ code: "T318", message: `"${key.text}" is written twice.`, span: key, hint: "Keep one of the two.", related });
    }
  }
}

function checkFields(expr: ast.ObjectExpr, record: RecordType, env: Env): void {
  const { report } = env.context;
  const missing = new Set([...record.fields].filter(([, field]) => field.type.kind !== "nullable").map(([name]) => name));
  const written = new Set(expr.entries.map((entry) => entry.key.text));
  for (const { key, value } of expr.entries) {
    const field = record.fields.get(key.text);
    missing.delete(key.text);
    if (field !== undefined) {
      checkValue(value, env, { type: field.type, what: `"${key.text}" of \`${record.name}\`` });
      continue;
    }
    checkValue(value, env, { type: unknown });
    const near = suggest(
      key.text,
      [...record.fields.keys()].filter((name) => !written.has(name)),
    );
    // A field that was meant is not missing, too.
    if (near !== undefined) missing.delete(near);
    const known = [...record.fields.keys()].map((name) => `"${name}"`).join(", ");
    report({
      code: "T317",
      message: `\`${record.name}\` has no field "${key.text}".`,
      span: key,
      hint: near === undefined ? `It has ${known === "" ? "none" : known}.` : `Did you mean "${near}"?`,
    });
  }
  if (missing.size === 0) return;
  const names = [...missing].map((name) => `"${name}"`).join(", ");
  const hint = `Add ${[...missing].map((name) => `\`${name}: …\``).join(", ")}.`;
  report({ code: "T316", message: `This \`${record.name}\` lacks ${names}.`, span: expr, hint });
}

/** An object where one of several records is wanted: its tag says which. */
function checkTagged(expr: ast.ObjectExpr, union: Type, tag: string, env: Env): Type {
  const entry = expr.entries.find((one) => one.key.text === tag);
  const value = entry === undefined ? undefined : entry.value.kind === "BoolExpr" ? entry.value.value : plainText(entry.value);
  const choices = membersOf(union).flatMap((member) => {
    const type = member.kind === "record" ? member.fields.get(tag)?.type : undefined;
    return type?.kind === "literal" ? [type.value] : [];
  });
  const shown = choices.map((choice) => JSON.stringify(choice)).join(", ");
  const [record] = value === undefined ? [] : membersWhere(union, tag, value, true);
  if (record?.kind === "record") {
    checkFields(expr, record, env);
    return record;
  }
  for (const one of expr.entries) checkValue(one.value, env, { type: unknown });
  if (entry === undefined) {
    env.context.report({
      code: "T316",
      message: `This object does not say which \`${spell(union)}\` it is: it lacks "${tag}".`,
      span: expr,
      hint: `Add \`${tag}: …\` with one of ${shown}.`,
    });
  } else {
    const near = typeof value === "string" ? suggest(value, choices.map(String)) : undefined;
    const message = `"${tag}" must be one of ${shown}, written out.`;
    env.context.report({
      code: "T301",
      message,
      span: entry.value,
      hint: near === undefined ? "Write one of them." : `Did you mean ${JSON.stringify(near)}?`,
    });
  }
  return unknown;
}
