import type { RunEvent } from "../../agent/events.ts";
import type { Json } from "../../diagnostics/json.ts";
import { visible } from "../../diagnostics/visible.ts";
import { plainLine } from "../progress/lines.ts";
import type { Terminal } from "../terminal.ts";

/** What a person sees of the replies: their text as it comes in, and what happens on the way. */
export interface Show {
  readonly sink: (event: RunEvent) => void;
  /** The reply is there: shown as far as it is not yet. */
  reply(value: Json): Promise<void>;
  /** There will be no reply. */
  nothing(): void;
  /** A line of ours, beside the conversation. */
  note(text: string): void;
}

/** `quiet`: nothing but the replies. Text streams where a person looks, and only that which is the reply. */
export function openShow(terminal: Terminal, streams: () => boolean, quiet: boolean): Show {
  /** What of the reply stands on the screen. */
  let shown = "";
  let told: Promise<void> = Promise.resolve();
  const out = (text: string): void => {
    told = terminal.out(text);
  };

  function endLine(): void {
    if (shown !== "" && !shown.endsWith("\n")) out("\n");
    shown = "";
  }
  function note(text: string): void {
    endLine();
    terminal.err(`${terminal.errLayout().paint("dim", visible(text))}\n`);
  }

  return {
    sink(event) {
      // What was shown before is another turn's, or void.
      if (event.type === "model.requested" && isOwnTurn(event.path)) endLine();
      if (event.type === "model.delta") {
        if (event.text === undefined || !streams() || !isOwnTurn(event.path)) return;
        shown += event.text;
        out(visible(event.text));
        return;
      }
      const line = quiet ? undefined : noteOf(event);
      if (line !== undefined) note(`· ${line}`);
    },
    async reply(value) {
      const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
      if (!shown.endsWith(text) || text === "") {
        endLine();
        out(terminal.outIsTerminal ? visible(text) : text);
      }
      shown = "";
      out("\n");
      await told;
    },
    nothing: endLine,
    note,
  };
}

/** A turn of the agent itself, and of none that it uses as a tool: `analyst/send[0]/turn[1]`. */
function isOwnTurn(path: string): boolean {
  return /^[^/]+\/send\[\d+\]\/turn\[\d+\]$/.test(path);
}

function noteOf(event: RunEvent): string | undefined {
  if (event.type === "tool.called") return `${event.tool}(${argumentsOf(event.arguments)})`;
  // Whoever talks is asked, and need not be told of it.
  if (event.type === "ask.waiting") return undefined;
  if (event.type.startsWith("agent.") || event.type.startsWith("step.")) return undefined;
  return plainLine(event);
}

const longest = 100;

function argumentsOf(args: Json): string {
  const text = typeof args === "object" && args !== null && Object.keys(args).length === 0 ? "" : JSON.stringify(args);
  return visible(text.length > longest ? `${text.slice(0, longest)}…` : text, true);
}
