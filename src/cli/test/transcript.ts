import { wrap } from "../../diagnostics/text-width.ts";
import { visible } from "../../diagnostics/visible.ts";
import type { Exchange, Said } from "../../testing/blocks/transcript.ts";
import type { Layout } from "../terminal.ts";

/** Characters of a text, and exchanges of a test, that are shown unless all is asked for. */
const shownText = 600;
const shownExchanges = 8;
const labelWidth = 9;

/** What was said in a test, for a person: one exchange after the other, the latest last. No blank line at its end. */
export function transcriptLines(exchanges: readonly Exchange[], { whole, layout }: { readonly whole: boolean; readonly layout: Layout }): string[] {
  const left = whole ? 0 : Math.max(0, exchanges.length - shownExchanges);
  const before = left === 0 ? [] : [layout.paint("dim", `${counted(left, "exchange")} before these: --verbose shows all.`), ""];
  const each = exchanges.slice(left).map((exchange) => exchangeLines(exchange, whole, layout));
  return [...before, ...each.flatMap((lines, index) => (index === 0 ? lines : ["", ...lines]))];
}

function exchangeLines(exchange: Exchange, whole: boolean, { paint, width }: Layout): string[] {
  const { name, path } = exchange;
  const row = (label: string, text: string): string[] => {
    const cut =
      whole || text.length <= shownText ? text : `${text.slice(0, shownText).replace(/[\ud800-\udbff]$/, "")} … and ${text.length - shownText} more characters`;
    const lines = visible(cut).split("\n");
    const fitting = width === undefined ? lines : lines.flatMap((line) => wrap(line, Math.max(20, width - labelWidth - 4)));
    return fitting.map((line, index) => `  ${paint("dim", (index === 0 ? label : "").padEnd(labelWidth))}  ${line}`.trimEnd());
  };
  const title = `${paint("name", visible(name, true))} ${paint("dim", `· ${path}`)}`;
  if (exchange.with === "tool") {
    const { error, outcome } = exchange;
    return [
      title,
      ...row("arguments", JSON.stringify(exchange.arguments)),
      ...(error === undefined ? [] : row("failed", `${error.class}: ${error.message}`)),
      ...(outcome === undefined ? [] : row("result", typeof outcome === "string" ? outcome : JSON.stringify(outcome))),
    ];
  }
  const { said, since } = exchange;
  const known = since === undefined || whole ? 0 : since.messages;
  const history = known === 0 ? [] : [`  ${paint("dim", `after the ${counted(known, "message")} of ${since?.path}`)}`];
  return [title, ...history, ...said.slice(known).flatMap((one) => rows(one).flatMap(([label, text]) => row(label, text)))];
}

/** What one thing that was said comes to: labels with texts. */
function rows(said: Said): readonly (readonly [label: string, text: string])[] {
  switch (said.kind) {
    case "message": {
      const { role, text, tool, calls = [], attached = [] } = said;
      const own = tool === undefined ? text : `${tool}: ${text}`;
      const silent = text === "" && tool === undefined && calls.length > 0;
      return [
        ...(silent ? [] : [[role, own] as const]),
        ...attached.map((name) => ["", `[${name}]`] as const),
        ...calls.map((call) => ["calls", `${call.name} ${call.arguments}`] as const),
      ];
    }
    case "failed":
      return [["failed", `${said.class}: ${said.message}`]];
    case "retry":
      return [["retry", `attempt ${said.attempt} after ${said.delayMs} ms`]];
    case "fallback":
      return [["fallback", `to ${said.to}`]];
    case "handoff":
      return [["handoff", `to ${said.to}`]];
    case "invalid":
      return [["refused", said.message]];
    case "check":
      return [["check", `${said.name} does not hold`]];
  }
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
