import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { read, root } from "./files.ts";

type Entries = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The package as it would be published, with what is in `dist/` now, and an empty project into which npm has installed it. */
export interface Installed {
  readonly project: string;
  readonly tarball: string;
  /** Paths of its files, relative to its own folder. */
  readonly files: ReadonlySet<string>;
}

/**
 * Packs and installs, with the versions of what the package depends on that package-lock.json says: `npm ci` has left those in
 * npm's cache, so nobody is asked. Their install scripts do not run.
 */
export function installed(programs: readonly string[]): Installed {
  const project = realpathSync(mkdtempSync(join(tmpdir(), "tantra-installed-")));
  npm(root, "pack", "--ignore-scripts", "--pack-destination", project);
  const tarball = readdirSync(project).find((name) => name.endsWith(".tgz")) ?? "";

  const { packages } = JSON.parse(read("package-lock.json")) as { readonly packages: Entries };
  const { devDependencies: _ours, ...tantra } = packages[""] ?? {};
  const needed = Object.entries(packages).filter(([path, { dev, devOptional, peer }]) => path !== "" && !dev && !devOptional && !peer);
  const consumer = { name: "consumer", private: true, type: "module", dependencies: { tantra: `file:${tarball}` } };
  const entries = { "": consumer, "node_modules/tantra": { ...tantra, resolved: `file:${tarball}` }, ...Object.fromEntries(needed) };
  writeFileSync(join(project, "package.json"), JSON.stringify(consumer));
  writeFileSync(join(project, "package-lock.json"), JSON.stringify({ lockfileVersion: 3, requires: true, packages: entries }));
  npm(project, "ci", "--ignore-scripts", "--prefer-offline");

  for (const name of programs) writeFileSync(join(project, name), read(`test/repo/programs/${name}`));
  const files = readdirSync(join(project, "node_modules/tantra"), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const own = join(project, "node_modules/tantra/");
  return { project, tarball: join(project, tarball), files: new Set(files.map(({ parentPath, name }) => join(parentPath, name).slice(own.length))) };
}

function npm(cwd: string, ...words: readonly string[]): void {
  execFileSync("npm", words, { cwd, stdio: ["ignore", "ignore", "pipe"] });
}
