import type { Json } from "../diagnostics/json.ts";
import type { ParamNode, TemplateNode, ToolNode, WorkflowNode } from "../graph/graph.ts";
import type { TypeNode } from "../graph/types.ts";
import type * as ast from "../syntax/ast.ts";
import { plainText } from "../validation/declarations/values.ts";
import { bug } from "./bug.ts";
import { declOf } from "./configuration.ts";
import type { Context, FileScope } from "./context.ts";
import { compileExpr } from "./expressions.ts";
import { Options, settingsOf } from "./options.ts";
import { compileBody } from "./statements.ts";
import { Steps } from "./steps.ts";
import { compileText } from "./texts.ts";

/** A context for what cannot wait: prompts, conditions, defaults. No step in it takes a path. */
export function pureContext(file: FileScope): Context {
  return { file, steps: new Steps(""), inWorkflow: false };
}

/** Parameters and result of a callable declaration, as the checker resolved them. */
export function signatureOf(key: string, at: ast.Decl, file: FileScope): { readonly params: readonly ParamNode[]; readonly result: TypeNode } {
  const signature = file.unit.checked.signatures.get(key) ?? bug(`"${key}" without a signature`, file.place(at));
  const params = signature.params.map((param) => ({
    name: param.name,
    type: file.type(param.type),
    ...(param.decl.default === undefined ? {} : { default: defaultOf(param.decl.default, file) }),
    ...(param.doc === undefined ? {} : { doc: param.doc }),
  }));
  return { params, result: file.type(signature.result) };
}

function defaultOf(expr: ast.Expr, file: FileScope): Json {
  const node = compileExpr(expr, pureContext(file));
  return node.kind === "literal" ? node.value : bug("a default that is no literal", file.place(expr));
}

export function compileTemplate(decl: ast.TemplateDecl, key: string, file: FileScope): TemplateNode {
  const options = Options.of(decl.options, file);
  const settings =
    decl.options === undefined || options.keys().length === 0 ? {} : { options: settingsOf(decl.options, file) as NonNullable<TemplateNode["options"]> };
  return { ...declOf(decl, file), params: signatureOf(key, decl, file).params, text: textOf(decl, file), ...settings };
}

function textOf(decl: ast.TemplateDecl, file: FileScope): TemplateNode["text"] {
  if (decl.text !== undefined) return compileText(decl.text, pureContext(file));
  const written = decl.from === undefined ? undefined : plainText(decl.from);
  const read = written === undefined ? undefined : file.unit.checked.texts.get(file.rooted(written));
  if (read === undefined) return bug("a template without a text", file.place(decl));
  return compileText(read.text, pureContext(file.in(read.source)));
}

export function compileTool(decl: ast.ToolDecl, key: string, file: FileScope): ToolNode {
  const context = pureContext(file);
  const options = Options.of(decl.options, file);
  const deny = options.get("deny");
  const approve = options.get("approve");
  const own = options.get("options");
  const onError = options.get("on_error");
  return {
    ...declOf(decl, file),
    ...signatureOf(key, decl, file),
    module: file.rooted(plainText(decl.from) ?? bug("a path with parts", file.place(decl))),
    effect: options.word("effect", ["read", "write"]) ?? "write",
    ...options.amounts({ timeoutMs: "timeout" }),
    ...options.retry(),
    ...(deny === undefined ? {} : { deny: compileExpr(deny, context) }),
    ...(approve === undefined ? {} : { approve: compileExpr(approve, context) }),
    ...options.amounts({ maxResult: "max_result" }),
    ...(own?.kind === "ObjectExpr" ? { options: settingsOf(own, file) } : {}),
    ...(onError?.kind === "NameExpr" ? { onError: file.get(onError.name, "TemplateDecl", onError).key } : {}),
  };
}

export function compileWorkflow(decl: ast.WorkflowDecl, key: string, file: FileScope): WorkflowNode {
  const options = new Options(decl.options, file);
  return {
    ...declOf(decl, file),
    ...signatureOf(key, decl, file),
    ...options.amounts({ timeoutMs: "timeout" }),
    ...options.budget(),
    body: compileBody(decl.body, { file, steps: new Steps(decl.name.text), inWorkflow: true }),
  };
}
