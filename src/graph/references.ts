import type { AgentNode, Graph, ModelNode, ParamNode, TestStatement, ToolNode, ToolRef } from "./graph.ts";
import { at, Lookup, type Problem, Unresolved } from "./lookup.ts";
import { Names, walkBody, walkExpr, walkStatement } from "./names.ts";

/** The first key or name in a graph that means nothing, or undefined. For graphs that were read: what is compiled resolves. */
export function references(graph: Graph): Problem | undefined {
  try {
    declarations(graph, new Lookup(graph));
    return undefined;
  } catch (error) {
    if (error instanceof Unresolved) return error.problem;
    throw error;
  }
}

function declarations(graph: Graph, lookup: Lookup): void {
  each(graph.types, "$.types", (record, path) => {
    for (const [index, field] of record.fields.entries()) lookup.type(field.type, `${path}.fields[${index}].type`);
  });
  each(graph.models, "$.models", (node, path) => model(node, path, lookup));
  each(graph.profiles, "$.profiles", (profile, path) => each(profile.models, `${path}.models`, (node, at) => model(node, at, lookup)));
  each(graph.templates, "$.templates", (node, path) => walkExpr(node.text, params(node.params, path, lookup), `${path}.text`, lookup));
  each(graph.tools, "$.tools", (node, path) => tool(node, path, lookup));
  each(graph.agents, "$.agents", (node, path) => agent(node, path, lookup));
  each(graph.workflows, "$.workflows", (node, path) => {
    lookup.type(node.result, `${path}.result`);
    lookup.budget(node.budget, `${path}.budget`);
    walkBody(node.body, params(node.params, path, lookup), `${path}.body`, lookup);
  });
  for (const [index, test] of graph.tests.entries()) {
    const names = new Names(["cost"]);
    for (const [place, statement] of test.body.entries()) testStatement(statement, names, `$.tests[${index}].body[${place}]`, lookup);
  }
  for (const [index, key] of graph.mains.entries()) main(key, `$.mains[${index}]`, lookup);
  if (graph.main !== null) main(graph.main, "$.main", lookup);
}

function main(key: string, path: string, lookup: Lookup): void {
  if (!Object.hasOwn(lookup.graph.agents, key)) lookup.key("workflows", key, path);
}

/** The parameters of a declaration as names in scope, their types followed. */
function params(list: readonly ParamNode[], path: string, lookup: Lookup): Names {
  for (const [index, param] of list.entries()) lookup.type(param.type, `${path}.params[${index}].type`);
  return new Names(list.map((param) => param.name));
}

function model(node: ModelNode, path: string, lookup: Lookup): void {
  if (node.kind === "model") {
    lookup.key("providers", node.provider, `${path}.provider`);
    lookup.retry(node.retry, `${path}.retry`);
  } else {
    for (const [index, key] of node.models.entries()) lookup.key("models", key, `${path}.models[${index}]`);
  }
}

function tool(node: ToolNode, path: string, lookup: Lookup): void {
  const names = params(node.params, path, lookup);
  lookup.type(node.result, `${path}.result`);
  lookup.retry(node.retry, `${path}.retry`);
  if (node.deny !== undefined) walkExpr(node.deny, names, `${path}.deny`, lookup);
  if (node.approve !== undefined) walkExpr(node.approve, names, `${path}.approve`, lookup);
  if (node.onError !== undefined) lookup.key("templates", node.onError, `${path}.onError`);
}

function agent(node: AgentNode, path: string, lookup: Lookup): void {
  const names = params(node.params, path, lookup);
  const after = new Names(["result"], names);
  lookup.type(node.result, `${path}.result`);
  lookup.retry(node.retry, `${path}.retry`);
  lookup.budget(node.budget, `${path}.budget`);
  walkExpr(node.model, names, `${path}.model`, lookup);
  for (const [index, message] of node.messages.entries()) walkExpr(message.text, names, `${path}.messages[${index}].text`, lookup);
  for (const [index, ref] of node.tools.entries()) toolRef(ref, `${path}.tools[${index}]`, lookup);
  for (const [index, handoff] of node.handoffs.entries()) {
    lookup.key("agents", handoff.agent, `${path}.handoffs[${index}].agent`);
    each(handoff.args, `${path}.handoffs[${index}].args`, (expr, at) => walkExpr(expr, names, at, lookup));
  }
  for (const [index, condition] of node.ensure.entries()) walkExpr(condition.condition, after, `${path}.ensure[${index}].condition`, lookup);
  for (const [index, condition] of node.check.entries()) walkExpr(condition.condition, after, `${path}.check[${index}].condition`, lookup);
  if (node.repair !== undefined) lookup.key("templates", node.repair.template, `${path}.repair.template`);
}

function toolRef(ref: ToolRef, path: string, lookup: Lookup): void {
  lookup.key(ref.of === "mcp" ? "mcp" : ref.of === "agent" ? "agents" : "tools", ref.key, `${path}.key`);
}

function testStatement(statement: TestStatement, names: Names, path: string, lookup: Lookup): void {
  if (statement.kind === "fake") fake(statement, names, path, lookup);
  else if (statement.kind === "expect") walkExpr(statement.value, names, `${path}.value`, lookup);
  else if (statement.kind === "expect_fails") walkBody(statement.body, new Names([], names), `${path}.body`, lookup);
  else if (statement.kind !== "replay") walkStatement(statement, names, path, lookup);
}

function fake(statement: TestStatement & { readonly kind: "fake" }, names: Names, path: string, lookup: Lookup): void {
  const { target } = statement;
  const section = { agent: "agents", tool: "tools", model: "models", mcp: "mcp" } as const;
  if (target.of !== "ask") lookup.key(section[target.of], target.key, `${path}.target.key`);
  for (const [index, outcome] of statement.outcomes.entries()) {
    if ("value" in outcome) walkExpr(outcome.value, names, `${path}.outcomes[${index}].value`, lookup);
    else if (outcome.message !== undefined) walkExpr(outcome.message, names, `${path}.outcomes[${index}].message`, lookup);
  }
}

function each<T>(record: Readonly<Record<string, T>>, path: string, visit: (value: T, path: string) => void): void {
  for (const [key, value] of Object.entries(record)) visit(value, at(path, key));
}
