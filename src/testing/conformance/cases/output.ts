import type { JsonSchema } from "../../../diagnostics/json.ts";
import type { Case } from "../case.ts";
import { collect, request } from "../collect.ts";
import { same } from "../expect.ts";
import { withSession } from "../session.ts";

const group = "output";
const needs: NonNullable<Case["needs"]> = ({ nativeOutput }) => nativeOutput;
const schema: JsonSchema = {
  type: "object",
  properties: { title: { type: "string" }, size: { type: "string", enum: ["small", "large"] }, parts: { type: "array", items: { type: "number" } } },
  required: ["title", "size", "parts"],
  additionalProperties: false,
};
const value = JSON.stringify({ title: "Ebb & flow 🌊", size: "small", parts: [1, 2.5] });

export const outputCases: readonly Case[] = [
  {
    name: "the schema of the output arrives as it is",
    group,
    needs,
    run: (subject) =>
      withSession(subject, [{ reply: { text: [value] } }], async (session) => {
        const { error } = await collect(session.provider, request({ output: { name: "editor", schema, strict: true } }));
        if (error !== undefined) throw error;
        same("The schema", session.seen().output, schema);
      }),
  },
  {
    name: "a schema that is not strict arrives as it is",
    group,
    needs,
    run: (subject) =>
      withSession(subject, [{ reply: { text: ["{}"] } }], async (session) => {
        const open: JsonSchema = { type: "object", properties: { any: {} }, required: ["any"], additionalProperties: false };
        await collect(session.provider, request({ output: { name: "editor", schema: open, strict: false } }));
        same("The schema", session.seen().output, open);
      }),
  },
  {
    name: "the value comes as the text of the reply",
    group,
    needs,
    run: (subject) =>
      withSession(subject, [{ reply: { text: [value.slice(0, 9), value.slice(9)] } }], async ({ provider }) => {
        const got = await collect(provider, request({ output: { name: "editor", schema, strict: true } }));
        same("The text", got.text, value);
        same("The reason of the end", got.finish?.reason, "stop");
      }),
  },
];
