import { visible } from "../../diagnostics/visible.ts";
import type { Layout } from "../terminal.ts";
import type { Compared, State } from "./compare.ts";
import type { Copy } from "./copy.ts";
import { unifiedDiff } from "./unified-diff.ts";
import { units } from "./units.ts";
import type { Packages, Upstream } from "./upstream.ts";

/** What has just been copied, and what to do with it. `modules`: the project's own files are modules. */
export function copiedText(shown: string, { unit, version, files, packages }: Upstream, modules: boolean, { paint }: Layout): string {
  const door = `${shown}/${units[unit].door}`;
  return [
    `Copied Tantra ${version} (${unit}) to ${shown}: ${files.size} files.`,
    "",
    paint("strong", "Install what it imports:"),
    ...installLines(packages),
    "",
    `${paint("strong", "Import")} ${paint("place", door)}. ${shown}/README.md says in which order to read.`,
    ...(modules ? [] : [`What imports it is a module, too: ${paint("place", "npm pkg set type=module")}, or end its name in .mts.`]),
    paint("dim", `Commit it as it is, then change what you like: tantra vendor --diff ${shown} tells yours from upstream's.`),
    "",
  ].join("\n");
}

/** The lines to type. */
export function installLines({ needed, optional }: Packages): readonly string[] {
  const words = (packages: Readonly<Record<string, string>>) =>
    Object.entries(packages)
      .map(([name, range]) => `${name}@${range}`)
      .map((word) => (/^[\w@./-]+$/.test(word) ? word : `"${word}"`))
      .join(" ");
  const more = Object.keys(optional).length === 0 ? [] : ["  and those whose vendor you use, or all of them for tsc:", `  npm i ${words(optional)}`];
  return [`  npm i ${words(needed)}`, ...more];
}

const titles: readonly (readonly [string, Partial<Record<State, string>>])[] = [
  ["Upstream changed, and you did not:", { outdated: "", added: "new", removed: "removed" }],
  ["You changed, and upstream did not:", { yours: "", "left out": "removed" }],
  ["Both changed:", { both: "" }],
  ["Yours alone:", { own: "" }],
];

/** The files that differ, by who changed them. */
export function statesText(compared: readonly Compared[], { paint }: Layout): readonly string[] {
  return titles.flatMap(([title, notes]) => {
    const lines = compared.flatMap((file) => {
      const note = notes[file.state];
      return note === undefined ? [] : [`  ${visible(file.path, true)}${remark(file, note)}`];
    });
    return lines.length === 0 ? [] : [paint("strong", title), ...lines, ""];
  });
}

function remark({ state, mine, theirs }: Compared, note: string): string {
  if (state === "both" && mine === undefined) return " (you removed it)";
  if (state === "both" && theirs === undefined) return " (upstream removed it)";
  return note === "" ? "" : ` (${note})`;
}

/** All of `--diff`: who changed what, and the lines of whatever is changed in the copy. */
export function diffText(shown: string, copy: Copy, upstream: Upstream, compared: readonly Compared[], layout: Layout): string {
  const { paint } = layout;
  const { tantra, unit } = copy.origin;
  const head = `${shown} is Tantra ${tantra} (${unit}); upstream is ${upstream.version}${upstream.unit === unit ? "" : ` (${upstream.unit})`}.`;
  const differing = compared.filter(({ state }) => state !== "same");
  if (differing.length === 0) return `${head} ${paint("good", "No file differs")}.\n`;
  const diffs = differing.flatMap(({ path, state, mine, theirs }) =>
    (state === "yours" || state === "both") && mine !== undefined && theirs !== undefined
      ? [
          paint("strong", `--- upstream/${path}`),
          paint("strong", `+++ ${shown}/${path}`),
          ...unifiedDiff(theirs, mine).map((line) => (line.startsWith("+") ? paint("good", line) : line.startsWith("-") ? paint("error", line) : line)),
          "",
        ]
      : [],
  );
  const outdated = differing.filter(({ state }) => ["outdated", "added", "removed"].includes(state)).length;
  const both = differing.filter(({ state }) => state === "both").length;
  const hints = [
    ...(outdated === 0 ? [] : [`tantra vendor ${shown} --update takes over what you left alone; what you changed stays.`]),
    ...(both === 0 ? [] : ["Where both changed, the lines above are all that lies between yours and upstream's: merge them by hand."]),
  ];
  return [head, "", ...statesText(differing, layout), ...diffs, ...hints.map((line) => paint("dim", line)), ...(hints.length === 0 ? [] : [""])].join("\n");
}
