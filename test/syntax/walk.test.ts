import { expect, test } from "vitest";
import type { Node, NodeKind } from "../../src/syntax/ast.ts";
import { childKeys, children, walk } from "../../src/syntax/walk.ts";
import { projectFiles, read as readFile } from "../repo/files.ts";
import { read } from "./reading.ts";

/** Every node that hangs under another, found by looking at every property. */
function below(node: object): Node[] {
  const found: Node[] = [];
  for (const value of Object.values(node)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (typeof one === "object" && one !== null && "kind" in one && typeof one.kind === "string" && one.kind in childKeys) found.push(one as Node);
    }
  }
  return found;
}

const everything = [
  ...projectFiles("examples", ".tantra").map(readFile),
  'test "a" {\n  fake a.b -> fail timeout "x" then 1\n  expect fails timeout { a() }\n  expect a == 1\n  replay "x"\n}\n',
  'workflow w() {\n  race { a() }\n  let c = chat a() session "x"\n  let d = ask "q" -> bool with { timeout: 1s }\n  a.*\n  x = -y ?? z with { a: 1 }\n}\n',
  'budget b { max: $1 }\nmcp m { command: "x" }\n',
];

test("no child of any node is left out, and children come in the order of the text", () => {
  const kinds = new Set<NodeKind>();
  for (const text of everything) {
    walk(read(text), (node) => {
      kinds.add(node.kind);
      const named = children(node);
      expect(new Set(named), node.kind).toEqual(new Set(below(node)));
      const starts = named.map(({ start }) => start);
      expect(starts, `${node.kind} at ${node.start}`).toEqual([...starts].sort((a, b) => a - b));
      return undefined;
    });
  }
  expect(kinds.size).toBeGreaterThan(55);
});

test("parents come before children and are left after them; what is refused is not entered", () => {
  const seen: string[] = [];
  walk(read("workflow w() {\n  f(a)\n  [b]\n}\n"), {
    enter: (node) => {
      seen.push(`+${node.kind}`);
      return node.kind !== "CallExpr";
    },
    leave: (node, parent) => {
      seen.push(`-${node.kind} of ${parent?.kind}`);
    },
  });
  expect(seen).toEqual([
    ...["+SourceFile", "+WorkflowDecl", "+ExprStmt", "+CallExpr", "-CallExpr of ExprStmt", "-ExprStmt of WorkflowDecl"],
    ...["+ExprStmt", "+ListExpr", "+NameExpr", "-NameExpr of ListExpr", "-ListExpr of ExprStmt", "-ExprStmt of WorkflowDecl"],
    ...["-WorkflowDecl of SourceFile", "-SourceFile of undefined"],
  ]);
});
