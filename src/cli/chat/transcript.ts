import type { Chat } from "../../interpreter/chat.ts";
import { lineOf } from "../../interpreter/session-text.ts";

/** A conversation as a file: JSON Lines, every message with all it has, where the name ends in `.jsonl`, else a text to read. */
export function transcript({ said }: Chat, file: string): string {
  if (file.endsWith(".jsonl")) return said.messages.map((message) => `${JSON.stringify(lineOf(message))}\n`).join("");
  return `${said.messages
    .flatMap((message) => {
      const calls = message.role === "assistant" ? (message.toolCalls ?? []).map(({ name, arguments: args }) => `${name}(${args})`) : [];
      const who = message.role === "tool" ? `tool ${message.name}` : message.role;
      const text = [message.content, ...calls].filter((part) => part !== "").join("\n\n");
      return [`## ${who}`, text];
    })
    .join("\n\n")}\n`;
}
