import { createPriceTable } from "../../agent/price-table.ts";
import { addCost, noCost } from "../../agent/usage.ts";
import type { Paint } from "../../diagnostics/paint.ts";
import { renderDiagnostics, renderFailure } from "../../diagnostics/render.ts";
import { visible } from "../../diagnostics/visible.ts";
import { readEnvironment } from "../../host/environment.ts";
import { listModels, type ModelRow } from "../../host/list-models.ts";
import { loadProgram } from "../../host/load-program.ts";
import { question, type Reached, reachModel } from "../../host/reach-model.ts";
import { isTrusted, keysLeaving, untrusted } from "../../host/trust.ts";
import { withProfile } from "../../interpreter/start.ts";
import { formatCost, formatCount, formatDuration } from "../../report/figures.ts";
import { renderTable } from "../../report/table.ts";
import { exitCodes } from "../exit-codes.ts";
import { helpOfSimple, readSimple, type Simple } from "../flags.ts";
import { rendering } from "../layout.ts";
import type { Terminal } from "../terminal.ts";
import { usageError } from "../usage-error.ts";

const simple: Simple = {
  usage: "models FILE [flags]",
  about: `Lists every model of a program with its provider, price and context, and which variables it still needs. With --check each is asked once ("${question}"), and what that cost is said.`,
  flags: {
    "--check": "ask each model once, and say whether it answered and what that cost",
    "--profile <name>": "use this profile's providers and models",
    "--root <folder>": "the project's root, which no path may leave",
    "--trust <host>": "let keys go to this host although the program names it itself",
    "--json": "print it as one JSON object",
  },
};

type Line = ModelRow & { readonly reached?: Reached };

/** `tantra models FILE [--check]` */
export async function models(args: readonly string[], terminal: Terminal): Promise<number> {
  const { operands, flags, help } = readSimple(simple, args);
  if (help) {
    await terminal.out(helpOfSimple(simple, terminal.outLayout()));
    return exitCodes.done;
  }
  const [file] = operands;
  if (file === undefined || operands.length > 1) throw usageError("Models are listed of one file at a time.", "tantra models FILE.tantra");
  const program = await loadProgram(file, { cwd: process.cwd(), ...(typeof flags["root"] === "string" ? { root: flags["root"] } : {}) });
  if (program.graph === undefined) {
    terminal.err(`${renderDiagnostics(program.diagnostics, rendering(terminal.errLayout(), program))}\n`);
    return exitCodes.program;
  }
  const { project } = program;
  const graph = withProfile(program.graph, typeof flags["profile"] === "string" ? flags["profile"] : undefined);
  const environment = readEnvironment(project.root, process.env);
  const prices = createPriceTable();
  await prices.load?.();
  const rows = listModels(graph, environment, prices, Date.now());
  const lines: Line[] = [];
  if (flags["check"] === true) {
    const trusted = typeof flags["trust"] === "string" ? [flags["trust"]] : [];
    const leaving = keysLeaving(Object.values(graph.providers), environment).filter((one) => !isTrusted(one, trusted));
    const refused = leaving.map((one) => untrusted(one));
    for (const error of refused) terminal.err(`${renderFailure(error, { source: () => undefined, ...terminal.errLayout() })}\n`);
    if (refused.length > 0) return exitCodes.usage;
    for (const row of rows) {
      const node = graph.models[row.key];
      if (node?.kind !== "model" || row.missing.length > 0 || !row.network) lines.push(row);
      else
        lines.push({
          ...row,
          reached: await reachModel(row.key, node, graph, { project, variable: ({ name }) => environment(name), simulate: false }, prices),
        });
    }
  } else lines.push(...rows);

  if (flags["json"] === true) await terminal.out(`${JSON.stringify({ prices: prices.source, models: lines }, null, 2)}\n`);
  else await terminal.out(textOf(lines, prices.source, terminal.outLayout()));
  return lines.some(({ reached, missing }) => reached?.ok === false || (flags["check"] === true && missing.length > 0)) ? exitCodes.failed : exitCodes.done;
}

function textOf(lines: readonly Line[], source: string, { width = 160, paint }: { readonly width?: number; readonly paint: Paint }): string {
  if (lines.length === 0) return "The program has no models.\n";
  const columns = [
    { title: "model", align: "start", drop: 0 },
    { title: "provider", align: "start", drop: 3 },
    { title: "id", align: "start", drop: 2 },
    { title: "$/M in", align: "end", drop: 0 },
    { title: "$/M out", align: "end", drop: 0 },
    { title: "context", align: "end", drop: 4 },
    { title: "", align: "start", drop: 1 },
  ] as const;
  const rows = lines.map((line) => [
    visible(line.name),
    visible(line.provider === line.kind ? line.kind : `${line.provider} (${line.kind})`),
    visible(line.id),
    line.price === undefined ? (line.free ? "free" : "unpriced") : `${line.price.input}${line.varies ? "+" : ""}`,
    line.price === undefined ? "" : `${line.price.output}${line.varies ? "+" : ""}`,
    line.contextTokens === undefined ? "" : formatCount(line.contextTokens),
    stateOf(line),
  ]);
  const table = renderTable(columns, rows, width, paint);
  const failed = lines.flatMap(({ name, reached }) =>
    reached?.ok === false ? [`${visible(name)}: ${visible(reached.message)}`, ...(reached.hint === undefined ? [] : [`  ${visible(reached.hint)}`])] : [],
  );
  const missing = [...new Set(lines.flatMap((line) => line.missing))];
  const asked = lines.flatMap(({ reached }) => (reached?.ok ? [reached.cost] : []));
  return [
    ...table,
    "",
    ...(failed.length === 0 ? [] : [...failed, ""]),
    ...(missing.length === 0
      ? []
      : [`Not set: ${missing.join(", ")}. Set ${missing.length === 1 ? "it" : "them"} in the shell, or in a file .env in the project's root.`]),
    ...(asked.length === 0
      ? []
      : [`Asking cost ${formatCost(asked.reduce(addCost, noCost))}${asked.every(({ simulated }) => simulated) ? " (simulated)" : ""}.`]),
    paint(
      "dim",
      `Dollars for a million tokens: the program's own, else ${source}${lines.some(({ varies }) => varies) ? "; + is more for large requests or at some times" : ""}.`,
    ),
    "",
  ].join("\n");
}

function stateOf({ missing, network, reached }: Line): string {
  if (missing.length > 0) return `needs ${missing.join(", ")}`;
  if (reached === undefined) return network ? "variables set" : "offline";
  if (!reached.ok) return `failed: ${reached.class}`;
  return `answered in ${formatDuration(reached.durationMs)}, ${formatCost(reached.cost)}`;
}
