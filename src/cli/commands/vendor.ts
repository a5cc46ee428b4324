import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { RunError } from "../../diagnostics/errors.ts";
import { suggest } from "../../diagnostics/suggest.ts";
import { visible } from "../../diagnostics/visible.ts";
import { reasonOf } from "../../host/file-reasons.ts";
import { exitCodes } from "../exit-codes.ts";
import { helpOfSimple, readSimple, type Simple } from "../flags.ts";
import type { Terminal } from "../terminal.ts";
import { usageError } from "../usage-error.ts";
import { type Compared, compare, type State } from "../vendor/compare.ts";
import { type Copy, changeCopy, readCopy, writeCopy } from "../vendor/copy.ts";
import { copiedText, diffText, installLines, statesText } from "../vendor/report.ts";
import { type UnitName, units } from "../vendor/units.ts";
import { packageRoot, readUpstream, type Upstream } from "../vendor/upstream.ts";

const simple: Simple = {
  usage: "vendor DIR [flags], vendor --diff DIR",
  about:
    "Copies Tantra's source into a folder of your project, to be read and changed: TypeScript that Node runs as it is. VENDORING.md of the package is the whole of it.",
  flags: {
    "--unit <unit>": "runtime (runs graphs and agents), core (and the language) or all (and the command line); default: all, of a copy what it is",
    "--diff": "say what you changed in a copy, and what upstream did",
    "--update": "take over what upstream changed, in the files of a copy that you left alone",
  },
};

/** `tantra vendor DIR [--unit UNIT]`, `tantra vendor --diff DIR`, `tantra vendor DIR --update` */
export async function vendor(args: readonly string[], terminal: Terminal): Promise<number> {
  const { operands, flags, help } = readSimple(simple, args);
  if (help) {
    await terminal.out(helpOfSimple(simple, terminal.outLayout()));
    return exitCodes.done;
  }
  const [dir] = operands;
  if (dir === undefined || dir === "" || operands.length > 1) throw usageError("A copy goes into one folder.", "tantra vendor lib/tantra --unit core");
  if (flags["diff"] && flags["update"]) throw usageError("--diff looks, and --update changes: one of them at a time.");
  const named = unitOf(flags["unit"]);
  const target = resolve(dir);
  const shown = visible(dir.replace(/[/\\]+$/, "") || dir, true);
  const copy = readCopy(target, shown);
  if (copy === undefined) {
    if (flags["diff"] || flags["update"]) throw notCopied(shown, target);
    mustBeFree(target, shown);
    const upstream = readUpstream(named ?? "all");
    writeCopy(target, shown, upstream);
    await terminal.out(copiedText(shown, upstream, areModules(dirname(target)), terminal.outLayout()));
    return exitCodes.done;
  }
  const upstream = readUpstream(named ?? copy.origin.unit);
  const compared = compare(copy, upstream);
  if (flags["diff"]) await terminal.out(diffText(shown, copy, upstream, compared, terminal.outLayout()));
  else if (flags["update"]) await terminal.out(update({ target, shown, copy, upstream, compared }, terminal));
  else if (compared.every(({ state }) => state === "same")) await terminal.out(`${shown} is Tantra ${upstream.version} (${upstream.unit}) already.\n`);
  else throw isThere(shown, copy, compared);
  return exitCodes.done;
}

/** Whether Node takes the files of a folder for modules, by the nearest `package.json`. */
function areModules(folder: string): boolean {
  const path = join(folder, "package.json");
  if (existsSync(path)) {
    try {
      return (JSON.parse(readFileSync(path, "utf8")) as { readonly type?: unknown }).type === "module";
    } catch {
      return false;
    }
  }
  const above = dirname(folder);
  return above !== folder && areModules(above);
}

function unitOf(name: string | boolean | undefined): UnitName | undefined {
  if (typeof name !== "string") return undefined;
  if (Object.hasOwn(units, name)) return name as UnitName;
  const nearest = suggest(name, Object.keys(units));
  throw usageError(`There is no unit "${name}".`, nearest === undefined ? `There is ${Object.keys(units).join(", ")}.` : `Did you mean "${nearest}"?`);
}

/** Nothing of anybody's is there, and Node runs what will be. */
function mustBeFree(target: string, shown: string): void {
  const place = realOf(target, shown);
  if (isBelow(place, realpathSync(packageRoot)))
    throw usageError(`${shown} lies in Tantra's own package.`, "Name a folder of your project: tantra vendor lib/tantra");
  if (place.split(sep).includes("node_modules")) {
    throw usageError(`${shown} lies in node_modules, where Node runs no TypeScript.`, "Name a folder of your project: tantra vendor lib/tantra");
  }
  const found = statSync(target, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isDirectory()) throw usageError(`${shown} is a file.`, "Name a folder that is empty or not there yet.");
  const [first] = entriesOf(target, shown);
  if (first !== undefined)
    throw usageError(
      `The folder ${shown} holds other things, such as "${visible(first, true)}".`,
      `Name one that is empty or not there yet: tantra vendor ${shown}/tantra`,
    );
}

/** With the links in its path followed, as far as there is one. */
function realOf(path: string, shown: string): string {
  if (existsSync(path)) {
    try {
      return realpathSync(path);
    } catch (cause) {
      throw unreadable(shown, cause);
    }
  }
  const above = dirname(path);
  return above === path ? path : join(realOf(above, shown), path.slice(above.length));
}

function entriesOf(target: string, shown: string): readonly string[] {
  try {
    return readdirSync(target);
  } catch (cause) {
    throw unreadable(shown, cause);
  }
}

function unreadable(shown: string, cause: unknown): RunError {
  return new RunError("invalid_request", `${shown} cannot be read: ${reasonOf(cause, "read")}.`, { code: "T623", cause });
}

function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === "" || !(way === ".." || way.startsWith(`..${sep}`) || resolve(way) === way);
}

function notCopied(shown: string, target: string): RunError {
  const hint = `To copy Tantra there: tantra vendor ${shown}`;
  if (!existsSync(target)) return usageError(`There is no folder ${shown}.`, hint);
  return usageError(
    `${shown} is no copy of Tantra: it has no file VERSION that \`tantra vendor\` wrote.`,
    "Name the folder that was given to `tantra vendor`.",
  );
}

/** It is a copy already, and nothing in it is overwritten without being asked. */
function isThere(shown: string, { origin }: Copy, compared: readonly Compared[]): RunError {
  const outdated = count(compared, ["outdated", "added", "removed"]);
  const changed = compared.filter(({ state }) => state === "yours" || state === "left out" || state === "both").map(({ path }) => path);
  const yours = changed.length === 0 ? "none of its files is changed" : `you changed ${changed.length} (${listed(changed)})`;
  return usageError(
    `${shown} is a copy of Tantra ${origin.tantra} (${origin.unit}) already: ${yours}, upstream changed ${outdated + count(compared, ["both"])}.`,
    `To see it: tantra vendor --diff ${shown}. To take over what you left alone: tantra vendor ${shown} --update`,
  );
}

function count(compared: readonly Compared[], states: readonly State[]): number {
  return compared.filter(({ state }) => states.includes(state)).length;
}

/** So many names stand in a message. */
const most = 5;

function listed(paths: readonly string[]): string {
  const shown = paths.slice(0, most).map((path) => visible(path, true));
  return paths.length > most ? `${shown.join(", ")} and ${paths.length - most} more` : shown.join(", ");
}

interface Updating {
  readonly target: string;
  readonly shown: string;
  readonly copy: Copy;
  readonly upstream: Upstream;
  readonly compared: readonly Compared[];
}

/** Takes over what nobody has touched in the copy. What stays as it is, is named. */
function update({ target, shown, copy, upstream, compared }: Updating, terminal: Terminal): string {
  const paths = (...states: readonly State[]) => compared.filter(({ state }) => states.includes(state)).map(({ path }) => path);
  const [write, remove] = [paths("outdated", "added"), paths("removed")];
  changeCopy(target, shown, upstream, { write, remove });
  const kept = compared.filter(({ state }) => state === "yours" || state === "left out" || state === "both");
  const layout = terminal.outLayout();
  const [was, is] = [`${copy.origin.tantra} (${copy.origin.unit})`, `${upstream.version} (${upstream.unit})`];
  return [
    `${shown} ${was === is ? `is Tantra ${is}` : `was Tantra ${was} and is ${is}`}: ${write.length} files written, ${remove.length} removed, ${kept.length} kept as you have them.`,
    "",
    ...statesText(kept, layout),
    ...(paths("both").length === 0 ? [] : [`Where both changed, yours stands: tantra vendor --diff ${shown} shows what lies between.`, ""]),
    ...(write.includes("package.json") ? [layout.paint("strong", "Install what it imports:"), ...installLines(upstream.packages), ""] : []),
  ].join("\n");
}
