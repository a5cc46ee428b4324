import type { Case } from "../case.ts";
import { collect, request } from "../collect.ts";
import { hold, same } from "../expect.ts";
import { withSession } from "../session.ts";
import { inPieces, longText, texts } from "./texts.ts";

const group = "text";

function gives(name: string, pieces: readonly string[]): Case {
  return {
    name,
    group,
    run: (subject) =>
      withSession(subject, [{ reply: { text: pieces } }], async ({ provider }) => {
        const { text, error, finish, calls } = await collect(provider, request());
        if (error !== undefined) throw error;
        same("The text", text, pieces.join(""));
        same("The reason of the end", finish?.reason, "stop");
        same("The calls", calls, []);
      }),
  };
}

export const textCases: readonly Case[] = [
  ...Object.entries(texts).map(([name, text]) => gives(`${name} comes back as it is`, inPieces(text, 3))),
  gives("a reply in one piece", ["Yes."]),
  gives("a reply of a thousand pieces", inPieces(longText.slice(0, 4000), 4)),
  gives("a piece of many kilobytes", [longText]),
  gives("pieces of blanks", [" ", "\n", "a", " ", "\n\n", "b"]),
  gives("an empty reply", []),
  {
    name: "text comes in pieces as the model sends it",
    group,
    run: (subject) =>
      withSession(subject, [{ reply: { text: ["one ", "two ", "three"] } }], async ({ provider }) => {
        const { chunks } = await collect(provider, request());
        hold(chunks.filter(({ type }) => type === "text").length >= 2, "A reply of three pieces should come in more than one chunk.");
        hold(
          chunks.every((chunk) => chunk.type !== "text" || chunk.text !== ""),
          "No chunk should be empty.",
        );
      }),
  },
  {
    name: "thinking is told apart from the reply",
    group,
    needs: (abilities) => abilities.reasoning,
    run: (subject) =>
      withSession(subject, [{ reply: { reasoning: ["Let me ", "think."], text: ["Done."] } }], async ({ provider }) => {
        const { text, reasoning, error } = await collect(provider, request());
        if (error !== undefined) throw error;
        same("The text", text, "Done.");
        same("The thinking", reasoning, "Let me think.");
      }),
  },
];
