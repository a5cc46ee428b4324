import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { RunError } from "../diagnostics/errors.ts";
import type { EnvNode, Setting } from "../graph/graph.ts";

/** Variables by name. What is set to nothing counts as not set. */
export type Environment = (name: string) => string | undefined;

/**
 * The variables that a program may name: the process's own, then those of `.env` in the root. `.env` is read and not
 * loaded: a file of a project that one has just cloned must not set `HTTPS_PROXY` or `NODE_OPTIONS` for this process.
 */
export function readEnvironment(root: string, own: Readonly<Record<string, string | undefined>>): Environment {
  let file: Readonly<Record<string, string | undefined>> | undefined;
  return (name) => {
    if (own[name]) return own[name];
    file ??= readEnvFile(root);
    return file[name] || undefined;
  };
}

function readEnvFile(root: string): Readonly<Record<string, string | undefined>> {
  const path = join(root, ".env");
  try {
    return parseEnv(readFileSync(path, "utf8"));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    const why = error instanceof Error && "code" in error && error.code === "EISDIR" ? "it is a folder" : "the system refuses";
    throw new RunError("invalid_request", `The file ${path} cannot be read: ${why}.`, {
      code: "T623",
      hint: "It holds one NAME=value a line; take it away if you do not need it.",
    });
  }
}

export function isEnvNode(setting: Setting | undefined): setting is EnvNode {
  return typeof setting === "object" && setting !== null && "kind" in setting && setting["kind"] === "env" && "name" in setting;
}

/** Every variable named in options, with the name of the option that it stands under (`headers.x-key`). */
export function variablesIn(options: Readonly<Record<string, Setting>>): { readonly option: string; readonly variable: EnvNode }[] {
  const walk = (setting: Setting, option: string): { option: string; variable: EnvNode }[] => {
    if (isEnvNode(setting)) return [{ option, variable: setting }];
    if (Array.isArray(setting)) return setting.flatMap((item: Setting) => walk(item, option));
    if (typeof setting !== "object" || setting === null) return [];
    return Object.entries(setting).flatMap(([key, item]) => walk(item, option === "" ? key : `${option}.${key}`));
  };
  return walk(options, "");
}

/** Options with the variables' values filled in. Throws T622 for the first that is not set and has no default. */
export function resolveOptions(options: Readonly<Record<string, Setting>>, value: (variable: EnvNode) => string | undefined): Record<string, unknown> {
  const fill = (setting: Setting): unknown => {
    if (isEnvNode(setting)) {
      const found = value(setting) ?? setting.default;
      if (found === undefined) throw missingVariable(setting);
      return found;
    }
    if (Array.isArray(setting)) return setting.map(fill);
    if (typeof setting !== "object" || setting === null) return setting;
    return Object.fromEntries(Object.entries(setting).map(([key, item]) => [key, fill(item)]));
  };
  return Object.fromEntries(Object.entries(options).map(([key, setting]) => [key, fill(setting)]));
}

function missingVariable(variable: EnvNode): RunError {
  return new RunError("auth", `The variable ${variable.name} is not set.`, {
    code: "T622",
    place: variable.place,
    hint: `Set it in the shell (export ${variable.name}=…) or in the file .env of the project's root.`,
  });
}
