import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { RunError } from "../../diagnostics/errors.ts";
import { isIn, type UnitName, units } from "./units.ts";

/** A unit as this package has it. */
export interface Upstream {
  readonly version: string;
  readonly unit: UnitName;
  /** The text of every file of a copy by its path in it, with `/`; in order. */
  readonly files: ReadonlyMap<string, string>;
  readonly packages: Packages;
}

/** Ranges by name, in order. */
export interface Packages {
  readonly needed: Readonly<Record<string, string>>;
  /** Imported by those who use what they are for. */
  readonly optional: Readonly<Record<string, string>>;
}

interface Manifest {
  readonly name?: string;
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

/** The package that this file is a part of: it lies as deep in `dist/` as in `src/`. */
export const packageRoot = fileURLToPath(new URL("../../../", import.meta.url));

/** Throws `RunError` T623 where the package has no source: it is a copy itself. */
export function readUpstream(unit: UnitName): Upstream {
  const manifest = readManifest();
  const source = join(packageRoot, "src");
  const paths = readdirSync(source, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(source.length + 1))
    .map((path) => path.replaceAll(sep, "/"))
    .filter((path) => isIn(units[unit], path));
  const packages = packagesOf(unit, manifest);
  const files = [
    ...paths.map((path): [string, string] => [path, readFileSync(join(source, path), "utf8")]),
    ["LICENSE", readFileSync(join(packageRoot, "LICENSE"), "utf8")] as const,
    ["package.json", manifestOf(packages)] as const,
  ];
  return { version: manifest.version, unit, files: new Map(files.sort(([a], [b]) => (a < b ? -1 : 1))), packages };
}

function readManifest(): Manifest {
  const path = join(packageRoot, "package.json");
  const manifest = existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Manifest) : undefined;
  if (manifest?.name === "tantra" && existsSync(join(packageRoot, "src"))) return manifest;
  throw new RunError("not_found", "This Tantra is a copy itself, and copies are made from the package.", { code: "T623", hint: "npx tantra vendor DIR" });
}

function packagesOf(unit: UnitName, { dependencies, peerDependencies }: Manifest): Packages {
  const names = [...units[unit].packages].sort();
  const among = (ranges: Readonly<Record<string, string>>) =>
    Object.fromEntries(names.flatMap((name) => (ranges[name] === undefined ? [] : [[name, ranges[name]]])));
  return { needed: among(dependencies), optional: among(peerDependencies) };
}

/** It says what the files are to Node and to tsc, whatever the project around them is, and which packages they import. */
function manifestOf({ needed, optional }: Packages): string {
  const names = Object.keys(optional);
  const peers = { peerDependencies: optional, peerDependenciesMeta: Object.fromEntries(names.map((name) => [name, { optional: true }])) };
  return `${JSON.stringify({ private: true, type: "module", dependencies: needed, ...(names.length === 0 ? {} : peers) }, null, 2)}\n`;
}
