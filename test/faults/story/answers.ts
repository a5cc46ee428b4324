/** What the models of the story say. It depends on what is asked alone, but for the first attempt at a shaky one. */
export interface Asked {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}
export type Answer =
  | { readonly of: "text"; readonly text: string }
  | { readonly of: "calls"; readonly calls: readonly { readonly name: string; readonly arguments: string }[] }
  | { readonly of: "status"; readonly status: number }
  /** So late that nobody waits for it. */
  | { readonly of: "never" };

/** Tells requests apart: no two steps of the story ask the same. */
export function keyOf({ model, messages }: Asked): string {
  return `${model} ${messages[0]?.content} ${messages.length} ${messages.findLast(({ role }) => role === "user")?.content ?? ""}`;
}

/** `before`: how often the same was asked. */
export function answerTo({ model, messages }: Asked, before: number): Answer {
  if (model === "down") return { of: "status", status: 503 };
  if (model === "shaky" && before === 0) return { of: "status", status: 500 };
  const who = messages[0]?.content ?? "";
  const said = messages.findLast(({ role }) => role === "user")?.content ?? "";
  const results = messages.filter(({ role }) => role === "tool").map(({ content }) => content);
  if (who === "slow") return { of: "never" };
  if (who === "planner") return text(JSON.stringify({ value: ["sand", "salt", "moon", "wind é"] }));
  if (who === "adder") return text(messages.length > 2 ? '{"parts":2,"sum":3}' : '{"parts":2,"sum":"many"}');
  if (who === "picky" && said.includes("refuse")) return { of: "status", status: 401 };
  if (who === "researcher" && results.length === 0) {
    return {
      of: "calls",
      calls: [
        { name: "look_up", arguments: JSON.stringify({ word: said }) },
        { name: "helper", arguments: JSON.stringify({ question: `${said} How?` }) },
      ],
    };
  }
  return text(`${who}, ${messages.length}: ${said}${results.map((result) => ` [${result}]`).join("")}`);
}

function text(of: string): Answer {
  return { of: "text", text: of };
}
