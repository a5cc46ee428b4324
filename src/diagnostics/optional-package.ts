import { RunError } from "./errors.ts";

/**
 * A package by its name, which is installed only where it is used; `load` imports it, `need` says who needs it.
 * Throws a `RunError` with the line to type where it is not installed, or cannot be loaded.
 */
export async function optionalPackage<T>(name: string, load: () => Promise<T>, need = "this provider speaks through it"): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    const missing = cause instanceof Error && "code" in cause && (cause.code === "ERR_MODULE_NOT_FOUND" || cause.code === "MODULE_NOT_FOUND");
    // What is missing may also be a package that the package itself needs: then its own words say more.
    if (missing && cause.message.includes(`'${name}`)) {
      throw new RunError("not_found", `The package ${name} is not installed, and ${need}.`, { cause, hint: `npm install ${name}` });
    }
    throw new RunError("not_found", `The package ${name} cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
      hint: `npm install ${name}`,
    });
  }
}
