import type { Decl, Doc, Entry, FakeOutcome, FieldDecl, MessagesEntry, ObjectExpr, Param, SourceFile, StringExpr, TestDecl, TypeExpr } from "../syntax/ast.ts";
import { printArg, printArgs, printBlock, printEntry, printExpr, printObject, printStmt } from "./expressions.ts";
import { broken, indent } from "./layout.ts";
import { printString } from "./strings.ts";
import { printType } from "./types.ts";

/** A tree as text that reads back as the same tree: one layout, parentheses where precedence needs them. Comments that are no doc are not in it. */
export function print(file: SourceFile): string {
  const head = file.doc === undefined ? [] : [slashes("//!", file.doc)];
  return `${[...head, ...file.declarations.map(printDecl)].join("\n\n")}\n`;
}

function slashes(mark: string, doc: Doc): string {
  return doc.text
    .split("\n")
    .map((line) => `${mark} ${line}`.trimEnd())
    .join("\n");
}

function withDoc(doc: Doc | undefined, text: string): string {
  return doc === undefined ? text : `${slashes("///", doc)}\n${text}`;
}

function printDecl(decl: Decl): string {
  return withDoc(decl.doc, bare(decl));
}

function bare(decl: Decl): string {
  switch (decl.kind) {
    case "ImportDecl": {
      const names = decl.names.map(({ name, alias }) => (alias === undefined ? name.text : `${name.text} as ${alias.text}`));
      return `import ${broken.group("{", names, "}", " ", "")} from ${str(decl.from)}`;
    }
    case "ProviderDecl": {
      const kind = decl.of !== undefined ? ` = ${decl.of.text}` : decl.from !== undefined ? ` = from ${str(decl.from)}` : "";
      return `provider ${decl.name.text}${kind}${options(decl.options)}`;
    }
    case "ModelDecl":
      return `model ${decl.name.text} = ${decl.of.text}${printArgs(decl.args, broken)}${options(decl.options)}`;
    case "RetryDecl":
      return `retry ${decl.name.text}${options(decl.options)}`;
    case "BudgetDecl":
      return `budget ${decl.name.text}${options(decl.options)}`;
    case "McpDecl":
      return `mcp ${decl.name.text}${options(decl.options)}`;
    case "ProfileDecl":
      return `profile ${decl.name.text} ${broken.lines(decl.declarations.map(printDecl))}`;
    case "TypeDecl":
      if (decl.type !== undefined) return `type ${decl.name.text} = ${typ(decl.type)}`;
      return `type ${decl.name.text} ${broken.lines((decl.fields ?? []).map(printField))}`;
    case "TemplateDecl": {
      const text = decl.text !== undefined ? ` ${str(decl.text)}` : decl.from !== undefined ? ` from ${str(decl.from)}` : "";
      return `template ${decl.name.text}${params(decl.params)}${text}${options(decl.options)}`;
    }
    case "ToolDecl":
      return `tool ${decl.name.text}${params(decl.params)}${result(decl.result)} from ${str(decl.from)}${options(decl.options)}`;
    case "AgentDecl":
      return `agent ${decl.name.text}${params(decl.params)}${result(decl.result)} ${broken.lines(decl.members.map(printMember))}`;
    case "WorkflowDecl": {
      const body = [...decl.options.map((entry) => printEntry(entry, broken)), ...decl.body.map((stmt) => printStmt(stmt, broken))];
      return `workflow ${decl.name.text}${params(decl.params)}${result(decl.result)} ${broken.lines(body)}`;
    }
    case "TestDecl":
      return `test ${str(decl.name)} ${broken.lines(decl.body.map(printStep))}`;
  }
}

function str(string: StringExpr): string {
  return printString(string, printExpr);
}

function typ(type: TypeExpr): string {
  return printType(type, (arg) => printArg(arg, broken), broken);
}

function options(object: ObjectExpr | undefined): string {
  return object === undefined ? "" : ` ${printObject(object, broken)}`;
}

function result(type: TypeExpr | undefined): string {
  return type === undefined ? "" : ` -> ${typ(type)}`;
}

function params(list: readonly Param[]): string {
  const printed = list.map((param) =>
    withDoc(param.doc, `${param.name.text}: ${typ(param.type)}${param.default === undefined ? "" : ` = ${printExpr(param.default, broken)}`}`),
  );
  if (list.every(({ doc }) => doc === undefined)) return broken.group("(", printed, ")", "", ",");
  return `(\n${printed.map((param) => `${indent(param)},\n`).join("")})`;
}

function printField({ doc, name, type }: FieldDecl): string {
  return withDoc(doc, `${name.text}: ${typ(type)}`);
}

function printMember(member: Entry | MessagesEntry): string {
  if (member.kind === "Entry") return printEntry(member, broken);
  const messages = member.messages.map(({ role, text }) => `${role} ${printExpr(text, broken)}`);
  return `messages: ${broken.group("[", messages, "]", "", ",")}`;
}

function printStep(step: TestDecl["body"][number]): string {
  switch (step.kind) {
    case "FakeStmt": {
      const path = step.target.path.map(({ text }) => text).join(".");
      return `fake ${step.target.of === "model" ? "model " : ""}${path} -> ${step.outcomes.map(printOutcome).join(" then ")}`;
    }
    case "ExpectStmt":
      if (step.fails !== undefined && step.block !== undefined) return `expect fails ${step.fails.text} ${printBlock(step.block, broken)}`;
      return `expect ${step.value === undefined ? "" : printExpr(step.value, broken)}`;
    case "ReplayStmt":
      return `replay ${str(step.file)}`;
    default:
      return printStmt(step, broken);
  }
}

function printOutcome(outcome: FakeOutcome): string {
  if (outcome.class !== undefined) return `fail ${outcome.class.text}${outcome.message === undefined ? "" : ` ${str(outcome.message)}`}`;
  return outcome.value === undefined ? "" : printExpr(outcome.value, broken);
}
