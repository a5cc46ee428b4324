/** What a module exports, by name. */
export type Exports = Readonly<Record<string, unknown>>;

/**
 * Imports a JavaScript or TypeScript module by its `file:` address. Node strips the types itself; what that cannot do
 * (enums, namespaces, parameter properties, modules below `node_modules`) goes through tsx, loaded only then.
 */
export async function importModule(address: string): Promise<Exports> {
  try {
    return (await import(address)) as Exports;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (!needsTsx.includes(code)) throw error;
    const { tsImport } = await import("tsx/esm/api");
    return (await tsImport(address, address)) as Exports;
  }
}

const needsTsx = ["ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX", "ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING", "ERR_UNKNOWN_FILE_EXTENSION"];

/** The function that a declaration means: the export of its name, else the default export. */
export function exportedFunction<F>(exports: Exports, name: string): F | undefined {
  const found = typeof exports[name] === "function" ? exports[name] : exports["default"];
  return typeof found === "function" ? (found as F) : undefined;
}
