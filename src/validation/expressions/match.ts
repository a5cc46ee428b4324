import { suggest } from "../../diagnostics/suggest.ts";
import type * as ast from "../../syntax/ast.ts";
import { discarded, type Env, inner } from "../env.ts";
import { eitherFacts, type Facts, pathOf, withFacts } from "../facts.ts";
import { mayBeNull, nullable, withoutNull } from "../fits.ts";
import { membersOf } from "../join.ts";
import { Named, named } from "../mismatch.ts";
import { membersWhere, unionOfMembers } from "../narrow.ts";
import { spell } from "../spell.ts";
import type { Type } from "../types.ts";
import { joined } from "./blocks.ts";
import { check, checkValue, type Want } from "./expression.ts";
import { isSettled } from "./operators.ts";

/** What is left of the subject's type when some arms did not fit. `open`: a text, of which arms never name every one. */
interface Rest {
  readonly members: readonly Type[];
  readonly open: boolean;
}

/** `match`: every case that the subject's type has must be named, or `_`. */
export function checkMatch(expr: ast.MatchExpr, env: Env, want: Want): Type {
  const subject = checkValue(expr.subject, env);
  const path = pathOf(expr.subject);
  let rest = casesOf(subject, expr, env);
  const settled = rest === undefined;
  const seen = new Map<string, ast.Pattern>();
  const written = new Set(expr.arms.map((arm) => keyOf(arm.pattern.test)));
  const before = env.flow.facts;
  let after: Facts | undefined;
  const types: Type[] = [];
  let closed: ast.Pattern | undefined;
  for (const arm of expr.arms) {
    let narrowed: Type | undefined;
    if (rest !== undefined && !settled) {
      const fitting = select(arm.pattern, rest, subject, expr.subject, { seen, written, closed }, env);
      narrowed = fitting === undefined ? undefined : typeOfCases(fitting, subject);
      if (fitting !== undefined) rest = { ...rest, members: rest.members.filter((member) => !fitting.includes(member)) };
    }
    if (arm.pattern.test.of === "any") closed ??= arm.pattern;
    env.flow.facts = path === undefined || narrowed === undefined ? before : withFacts(before, [[path, narrowed]]);
    const type = check(arm.value, inner(env), want);
    types.push(type);
    if (type.kind !== "never") after = after === undefined ? env.flow.facts : eitherFacts(after, env.flow.facts);
  }
  const whole = rest === undefined || closed !== undefined || !reportMissing(expr, rest, subject, env);
  env.flow.facts = whole ? (after ?? before) : before;
  if (expr.arms.length === 0) return { kind: "unknown" };
  if (want.type === discarded) return types.every((type) => type.kind === "never") ? { kind: "never" } : discarded;
  return joined(types, expr, "`match`", env);
}

/** The cases of a subject, or undefined where nothing (more) is to be said about them. */
function casesOf(subject: Type, expr: ast.MatchExpr, env: Env): Rest | undefined {
  if (isSettled(subject)) return undefined;
  const inner = withoutNull(subject);
  const nulls: Type[] = mayBeNull(subject) ? [{ kind: "null" }] : [];
  if (inner.kind === "null") return { members: nulls, open: false };
  if (inner.kind === "bool") return { members: [{ kind: "literal", value: true }, { kind: "literal", value: false }, ...nulls], open: false };
  if (inner.kind === "string") return { members: nulls, open: true };
  if (inner.kind === "union" || inner.kind === "literal") return { members: [...membersOf(inner), ...nulls], open: false };
  if (nulls.length > 0) return { members: [inner, ...nulls], open: false };
  const hint =
    inner.kind === "record" ? `Match a field of it that is one of several texts: \`match ${pathOf(expr.subject) ?? "…"}.kind { … }\`.` : "Write `if … else …`.";
  env.context.report({
    code: "T327",
    message: `\`match\` chooses among texts, bools, null or records of a union, and ${named(expr.subject)} is \`${spell(subject)}\`.`,
    span: expr.subject,
    hint,
  });
  return undefined;
}

/** The arms of a `match`: those before the one that is looked at, by what they test, and what all of them test. */
interface Arms {
  readonly seen: Map<string, ast.Pattern>;
  readonly written: ReadonlySet<string>;
  readonly closed: ast.Pattern | undefined;
}

function keyOf(test: ast.Pattern["test"]): string {
  if (test.of === "any") return "_";
  return test.of === "field" ? `${test.name.text}:${JSON.stringify(test.value)}` : JSON.stringify(test.value);
}

/**
 * The cases that an arm takes; reports an arm that can never be taken and gives undefined, or the case that was meant where
 * no other arm names it.
 */
function select(pattern: ast.Pattern, rest: Rest, subject: Type, at: ast.Expr, arms: Arms, env: Env): readonly Type[] | undefined {
  const { report } = env.context;
  const { test } = pattern;
  if (arms.closed !== undefined) {
    report({
      code: "T329",
      message: "This case is never reached: `_` before it takes everything.",
      span: pattern,
      hint: "Put `_` last.",
      related: [{ span: arms.closed, message: "takes everything" }],
    });
    return undefined;
  }
  if (test.of === "any") {
    if (rest.members.length === 0 && !rest.open)
      report({
        code: "T329",
        severity: "warning",
        message: "Every case has an arm already, so this one is never taken.",
        span: pattern,
        hint: "Leave the `_` out: a new case is then an error here.",
      });
    return rest.members;
  }
  const key = keyOf(test);
  const first = arms.seen.get(key);
  if (first !== undefined) {
    report({
      code: "T329",
      message: "This case stands twice.",
      span: pattern,
      hint: "Leave one of the two out.",
      related: [{ span: first, message: "the first one" }],
    });
    return undefined;
  }
  arms.seen.set(key, pattern);
  if (test.of === "field") return selectRecord(pattern, test, rest, subject, at, arms, env);
  const { value } = test;
  if (value === null) {
    const found = rest.members.filter((member) => member.kind === "null");
    if (found.length > 0) return found;
    report({ code: "T330", message: `${Named(at)} is never null.`, span: pattern, hint: "Leave this case out." });
    return undefined;
  }
  const found = rest.members.filter((member) => member.kind === "literal" && member.value === value);
  if (found.length > 0 || (rest.open && typeof value === "string")) return found;
  const choices = membersOf(withoutNull(subject)).flatMap((member) => (member.kind === "literal" ? [JSON.stringify(member.value)] : []));
  const tag = withoutNull(subject).kind === "union" ? (withoutNull(subject) as Type & { kind: "union" }).tag : undefined;
  const near = suggest(JSON.stringify(value), choices);
  report({
    code: "T330",
    message: `${Named(at)} is never ${JSON.stringify(value)}.`,
    span: pattern,
    hint:
      tag !== undefined
        ? `Write \`{ ${tag}: ${JSON.stringify(value)} }\`.`
        : near === undefined
          ? `It is one of ${choices.join(", ") || "others"}.`
          : `Did you mean ${near}?`,
  });
  const meant =
    near === undefined || arms.written.has(near) ? [] : rest.members.filter((member) => member.kind === "literal" && JSON.stringify(member.value) === near);
  return meant.length === 0 ? undefined : meant;
}

function selectRecord(
  pattern: ast.Pattern,
  test: { readonly name: ast.Name; readonly value: string | boolean },
  rest: Rest,
  subject: Type,
  at: ast.Expr,
  arms: Arms,
  env: Env,
): readonly Type[] | undefined {
  const union = withoutNull(subject);
  const { report } = env.context;
  if (union.kind !== "union" || union.tag === undefined) {
    const hint = union.kind === "record" ? `Match the field itself: \`match ${pathOf(at) ?? "…"}.${test.name.text} { … }\`.` : "Write the value itself.";
    report({ code: "T330", message: `${Named(at)} is \`${spell(subject)}\`, not one of several records.`, span: pattern, hint });
    return undefined;
  }
  const tagged = union.members.every((member) => member.kind === "record" && member.fields.get(test.name.text)?.type.kind === "literal");
  if (!tagged) {
    report({
      code: "T330",
      message: `"${test.name.text}" does not tell the records of \`${spell(union)}\` apart.`,
      span: test.name,
      hint: `Write \`{ ${union.tag}: … }\`.`,
    });
    return undefined;
  }
  const all = membersWhere(union, test.name.text, test.value, true);
  if (all.length === 0) {
    const values = union.members.flatMap((member) => {
      const type = member.kind === "record" ? member.fields.get(test.name.text)?.type : undefined;
      return type?.kind === "literal" ? [JSON.stringify(type.value)] : [];
    });
    const near = suggest(JSON.stringify(test.value), values);
    report({
      code: "T330",
      message: `"${test.name.text}" of ${named(at)} is never ${JSON.stringify(test.value)}.`,
      span: pattern,
      hint: near === undefined ? `It is one of ${values.join(", ")}.` : `Did you mean ${near}?`,
    });
    const meant =
      near === undefined || arms.written.has(`${test.name.text}:${near}`)
        ? []
        : membersWhere(union, test.name.text, JSON.parse(near) as string | boolean, true);
    return meant.length === 0 ? undefined : rest.members.filter((member) => meant.includes(member));
  }
  return rest.members.filter((member) => all.includes(member));
}

/** The type of the subject where it is one of these cases. */
function typeOfCases(cases: readonly Type[], subject: Type): Type | undefined {
  const values = cases.filter((one) => one.kind !== "null");
  const whole = withoutNull(subject);
  if (values.length === 0) return cases.length === 0 ? undefined : { kind: "null" };
  const type = whole.kind === "bool" && values.length === 2 ? whole : unionOfMembers(values, whole);
  return type === undefined ? undefined : values.length < cases.length ? nullable(type) : type;
}

/** Reports the cases without an arm; whether there are any. */
function reportMissing(expr: ast.MatchExpr, rest: Rest, subject: Type, env: Env): boolean {
  const head = { start: expr.start, end: expr.subject.end };
  if (rest.members.length === 0) {
    if (rest.open)
      env.context.report({
        code: "T328",
        message: `${Named(expr.subject)} may be any text, and this \`match\` has no case for the others.`,
        span: head,
        hint: "Add `_ => …`.",
      });
    return rest.open;
  }
  const union = withoutNull(subject);
  const tag = union.kind === "union" ? union.tag : undefined;
  const shown = rest.members.map((member) => patternFor(member, tag));
  const arms = shown.map((one) => `\`${one} => …\``).join(", ");
  env.context.report({
    code: "T328",
    message: `This \`match\` has no case for ${shown.map((one) => `\`${one}\``).join(", ")}.`,
    span: head,
    hint: `Add ${arms}.`,
  });
  return true;
}

function patternFor(member: Type, tag: string | undefined): string {
  if (member.kind === "null") return "null";
  if (member.kind === "literal") return JSON.stringify(member.value);
  const value = member.kind === "record" && tag !== undefined ? member.fields.get(tag)?.type : undefined;
  return value?.kind === "literal" ? `{ ${tag}: ${JSON.stringify(value.value)} }` : "_";
}
