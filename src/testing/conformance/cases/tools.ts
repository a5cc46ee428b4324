import type { Message, ToolChoice, ToolSpec } from "../../../agent/provider.ts";
import type { Json, JsonObject } from "../../../diagnostics/json.ts";
import type { Case } from "../case.ts";
import { collect, request } from "../collect.ts";
import { hold, same } from "../expect.ts";
import { withSession } from "../session.ts";
import type { ScriptedCall } from "../subject.ts";
import { longText } from "./texts.ts";

const group = "tools";
const needs: NonNullable<Case["needs"]> = ({ tools }) => tools;
const look: ToolSpec = {
  name: "look",
  description: "Looks a thing up.\nReturns passages.",
  parameters: {
    type: "object",
    properties: { q: { type: "string", description: "What to look for." }, limit: { type: "integer", minimum: 1 }, kind: { type: "string", enum: ["a", "b"] } },
    required: ["q"],
    additionalProperties: false,
  },
};
const count: ToolSpec = { name: "count_all", parameters: { type: "object", properties: {}, additionalProperties: false } };

function calls(name: string, toolCalls: readonly ScriptedCall[], text: readonly string[] = []): Case {
  return {
    name,
    group,
    needs,
    run: (subject) =>
      withSession(subject, [{ reply: { text, toolCalls } }], async ({ provider }) => {
        const got = await collect(provider, request({ tools: [look, count] }));
        if (got.error !== undefined) throw got.error;
        same("The text", got.text, text.join(""));
        same(
          "The calls",
          got.calls.map((call) => [call.name, JSON.parse(call.arguments === "" ? "{}" : call.arguments) as Json]),
          toolCalls.map((call) => [call.name, call.arguments]),
        );
        same("The reason of the end", got.finish?.reason, "tool_calls");
      }),
  };
}

function chooses(toolChoice: ToolChoice, word: "auto" | "required" | "none" | "tool"): Case {
  return {
    name: `tool_choice: ${word === "tool" ? "a tool's name" : word} arrives`,
    group,
    needs: (abilities) => abilities.tools && abilities.toolChoices.includes(word),
    run: (subject) =>
      withSession(subject, [{ reply: { text: ["Yes."] } }], async (session) => {
        await collect(session.provider, request({ tools: [look, count], toolChoice }));
        const seen = session.seen();
        // Without tools none can be called: a vendor that has no word for it is told by leaving them out.
        if (toolChoice === "none" && seen.tools.length === 0) return;
        same("The choice", seen.toolChoice, toolChoice);
      }),
  };
}

const asked = (args: readonly JsonObject[], text = ""): Message => ({
  role: "assistant",
  content: text,
  toolCalls: args.map((each, index) => ({ id: `call_${index}`, name: index === 0 ? "look" : "count_all", arguments: JSON.stringify(each) })),
});
const result = (index: number, content: string): Message => ({ role: "tool", callId: `call_${index}`, name: index === 0 ? "look" : "count_all", content });

function returns(name: string, args: readonly JsonObject[], results: readonly string[], text = ""): Case {
  return {
    name,
    group,
    needs,
    run: (subject) =>
      withSession(subject, [{ reply: { text: ["Done."] } }], async (session) => {
        const messages: Message[] = [{ role: "user", content: "Go" }, asked(args, text), ...results.map((content, index) => result(index, content))];
        const got = await collect(session.provider, request({ tools: [look, count], messages }));
        if (got.error !== undefined) throw got.error;
        const seen = session.seen().messages.slice(1);
        const assistant = seen.find(({ role }) => role === "assistant");
        same("The calls", assistant?.role === "assistant" ? assistant.calls?.map((call) => call.arguments) : undefined, args);
        same("The text beside the calls", assistant?.role === "assistant" ? assistant.text : undefined, text);
        same(
          "The results",
          seen.flatMap((message) => (message.role === "tool" ? message.results : [])),
          results,
        );
      }),
  };
}

export const toolCases: readonly Case[] = [
  {
    name: "tools arrive with their schemas as they are, in their order",
    group,
    needs,
    run: (subject) =>
      withSession(subject, [{ reply: { text: ["Yes."] } }], async (session) => {
        await collect(session.provider, request({ tools: [look, count] }));
        same("The tools", session.seen().tools, [look, count]);
      }),
  },
  chooses("auto", "auto"),
  chooses("required", "required"),
  chooses("none", "none"),
  chooses({ tool: "look" }, "tool"),
  calls("a call comes with its name and arguments", [{ id: "call_a", name: "look", arguments: { q: "tides" } }]),
  calls("a call without arguments", [{ id: "call_a", name: "count_all", arguments: {} }]),
  calls("a call behind text", [{ id: "call_a", name: "look", arguments: { q: "x" } }], ["Let me ", "look."]),
  calls("arguments of every kind", [
    { id: "call_a", name: "look", arguments: { q: 'a "b" \\ \n 🌊', limit: 3, deep: { list: [1, 2.5, null, true, { x: [] }], empty: {} } } },
  ]),
  calls("long arguments", [{ id: "call_a", name: "look", arguments: { q: longText.slice(0, 20_000) } }]),
  calls("two calls of one turn keep their order", [
    { id: "call_a", name: "look", arguments: { q: "first" } },
    { id: "call_b", name: "count_all", arguments: { n: 2 } },
  ]),
  calls("two calls of one tool stay apart", [
    { id: "call_a", name: "look", arguments: { q: "one" } },
    { id: "call_b", name: "look", arguments: { q: "two" } },
  ]),
  calls(
    "eight calls of one turn",
    Array.from({ length: 8 }, (_, index) => ({ id: `call_${index}`, name: "look", arguments: { q: `number ${index}` } })),
  ),
  returns("a result goes back to its call", [{ q: "tides" }], ["They come twice a day."]),
  returns("text beside a call goes back with it", [{ q: "tides" }], ["Seen."], "Let me look."),
  returns("a result that is JSON goes back as it is", [{ q: "tides" }], ['{"error":"not_found","message":"look"}']),
  returns("a result that looks like markup goes back as it is", [{ q: "tides" }], ['<result>\n  "x"  </result>']),
  returns("an empty result goes back", [{ q: "tides" }], [""]),
  returns("a long result goes back whole", [{ q: "tides" }], [longText.slice(0, 50_000)]),
  returns("the results of one turn go back in the order of its calls", [{ q: "a" }, { n: 1 }], ["first", "second"]),
  {
    name: "calls and results of several turns keep their places",
    group,
    needs,
    run: (subject) =>
      withSession(subject, [{ reply: { text: ["Done."] } }], async (session) => {
        const again: Message = { role: "assistant", content: "", toolCalls: [{ id: "call_9", name: "look", arguments: '{"q":"again"}' }] };
        const messages: Message[] = [
          { role: "user", content: "Go" },
          asked([{ q: "a" }]),
          result(0, "first"),
          again,
          { role: "tool", callId: "call_9", name: "look", content: "second" },
        ];
        const { error } = await collect(session.provider, request({ tools: [look, count], messages }));
        if (error !== undefined) throw error;
        same(
          "The roles",
          session.seen().messages.map(({ role }) => role),
          ["user", "assistant", "tool", "assistant", "tool"],
        );
      }),
  },
  {
    name: "each call has an id of its own, or none",
    group,
    needs,
    run: (subject) =>
      withSession(
        subject,
        [
          {
            reply: {
              toolCalls: [
                { id: "call_a", name: "look", arguments: { q: "one" } },
                { id: "call_b", name: "look", arguments: { q: "two" } },
              ],
            },
          },
        ],
        async ({ provider }) => {
          const ids = (await collect(provider, request({ tools: [look] }))).calls.flatMap(({ id }) => (id === undefined || id === "" ? [] : [id]));
          hold(new Set(ids).size === ids.length, `Two calls share an id: ${ids.join(", ")}.`);
        },
      ),
  },
];
