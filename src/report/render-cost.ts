import { type Paint, unpainted } from "../diagnostics/paint.ts";
import { wrap } from "../diagnostics/text-width.ts";
import { visible } from "../diagnostics/visible.ts";
import type { AgentModelSum, CostReport, StepSum, Sum } from "./cost-report.ts";
import { formatCost, formatCount, formatDuration } from "./figures.ts";
import { type Column, renderTable } from "./table.ts";

export interface CostLayout {
  readonly width: number;
  readonly paint?: Paint;
}

/**
 * The report as a person reads it: the tree of steps, the table of agents and models, what of it went into retries and
 * into work that nobody used, and where the prices come from. "" for a run that asked no model.
 */
export function renderCost(report: CostReport, { width, paint = unpainted }: CostLayout): string {
  if (report.total.calls === 0)
    return report.replayed === undefined
      ? ""
      : wrap(replayNote(report.replayed), width)
          .map((line) => paint("dim", line))
          .join("\n");
  // Of a single step the table of agents says all.
  const tree = report.steps.length < 2 ? [] : [...stepTree(report.steps, width, paint), ""];
  const lines = [...tree, ...agentTable(report, width, paint), ""];
  const notes = footnotes(
    report,
    lines.some((line) => line.includes("~")),
  );
  return [...lines, ...notes.flatMap((note) => wrap(note, width).map((line) => paint("dim", line)))].join("\n");
}

const stepColumns: readonly Column[] = [
  { title: "step", align: "start", drop: 0 },
  { title: "calls", align: "end", drop: 2 },
  { title: "tokens", align: "end", drop: 3 },
  { title: "cost", align: "end", drop: 0 },
  { title: "time", align: "end", drop: 1 },
];

function stepTree(steps: readonly StepSum[], width: number, paint: Paint): string[] {
  const rows = steps.map((step, index) => [
    `${branches(steps, index)}${stepName(step)}`,
    formatCount(step.calls),
    formatCount(step.usage.input + step.usage.output),
    formatCost(step.cost),
    formatDuration(step.durationMs),
  ]);
  return renderTable(stepColumns, rows, width, paint);
}

function stepName({ step, agent, runs }: StepSum): string {
  const name = step.slice(step.lastIndexOf("/") + 1);
  const bare = name.replace(/(#\d+)?(\[\])?$/, "");
  return visible(`${name}${agent === undefined || agent === bare ? "" : ` (${agent})`}${runs > 1 ? ` ×${runs}` : ""}`, true);
}

/** The lines that lead to a step from its parents: `│  └─ `. */
function branches(steps: readonly StepSum[], index: number): string {
  const path = steps[index]?.step ?? "";
  const parts = path.split("/");
  return parts
    .slice(1)
    .map((_, depth) => {
      const own = parts.slice(0, depth + 2).join("/");
      const parent = parts.slice(0, depth + 1).join("/");
      // Whether a sibling of this ancestor (or of the step itself) comes further down.
      const more = steps.slice(index + 1).some(({ step }) => step.startsWith(`${parent}/`) && step !== own && !step.startsWith(`${own}/`));
      return depth === parts.length - 2 ? (more ? "├─ " : "└─ ") : more ? "│  " : "   ";
    })
    .join("");
}

const agentColumns: readonly Column[] = [
  { title: "agent", align: "start", drop: 0 },
  { title: "model", align: "start", drop: 3 },
  { title: "calls", align: "end", drop: 1 },
  { title: "input", align: "end", drop: 4 },
  { title: "cached", align: "end", drop: 6 },
  { title: "output", align: "end", drop: 5 },
  { title: "reasoning", align: "end", drop: 7 },
  { title: "cost", align: "end", drop: 0 },
];

function agentTable({ agents, total, retries, abandoned }: CostReport, width: number, paint: Paint): string[] {
  const figures = ({ calls, usage, cost }: Sum) => [
    formatCount(calls),
    formatCount(usage.input),
    usage.cachedInput === 0 ? "" : formatCount(usage.cachedInput),
    formatCount(usage.output),
    usage.reasoning === 0 ? "" : formatCount(usage.reasoning),
    formatCost(cost),
  ];
  const lines = renderTable(
    agentColumns,
    [
      ...agents.map((row) => [visible(row.agent, true), modelName(row), ...figures(row)]),
      undefined,
      ["total", "", ...figures(total)],
      ...(retries.calls === 0 ? [] : [["  of it failed attempts", "", ...figures(retries)]]),
      ...(abandoned.calls === 0 ? [] : [["  of it abandoned", "", ...figures(abandoned)]]),
    ],
    width,
    paint,
  );
  return lines.map((line) => (line.startsWith("total") ? paint("strong", line) : line));
}

function replayNote({ calls, cost }: Sum): string {
  return `Replayed: nobody was charged for ${formatCount(calls)} ${calls === 1 ? "call" : "calls"}; recording ${calls === 1 ? "it" : "them"} cost ${formatCost(cost)}.`;
}

/** `gpt-5`, `gpt-5 (flex)` */
function modelName({ modelId, tier }: AgentModelSum): string {
  return visible(tier === undefined ? modelId : `${modelId} (${tier})`, true);
}

/** `marked`: the figures have a `~`, which wants to be explained. */
function footnotes({ total, agents, unheard, replayed, prices }: CostReport, marked: boolean): string[] {
  const { cost, usage } = total;
  const ids = [...new Set(agents.filter((row) => row.cost.unpriced > 0).map(modelName))].join(", ");
  const others = agents.flatMap(({ modelId, pricedAs = [] }) => pricedAs.map((name) => `${visible(modelId, true)} as ${visible(name, true)}`));
  return [
    ...(cost.simulated ? ["Simulated: nobody was charged; the figures are what the real models would have cost."] : []),
    ...(usage.estimated || cost.estimated ? [`${marked ? "~ " : ""}Estimated in part: a provider did not report all of its tokens.`] : []),
    ...(cost.unpriced > 0
      ? [
          `No price is known for ${ids}: those calls are not in the sum. Write \`price: { input: $…, output: $… }\` on the model, in dollars for a million tokens.`,
        ]
      : []),
    ...(others.length > 0 ? [`Priced by the model that answered: ${[...new Set(others)].join(", ")}.`] : []),
    ...(unheard > 0
      ? [`Nothing was heard of ${formatCount(unheard)} failed ${unheard === 1 ? "attempt" : "attempts"}: what a server charges for that is not known.`]
      : []),
    ...(replayed === undefined ? [] : [replayNote(replayed)]),
    ...(prices === "" ? [] : [`Prices: ${prices}`]),
  ];
}
