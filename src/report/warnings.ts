import type { RunEvent } from "../agent/events.ts";
import { type Paint, unpainted } from "../diagnostics/paint.ts";
import { wrap } from "../diagnostics/text-width.ts";
import { visible } from "../diagnostics/visible.ts";

/** What a person should know although the run went on. */
export interface Warning {
  readonly message: string;
  readonly code?: string;
  /** `file:line:column` */
  readonly place?: string;
  /** The step's. */
  readonly path?: string;
  readonly hint?: string;
}

/** Reads a run's events and knows at any time what they warn of, each once. */
export interface WarningCollector {
  readonly sink: (event: RunEvent) => void;
  readonly warnings: readonly Warning[];
}

export function collectWarnings(): WarningCollector {
  const warnings: Warning[] = [];
  const seen = new Set<string>();
  return {
    sink(event) {
      const warning = warningIn(event);
      // A failure passes through several steps on its way out, and a fallback is taken again and again.
      const key = JSON.stringify(event.type === "fallback.entered" ? [event.from, event.to] : warning);
      if (warning === undefined || seen.has(key)) return;
      seen.add(key);
      warnings.push(warning);
    },
    warnings,
  };
}

function warningIn(event: RunEvent): Warning | undefined {
  const { path } = event;
  switch (event.type) {
    case "warning": {
      const { message, code, place, hint } = event;
      return { message, ...given({ code, place, path, hint }) };
    }
    case "check.failed":
      return { message: `The check "${event.check}" of ${event.agent} does not hold.`, ...given({ place: event.place, path }) };
    case "fallback.entered":
      return { message: `The model "${bare(event.from)}" failed (${event.class}), and "${bare(event.to)}" was asked in its place.`, ...given({ path }) };
    case "step.failed": {
      const { code, message, place, path: from, hint } = event.error;
      return event.tolerated ? { message: `A failure was tolerated: ${message}`, code, ...given({ place, path: from, hint }) } : undefined;
    }
    default:
      return undefined;
  }
}

type Optional = Readonly<Partial<Record<"code" | "place" | "path" | "hint", string | undefined>>>;

/** What there is of it. */
function given(parts: Optional): Omit<Warning, "message"> {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined && value !== ""));
}

/** The name in a key: `file#name`. */
function bare(key: string): string {
  return key.slice(key.lastIndexOf("#") + 1);
}

const shown = 5;

/** Warnings as a person reads them, each with its step or its place. `more` says where those are that are too many. */
export function renderWarnings(
  warnings: readonly Warning[],
  more: string,
  { width, paint = unpainted }: { readonly width: number; readonly paint?: Paint },
): string {
  const lines = warnings.slice(0, shown).flatMap(({ message, path, place, hint }) => {
    const where = path === undefined ? place : `in ${path}`;
    // Of what happened in a run the hint says how to prevent it, and the run is over.
    const advice = path === undefined && hint !== undefined ? ` ${hint}` : "";
    const [first = "", ...rest] = wrap(visible(`warning${where === undefined ? "" : ` ${where}`}: ${message}${advice}`, true), width - 2);
    return [first.replace(/^warning/, (word) => paint("warning", word)), ...rest.map((line) => `  ${line}`)];
  });
  const left = warnings.length - shown;
  return [...lines, ...(left > 0 ? wrap(`… and ${left} more: ${more}`, width).map((line) => paint("dim", line)) : [])].join("\n");
}
