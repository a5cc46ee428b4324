import { Option } from "commander";
import type { ParamNode } from "../graph/graph.ts";
import type { TypeNode } from "../graph/types.ts";

/** `max_items` is typed `--max-items`. */
export function flagOf(name: string): string {
  return `--${name.replaceAll("_", "-")}`;
}

/** A flag for each input whose name is none of Tantra's own, with its type, its `///` and its default. */
export function inputOptions(params: readonly ParamNode[], own: ReadonlySet<string>, take: (name: string, value: string) => void): Option[] {
  return params
    .filter(({ name }) => !own.has(flagOf(name)))
    .map((param) => {
      const required = param.default === undefined && param.type.kind !== "nullable" ? " (required)" : "";
      const fallback = param.default === undefined ? "" : ` (default: ${JSON.stringify(param.default)})`;
      const help = `${param.doc?.replaceAll("\n", " ") ?? ""}${required}${fallback}`.trim();
      return new Option(`${flagOf(param.name)} <${placeholder(param.type)}>`, help).helpGroup("Inputs:").argParser((value) => {
        take(param.name, value);
        return value;
      });
    });
}

/** What stands in the help for a value of the type. */
function placeholder(type: TypeNode): string {
  switch (type.kind) {
    case "string":
      return "text";
    case "bool":
      return "true|false";
    case "int":
    case "float":
      return type.kind;
    case "literal":
      return String(type.value);
    case "nullable":
      return placeholder(type.type);
    case "union":
      return type.members.every((member) => member.kind === "literal") ? type.members.map(placeholder).join("|") : "json";
    case "image":
    case "file":
      return type.kind;
    case "list":
    case "map":
    case "record":
    case "json":
    case "null":
    case "none":
      return "json";
  }
}
