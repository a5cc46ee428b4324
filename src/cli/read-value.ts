import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Json } from "../diagnostics/json.ts";
import type { TypeNode } from "../graph/types.ts";
import { readText, unreadable } from "../host/read-text.ts";
import { usageError } from "./usage-error.ts";

/**
 * What was typed for an input, as a value: a text as it is, `@FILE` the text of a file, numbers and bools read, all else
 * as JSON. What is no number stays a text, so that the check of the input says what is wrong. Throws T621, or T623 for a file.
 */
export function readValue(name: string, type: TypeNode, typed: string, cwd: string): Json {
  const text = typed.startsWith("@") ? readTextFile(typed.slice(1), name, cwd) : typed;
  return valueOf(name, type, text);
}

function valueOf(name: string, type: TypeNode, text: string): Json {
  switch (type.kind) {
    case "string":
    case "image":
    case "file":
      return text;
    case "literal":
      return typeof type.value === "boolean" && text === String(type.value) ? type.value : text;
    case "int":
    case "float":
      return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
    case "bool":
      return text === "true" ? true : text === "false" ? false : text;
    case "null":
    case "none":
      return text === "null" ? null : text;
    case "nullable":
      return text === "null" && !readsText(type.type) ? null : valueOf(name, type.type, text);
    case "union":
      return readsText(type) ? text : parse(name, type, text);
    case "json":
    case "list":
    case "map":
    case "record":
      return parse(name, type, text);
  }
}

function readsText(type: TypeNode): boolean {
  return type.kind === "string" || type.kind === "literal" || (type.kind === "union" && type.members.every((member) => member.kind === "literal"));
}

/** What a value of the type may look like. */
function exampleOf(type: TypeNode): string {
  switch (type.kind) {
    case "list":
      return `[${exampleOf(type.element)}, ${exampleOf(type.element)}]`;
    case "map":
      return `{ "key": ${exampleOf(type.value)} }`;
    case "record":
      return '{ "field": "text" }';
    case "nullable":
      return exampleOf(type.type);
    case "int":
    case "float":
      return "1";
    case "bool":
      return "true";
    default:
      return '"text"';
  }
}

function parse(name: string, type: TypeNode, text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw usageError(`"${name}" takes JSON: ${why}.`, `For example --${name.replaceAll("_", "-")} '${exampleOf(type)}', or @FILE for a file that holds it.`);
  }
}

/** A file that was named on the command line: it may lie anywhere, the user named it. One newline at its end is not part of the text. */
function readTextFile(path: string, name: string, cwd: string): string {
  const read = readText(resolve(cwd, path));
  if (read.ok) return read.text.replace(/\r?\n$/, "");
  const { message, code } = unreadable(path, read);
  throw Object.assign(usageError(message, `"${name}" was given as @${path}, the text of a file; a text that begins with @ goes through --input.`), { code });
}

/** The inputs of `--input`: a JSON object from a file, or from standard input. */
export function readInputFile(path: string, cwd: string): Readonly<Record<string, unknown>> {
  const what = path === "-" ? "The standard input" : path;
  let text: string;
  if (path === "-") text = readFileSync(0, "utf8");
  else {
    const read = readText(resolve(cwd, path));
    if (!read.ok)
      throw Object.assign(usageError(unreadable(path, read).message, "--input takes a file with a JSON object, or - for the standard input."), {
        code: "T623",
      });
    text = read.text;
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw usageError(`${what} is no JSON: ${error instanceof Error ? error.message : String(error)}.`, 'Inputs are an object: { "topic": "tides" }');
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw usageError(`${what} holds no JSON object.`, 'Inputs are an object: { "topic": "tides" }');
  }
  return value as Readonly<Record<string, unknown>>;
}
