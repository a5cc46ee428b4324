import type {
  AgentNode,
  BudgetNode,
  Graph,
  McpNode,
  ModelNode,
  ParamNode,
  ProfileNode,
  ProviderNode,
  RetryNode,
  TemplateNode,
  ToolNode,
  WorkflowNode,
} from "../graph/graph.ts";
import { parametersSchema, typeSchema } from "../graph/schema.ts";
import type { TypeNode } from "../graph/types.ts";
import type * as ast from "../syntax/ast.ts";
import type { CheckedProgram } from "../validation/checked.ts";
import { compileAgent } from "./agents.ts";
import { compileTemplate, compileTool, compileWorkflow } from "./callables.ts";
import { compileBudget, compileMcp, compileModel, compileProvider, compileRetry } from "./configuration.ts";
import { FileScope, Unit } from "./context.ts";
import { mainsOf } from "./mains.ts";
import { withMessageParts } from "./message-parts.ts";
import { compileTests } from "./tests.ts";

type Collected<T> = Record<string, T>;

/**
 * The graph of a program that was checked without errors. Pure: the same files give the same graph, byte for byte as JSON.
 * `hash` gives the SHA-256 of a text as hex.
 */
export function compile(checked: CheckedProgram, hash: (text: string) => string): Graph {
  const unit = new Unit(checked);
  const scopes = new Map(checked.files.map((file) => [file.path, FileScope.of(unit, file.path, file.source)]));
  const found = new Declarations();
  for (const { path, file } of checked.files) {
    const scope = scopes.get(path);
    if (scope !== undefined) for (const decl of file.declarations) found.add(decl, scope);
  }
  const [entry] = checked.files;
  const scope = scopes.get(checked.entry);
  const tests = entry?.file.declarations.filter((decl) => decl.kind === "TestDecl") ?? [];
  const doc = entry?.file.doc?.text;
  const compiledTests = scope === undefined ? [] : compileTests(tests, scope);
  const { types, inlineModels, called } = unit;
  return {
    version: 1,
    sources: [...checked.files, ...checked.texts.values()].map(({ source }) => ({ path: source.path, sha256: hash(source.text) })),
    ...(doc === undefined ? {} : { doc }),
    types: types.records,
    schemas: schemasOf({ ...found.agents, ...found.tools, ...found.workflows }, types.records),
    providers: found.providers,
    models: { ...found.models, ...inlineModels },
    retries: found.retries,
    budgets: found.budgets,
    templates: found.templates,
    tools: found.tools,
    mcp: found.mcp,
    agents: Object.fromEntries(Object.entries(found.agents).map(([key, agent]) => [key, withMessageParts(agent, found.templates)])),
    workflows: found.workflows,
    tests: compiledTests,
    profiles: found.profiles,
    ...mainsOf(checked.entry, found.workflows, found.agents, called),
  };
}

class Declarations {
  readonly providers: Collected<ProviderNode> = {};
  readonly models: Collected<ModelNode> = {};
  readonly retries: Collected<RetryNode> = {};
  readonly budgets: Collected<BudgetNode> = {};
  readonly templates: Collected<TemplateNode> = {};
  readonly tools: Collected<ToolNode> = {};
  readonly mcp: Collected<McpNode> = {};
  readonly agents: Collected<AgentNode> = {};
  readonly workflows: Collected<WorkflowNode> = {};
  readonly profiles: Collected<{ readonly [S in keyof ProfileNode]: Collected<ProfileNode[S][string]> }> = {};

  add(decl: ast.Decl, file: FileScope): void {
    switch (decl.kind) {
      case "ProviderDecl":
      case "ModelDecl":
      case "McpDecl":
        addReplaceable(decl, `${file.path}#${decl.name.text}`, file, this);
        break;
      case "RetryDecl":
        this.retries[keyOf(decl, file)] = compileRetry(decl, file);
        break;
      case "BudgetDecl":
        this.budgets[keyOf(decl, file)] = compileBudget(decl, file);
        break;
      case "TemplateDecl":
        this.templates[keyOf(decl, file)] = compileTemplate(decl, keyOf(decl, file), file);
        break;
      case "ToolDecl":
        this.tools[keyOf(decl, file)] = compileTool(decl, keyOf(decl, file), file);
        break;
      case "AgentDecl":
        this.agents[keyOf(decl, file)] = compileAgent(decl, keyOf(decl, file), file);
        break;
      case "WorkflowDecl":
        this.workflows[keyOf(decl, file)] = compileWorkflow(decl, keyOf(decl, file), file);
        break;
      case "TypeDecl": {
        // A type that nothing uses is in the graph all the same: it is part of the program.
        const type = file.unit.checked.typeOfType.get(decl);
        if (type !== undefined) file.type(type);
        break;
      }
      case "ProfileDecl":
        this.#profile(decl, file);
        break;
      case "ImportDecl":
      case "TestDecl":
        break;
    }
  }

  /** Several files may declare a profile: it is one. What an entry replaces may be imported, and is replaced for all who use it. */
  #profile(decl: ast.ProfileDecl, file: FileScope): void {
    this.profiles[decl.name.text] ??= { providers: {}, models: {}, mcp: {} };
    const profile = this.profiles[decl.name.text];
    if (profile === undefined) return;
    for (const inner of decl.declarations) addReplaceable(inner, file.find(inner.name.text)?.key ?? keyOf(inner, file), file, profile);
  }
}

function keyOf(decl: { readonly name: ast.Name }, file: FileScope): string {
  return `${file.path}#${decl.name.text}`;
}

interface Replaceable {
  readonly providers: Collected<ProviderNode>;
  readonly models: Collected<ModelNode>;
  readonly mcp: Collected<McpNode>;
}

function addReplaceable(decl: ast.ProviderDecl | ast.ModelDecl | ast.McpDecl, key: string, file: FileScope, into: Replaceable): void {
  if (decl.kind === "ProviderDecl") into.providers[key] = compileProvider(decl, file);
  else if (decl.kind === "ModelDecl") into.models[key] = compileModel(decl, file);
  else into.mcp[key] = compileMcp(decl, file);
}

function schemasOf(callables: Collected<{ readonly params: readonly ParamNode[]; readonly result: TypeNode }>, types: Graph["types"]): Graph["schemas"] {
  return Object.fromEntries(
    Object.entries(callables).map(([key, { params, result }]) => [key, { parameters: parametersSchema(params, types), result: typeSchema(result, types) }]),
  );
}
