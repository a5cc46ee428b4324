import type { t5 as codes } from "../codes/t5.ts";
import type { Page } from "../codes.ts";

const agent = `agent helper() { model: fast, prompt: "Begin." }
`;
const model = `provider llm = simulator
model fast = llm("gpt-5-mini")
`;
/** A retry policy, used. */
const retry = (options: string): string => `${model}retry again { ${options} }
agent helper() { model: fast, retry: again, prompt: "Begin." }
`;
const withProvider = (provider: string): string => `provider llm = ${provider}
model fast = llm("gpt-5-mini")
${agent}`;
const withTool = (from: string, options: string): string => `${model}tool find(query: string) from "${from}"${options}
agent helper() { model: fast, prompt: "Begin.", tools: [find] }
`;
const withServer = (options: string): string => `${model}mcp files { ${options} }
agent helper() { model: fast, prompt: "Begin.", tools: [files.*] }
`;
/** A provider of somebody's own, whose data stands beside it. */
const withOwn = (options: string, kind: string): string => `provider mine = from "./mine.ts"
model fast = mine("m-1")${options}
${agent}// file: ./mine.ts
// file: ./mine.kind.json
${kind}
`;

/** configuration */
export const t5: { readonly [C in keyof typeof codes]: Page } = {
  T501: {
    about: "Every declaration has its own options, and a misspelt one would be lost without a word. So an option that does not exist is an error.",
    wrong: retry("atempts: 4"),
    right: retry("attempts: 4"),
  },
  T502: {
    about: "An option has one value. Of two, one would be ignored.",
    wrong: retry("attempts: 4, attempts: 5"),
    right: retry("attempts: 5"),
  },
  T503: {
    about:
      "Options say their units: a duration is `30s` or `500ms`, money is `$0.50`, a rate is `500/m`. Words such as `full` and names of declarations stand without quotes.",
    wrong: retry("delay: 2"),
    right: retry("delay: 2s"),
  },
  T504: {
    about: "Some options make sense only within bounds: at least one attempt, a time that is longer than nothing.",
    wrong: retry("attempts: 0"),
    right: retry("attempts: 1"),
  },
  T505: {
    about: "Some options must be written, because no value of ours would be right: the model of an agent, the most of a budget, the key of a vendor.",
    wrong: withProvider("openai"),
    right: withProvider("openai { api_key: env.OPENAI_API_KEY }"),
  },
  T506: {
    about: "This option takes one of a few words, written without quotes.",
    wrong: retry("jitter: ful"),
    right: retry("jitter: full"),
  },
  T507: {
    about: "Options are known before a run, so nothing is filled into their texts. A secret is one whole variable of the environment.",
    wrong: withProvider('openai { api_key: env.OPENAI_API_KEY, headers: { "x-tenant": "${env.TENANT}" } }'),
    right: withProvider('openai { api_key: env.OPENAI_API_KEY, headers: { "x-tenant": env.TENANT } }'),
  },
  T508: {
    about:
      "`env.NAME` is a secret, blotted out wherever it might show. It may stand where a provider, an MCP server or a tool takes a text, and nowhere else: times, amounts and prompts are written out.",
    wrong: withProvider("simulator { timeout: env.TIMEOUT }"),
    right: withProvider("simulator { timeout: 30s }"),
  },
  T509: {
    about: "The kind of a provider says how its models are reached. It stands after `=`, or is the provider's own name; `from` takes a module of your own.",
    wrong: withProvider("opnai { api_key: env.OPENAI_API_KEY }"),
    right: withProvider("openai { api_key: env.OPENAI_API_KEY }"),
  },
  T511: {
    about:
      "A parameter that the provider does not understand would be ignored or refused, so it is an error before anything is sent. Each profile is looked at, too.",
    wrong: withOwn(" { seed: 7 }", '{ "name": "mine", "options": {}, "parameters": ["max_tokens"] }'),
    right: withOwn("", '{ "name": "mine", "options": {}, "parameters": ["max_tokens"] }'),
  },
  T512: {
    about: "Some vendors demand a parameter with every request. Tantra never makes up a number: the author writes it.",
    wrong: withOwn("", '{ "name": "mine", "options": {}, "demands": ["max_tokens"] }'),
    right: withOwn(" { max_tokens: 4000 }", '{ "name": "mine", "options": {}, "demands": ["max_tokens"] }'),
  },
  T513: {
    about: "A model is one of a provider's, named by the vendor's id of it: `llm(\"gpt-5-mini\")`.",
    wrong: `provider llm = simulator
model fast = llm()
${agent}`,
    right: `${model}${agent}`,
  },
  T514: {
    about: "`fallback` and `round_robin` choose among models, so there are two of them at least.",
    wrong: `${model}model safe = fallback(fast)
agent helper() { model: safe, prompt: "Begin." }
`,
    right: `${model}model large = llm("gpt-5")
model safe = fallback(large, fast)
agent helper() { model: safe, prompt: "Begin." }
`,
  },
  T515: {
    about:
      "Trying again helps where the cause may pass: a limit, an overload, a broken line. A refused key, a prompt that is too long or a budget that is used up fail the same way again.",
    wrong: retry("on: [rate_limit, auth]"),
    right: retry("on: [rate_limit]"),
  },
  T516: {
    about: "Something is listed twice in a list where the second does nothing.",
    wrong: retry("on: [timeout, timeout]"),
    right: retry("on: [timeout]"),
  },
  T517: {
    about: "A path starts at the folder of the file in which it is written, and what it names must be there when the program is checked.",
    wrong: withTool("./serach.ts", ""),
    right: `${withTool("./search.ts", "")}// file: ./search.ts
`,
  },
  T518: {
    about:
      "A program reads nothing outside of its project: the nearest folder above the entry file that has a `package.json` or a `.git`. `--root DIR` names another.",
    wrong: withTool("../../elsewhere/search.ts", ""),
    right: `${withTool("./search.ts", "")}// file: ./search.ts
`,
  },
  T519: {
    about: "A tool, and a provider of your own, is a module of TypeScript or JavaScript: its path ends in `.ts`, `.js` or `.mjs`.",
    wrong: `${withTool("./search.py", "")}// file: ./search.py
`,
    right: `${withTool("./search.ts", "")}// file: ./search.ts
`,
  },
  T520: {
    about: "A path starts with `./` or `../`, so that it cannot be taken for the name of a package.",
    wrong: `${withTool("search.ts", "")}// file: ./search.ts
`,
    right: `${withTool("./search.ts", "")}// file: ./search.ts
`,
  },
  T521: {
    about: "An MCP server is either a program that Tantra starts (`command`, `args`, `env`) or one that is reached over the network (`url`, `headers`).",
    wrong: withServer('command: "files-server", url: "https://files.example/mcp"'),
    right: withServer('url: "https://files.example/mcp"'),
  },
  T522: {
    about: "An MCP server needs `command`, a program to start, or `url`, an address to reach.",
    wrong: withServer('allow: ["read_file"]'),
    right: withServer('command: "files-server", allow: ["read_file"]'),
  },
  T523: {
    about:
      "A file of scripted replies is a JSON object that holds a list for each agent. `schemas/replies.schema.json` describes it; an editor that is told so in `$schema` completes it.",
    wrong: `${withProvider('simulator { replies: "./r.json" }')}// file: ./r.json
{ "helper": [{ "txt": "Done." }] }
`,
    right: `${withProvider('simulator { replies: "./r.json" }')}// file: ./r.json
{ "helper": [{ "text": "Done." }] }
`,
  },
  T524: {
    about:
      "A provider of somebody's own publishes what it takes in a file beside its module, `my-provider.kind.json` for `my-provider.ts`. Without it, a mistake in its options shows only when a run starts.",
    wrong: `provider mine = from "./mine.ts"
model fast = mine("m-1")
${agent}// file: ./mine.ts
`,
    right: withOwn("", '{ "name": "mine", "options": { "type": "object", "additionalProperties": false } }'),
  },
  T525: {
    about:
      "The file beside a provider's module holds what its kind is: `options`, the JSON Schema of its options, and beside it lists such as `parameters` and `demands`.",
    wrong: withOwn("", '{ "name": "mine" }'),
    right: withOwn("", '{ "name": "mine", "options": {} }'),
  },
  T526: {
    about:
      "A profile puts other providers, models and servers in the place of those that the file declares or imports. What has no counterpart there would never be used.",
    wrong: `${model}${agent}profile live { provider lm = openai { api_key: env.OPENAI_API_KEY } }
`,
    right: `${model}${agent}profile live { provider llm = openai { api_key: env.OPENAI_API_KEY } }
`,
  },
  T527: {
    about: "A profile replaces a declaration by one other.",
    wrong: `${model}${agent}profile live {
  provider llm = openai { api_key: env.OPENAI_API_KEY }
  provider llm = openai { api_key: env.OTHER_KEY }
}
`,
    right: `${model}${agent}profile live { provider llm = openai { api_key: env.OPENAI_API_KEY } }
`,
  },
  T528: {
    about: "An address is written whole, with `https://` or `http://`.",
    wrong: withProvider('openai { api_key: env.OPENAI_API_KEY, base_url: "localhost:8000/v1" }'),
    right: withProvider('openai { api_key: env.OPENAI_API_KEY, base_url: "http://localhost:8000/v1" }'),
  },
  T529: {
    about:
      "A key that is written into a file goes wherever the file goes. A variable keeps it apart, in the environment or in `.env`, and Tantra blots its content out of everything that it prints.",
    wrong: withProvider('openai { api_key: "sk-1234567890abcdef" }'),
    right: withProvider("openai { api_key: env.OPENAI_API_KEY }"),
  },
  T530: {
    about: "`max_delay` is the longest wait before another try. A `delay` beyond it never holds.",
    wrong: retry("delay: 30s, max_delay: 10s"),
    right: retry("delay: 5s, max_delay: 10s"),
  },
  T531: {
    about: "A tool that failed may have done its work all the same. Only one that says `effect: read` is called again.",
    wrong: `${model}retry again { attempts: 2 }
tool find(query: string) from "./find.ts" { retry: again }
agent helper() { model: fast, prompt: "Begin.", tools: [find] }
// file: ./find.ts
`,
    right: `${model}retry again { attempts: 2 }
tool find(query: string) from "./find.ts" { effect: read, retry: again }
agent helper() { model: fast, prompt: "Begin.", tools: [find] }
// file: ./find.ts
`,
  },
  T532: {
    about: "A `fallback` or `round_robin` may name others, but at the end there must be models of a provider.",
    wrong: `${model}model safe = fallback(spare, fast)
model spare = fallback(safe, fast)
agent helper() { model: safe, prompt: "Begin." }
`,
    right: `${model}model spare = llm("gpt-5")
model safe = fallback(spare, fast)
agent helper() { model: safe, prompt: "Begin." }
`,
  },
  T533: {
    about:
      "Where the run itself speaks in the author's words, it fills in a template: `repair` gives `output` and `error`, a tool's `on_error` gives `class` and `message`. The template takes just these, as strings.",
    wrong: `${model}template fix(problem: string) "Mend this: \${problem}"
agent counter() -> int { model: fast, prompt: "Count.", repair: fix }
`,
    right: `${model}template fix(output: string, error: string) "\${output} is wrong: \${error}"
agent counter() -> int { model: fast, prompt: "Count.", repair: fix }
`,
  },
  T534: {
    about: "A file of scripted replies answers by the names of agents. An entry for a name that no agent has is never used, and is most often a slip.",
    wrong: `${withProvider('simulator { replies: "./r.json" }')}// file: ./r.json
{ "hleper": [{ "text": "Done." }] }
`,
    right: `${withProvider('simulator { replies: "./r.json" }')}// file: ./r.json
{ "helper": [{ "text": "Done." }] }
`,
  },
  T545: {
    about:
      "`mcp.lock.json` in the project's root holds what the MCP servers listed when `tantra mcp pull` asked them. It is read to check the tools that a program names; this one cannot be, so they are not checked.",
    wrong: `${model}mcp files { command: "files-server" }
agent helper() { model: fast, prompt: "Begin.", tools: [files.*] }
// file: ./mcp.lock.json
{ "servers": [] }
`,
    right: `${model}mcp files { command: "files-server" }
agent helper() { model: fast, prompt: "Begin.", tools: [files.*] }
// file: ./mcp.lock.json
{ "version": 1, "servers": {} }
`,
  },
};
