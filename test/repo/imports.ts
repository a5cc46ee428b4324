export interface Import {
  readonly specifier: string;
  readonly type: boolean;
  readonly lazy: boolean;
}

/** What a file's text imports, whenever that is; but no programs. */
export function imports(text: string): Import[] {
  const found: Import[] = [];
  for (const match of text.matchAll(/^(?:import|export)\s+(type\s+)?(?:[^"';]*?\sfrom\s+)?"([^"]+)"/gm)) {
    found.push({ specifier: match[2] ?? "", type: match[1] !== undefined, lazy: false });
  }
  for (const match of text.matchAll(/\bimport\(\s*"([^"]+)"\s*\)/g)) found.push({ specifier: match[1] ?? "", type: false, lazy: true });
  return found.filter(({ specifier }) => !specifier.endsWith(".tantra"));
}

/** `ajv` of `ajv/dist/2020.js`. */
export function packageName(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}
