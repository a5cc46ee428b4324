import type { t4Wiring as codes } from "../codes/t4-wiring.ts";
import type { Page } from "../codes.ts";

const model = `provider llm = simulator
model fast = llm("gpt-5-mini")
`;
const ask = `model: fast, prompt: "Begin."`;
/** A provider of somebody's own that can do less than most. */
const plain = `provider mine = from "./mine.ts"
model fast = mine("m-1")
`;
const plainFiles = `// file: ./mine.ts
// file: ./mine.kind.json
{ "name": "mine", "options": {}, "outputModes": ["text"], "tools": false }
`;
/** What `tantra mcp pull` wrote. */
const lock = `// file: ./mcp.lock.json
{ "version": 1, "servers": { "main.tantra#files": { "tools": [{ "name": "read_file", "inputSchema": { "type": "object" } }] } } }
`;

/** Wiring: what is connected to what. */
export const t4Wiring: { readonly [C in keyof typeof codes]: Page } = {
  T440: {
    about:
      "A model calls tools by their names, so no two of one agent may share a name. The name of a tool or an agent is the one it is declared with; a server's tool is `server_tool`.",
    wrong: `${model}tool find(query: string) from "./find.ts"
agent helper() { ${ask}, tools: [find, find] }
// file: ./find.ts
`,
    right: `${model}tool find(query: string) from "./find.ts"
agent helper() { ${ask}, tools: [find] }
// file: ./find.ts
`,
  },
  T441: {
    about:
      "The list of tools holds names: of tools, of agents, and of an MCP server's tools as `SERVER.tool` or `SERVER.*`. What a call would give is no tool.",
    wrong: `${model}mcp files { command: "files-server" }
agent helper() { ${ask}, tools: [files] }
`,
    right: `${model}mcp files { command: "files-server" }
agent helper() { ${ask}, tools: [files.*] }
`,
  },
  T442: {
    about:
      "An agent that is used as a tool opens a fresh conversation at each call. Without `prompt` or `messages` there is nothing to open it with: such an agent can only take over or be talked to.",
    wrong: `${model}agent expert() { model: fast, system: "You know everything." }
agent helper() { ${ask}, tools: [expert] }
`,
    right: `${model}agent expert(question: string) { model: fast, system: "You know everything.", prompt: question }
agent helper() { ${ask}, tools: [expert] }
`,
  },
  T443: {
    about:
      "A server's `deny` names tools that nothing may call, and its `allow`, where it is written, the only ones that may be called. Listing another one would offer a model what it then cannot have.",
    wrong: `${model}mcp files { command: "files-server", deny: ["write_file"] }
agent helper() { ${ask}, tools: [files.write_file] }
`,
    right: `${model}mcp files { command: "files-server", deny: ["write_file"] }
agent helper() { ${ask}, tools: [files.read_file] }
`,
  },
  T444: {
    about: "A handoff names an agent that may take the conversation over. Arguments may be bound in the list, to parameters that the agent has.",
    wrong: `${model}agent billing() { model: fast, system: "You answer questions about invoices." }
agent front() { ${ask}, handoffs: ["billing"] }
`,
    right: `${model}agent billing() { model: fast, system: "You answer questions about invoices." }
agent front() { ${ask}, handoffs: [billing] }
`,
  },
  T445: {
    about:
      "When an agent takes over, its `system` replaces the giver's, and its `prompt` is not sent. Whatever its `system`, its `model`, its conditions and its own handoffs read must therefore be bound where the handoff is listed, unless it has a default.",
    wrong: `${model}agent billing(customer: string) { model: fast, system: "You look after \${customer}." }
agent front() { ${ask}, handoffs: [billing] }
`,
    right: `${model}agent billing(customer: string) { model: fast, system: "You look after \${customer}." }
agent front(name: string) { model: fast, prompt: name, handoffs: [billing(customer: name)] }
`,
  },
  T446: {
    about: "Whoever called an agent gets the answer of the agent that spoke last. So all agents that handing over can reach must give the same type.",
    wrong: `${model}agent counter() -> int { model: fast, system: "You count." }
agent front() { ${ask}, handoffs: [counter] }
`,
    right: `${model}agent counter() { model: fast, system: "You count." }
agent front() { ${ask}, handoffs: [counter] }
`,
  },
  T447: {
    about:
      "A program is total: what it calls can be read off it, with an upper bound of requests and cost. So no workflow, template or agent may make itself run, directly or through others. A loop with a bound is `repeat(max: n)`.",
    wrong: `${model}agent planner() { ${ask}, tools: [writer] }
agent writer() { ${ask}, tools: [planner] }
`,
    right: `${model}agent planner() { ${ask}, tools: [writer] }
agent writer() { ${ask} }
`,
  },
  T448: {
    about:
      "Agents may hand over in a circle, because a conversation stays one conversation. A call or a tool on that circle opens another one inside, again and again.",
    wrong: `${model}agent front() { ${ask}, handoffs: [expert] }
agent expert() { ${ask}, tools: [front] }
`,
    right: `${model}agent front() { ${ask}, handoffs: [expert] }
agent expert() { ${ask}, handoffs: [front] }
`,
  },
  T449: {
    about: "`tool_choice` is `auto`, `required`, `none`, or the name of one tool that the agent lists. A tool that is not offered cannot be chosen.",
    wrong: `${model}tool find(query: string) from "./find.ts"
agent helper() { ${ask}, tools: [find], tool_choice: fnd }
// file: ./find.ts
`,
    right: `${model}tool find(query: string) from "./find.ts"
agent helper() { ${ask}, tools: [find], tool_choice: find }
// file: ./find.ts
`,
  },
  T450: {
    about: 'Which model an agent asks is known before a run: a declared model, `provider("id")`, or an `if` or `match` whose every outcome is one of these.',
    wrong: `${model}agent helper() { model: "gpt-5-mini", prompt: "Begin." }
agent other() { ${ask} }
`,
    right: `${model}agent helper() { model: fast, prompt: "Begin." }
`,
  },
  T451: {
    about:
      "How a typed result is asked for is the agent's `output`: `native`, `tool` or `text`. Not every kind of provider has every mode, some have no `map` and no `json` in the native one or have it for agents without tools alone, and every model that the agent may ask, under every profile, must have the one that it uses.",
    wrong: `${plain}agent counter() -> int { ${ask} }
${plainFiles}`,
    right: `${plain}agent counter() -> int { ${ask}, output: text }
${plainFiles}`,
  },
  T452: {
    about: "`output` says how a value that is not text is asked for. An agent that gives text needs none.",
    wrong: `${model}agent helper() { ${ask}, output: tool }
`,
    right: `${model}agent helper() { ${ask} }
`,
  },
  T453: {
    about: "Some kinds of provider call no tools, or cannot be told which to call. An agent with tools needs models that do, under every profile.",
    wrong: `${plain}tool find(query: string) from "./find.ts"
agent helper() { ${ask}, tools: [find] }
// file: ./find.ts
${plainFiles}`,
    right: `${plain}agent helper() { ${ask} }
${plainFiles}`,
  },
  T454: {
    about: "A model answers the user's turns. An opening that holds only what the system says, or what the assistant is to have said, asks nothing.",
    wrong: `${model}agent helper() { model: fast, messages: [system "You are brief."] }
`,
    right: `${model}agent helper() { model: fast, messages: [system "You are brief.", user "Begin."] }
`,
  },
  T455: {
    about:
      "With `repair`, an unfit reply goes back to the model with what is wrong about it, and the retry policy is not consulted. Listing `invalid_output` there too promises a second try that never comes.",
    wrong: `${model}retry again { on: [timeout, invalid_output] }
template fix(output: string, error: string) "\${output} is wrong: \${error}"
agent counter() -> int { ${ask}, retry: again, repair: fix }
`,
    right: `${model}retry again { on: [timeout] }
template fix(output: string, error: string) "\${output} is wrong: \${error}"
agent counter() -> int { ${ask}, retry: again, repair: fix }
`,
  },
  T456: {
    about:
      "A vendor's schema mode knows a part of JSON Schema and answers the rest with an error. Tantra leaves those keywords out of the request and still checks the whole reply, so a model may break a limit that it was never told.",
    wrong: `provider openai { api_key: env.OPENAI_API_KEY }
model fast = openai("gpt-5-mini")
agent namer() -> string[] { model: fast, prompt: "Name three colours." }
agent short() -> string(max: 20)[] { model: fast, prompt: "Name three colours." }
`,
    right: `provider openai { api_key: env.OPENAI_API_KEY }
model fast = openai("gpt-5-mini")
agent short() -> string(max: 20)[] { model: fast, output: tool, prompt: "Name three colours, each in 20 letters at the most." }
`,
  },
  T457: {
    about:
      "A budget is held by setting aside the most that a request can cost, before it is sent. Without a price and `max_tokens` there is no such most, and the budget is only looked at when the reply is there.",
    wrong: `${model}agent helper() { ${ask}, budget: $0.10 }
`,
    right: `provider llm = simulator
model fast = llm("gpt-5-mini") { max_tokens: 2000 }
agent helper() { ${ask}, budget: $0.10 }
`,
  },
  T458: {
    about:
      "The simulator deals scripted replies in the order in which requests arrive. Between calls that run at the same time that order is chance, so entries that they share are told apart with `when`.",
    wrong: `provider llm = simulator { replies: "./r.json" }
model fast = llm("gpt-5-mini")
agent writer(topic: string) { model: fast, prompt: topic }
workflow main(topics: string[]) { parallel for topic in topics { writer(topic) } }
// file: ./r.json
{ "writer": [{ "text": "On tides." }, { "text": "On reefs." }] }
`,
    right: `provider llm = simulator { replies: "./r.json" }
model fast = llm("gpt-5-mini")
agent writer(topic: string) { model: fast, prompt: topic }
workflow main(topics: string[]) { parallel for topic in topics { writer(topic) } }
// file: ./r.json
{ "writer": [{ "when": { "contains": "tides" }, "text": "On tides." }, { "when": { "contains": "reefs" }, "text": "On reefs." }] }
`,
  },
  T459: {
    about:
      "`fake` answers for an agent, a tool, an MCP tool (`SERVER.tool`), `ask`, or the requests of a model (`fake model NAME`). Anything else has nothing to answer for.",
    wrong: `${model}agent helper() { ${ask} }
test "it works" {
  fake fast -> "Yes."
  expect helper() == "Yes."
}
`,
    right: `${model}agent helper() { ${ask} }
test "it works" {
  fake model fast -> "Yes."
  expect helper() == "Yes."
}
`,
  },
  T460: {
    about:
      "What can go wrong in a run has one of twenty classes, such as `rate_limit`, `timeout` or `tool_error`. A retry policy, a fake and `expect fails` name them.",
    wrong: `retry again { on: [rate_limits] }
${model}agent helper() { ${ask}, retry: again }
`,
    right: `retry again { on: [rate_limit] }
${model}agent helper() { ${ask}, retry: again }
`,
  },
  T461: {
    about: "A conversation opens once: with `system` and `prompt`, or with `messages`, which can say the same and more.",
    wrong: `${model}agent helper() { model: fast, system: "You are brief.", messages: [user "Begin."] }
`,
    right: `${model}agent helper() { model: fast, messages: [system "You are brief.", user "Begin."] }
`,
  },
  T462: {
    about: "Not every vendor takes images, and fewer take files. What an agent is given has to be something that each of its models can be shown.",
    wrong: `provider mine = from "./mine.ts"
model fast = mine("m-1")
agent looker(photo: image) { model: fast, prompt: "What is this? \${photo}" }
// file: ./mine.ts
// file: ./mine.kind.json
{ "name": "mine", "options": {}, "images": false }
`,
    right: `provider mine = from "./mine.ts"
model fast = mine("m-1")
agent looker(description: string) { model: fast, prompt: "What is this? \${description}" }
// file: ./mine.ts
// file: ./mine.kind.json
{ "name": "mine", "options": {}, "images": false }
`,
  },
  T463: {
    about:
      "`cache: true` on an agent marks its `system` text, and the tools before it, as worth caching at the vendor. Without such a text, or where a provider caches nothing, it says nothing.",
    wrong: `${model}agent helper() { model: fast, cache: true, prompt: "Begin." }
`,
    right: `${model}agent helper() { model: fast, cache: true, system: "You know the whole handbook: …", prompt: "Begin." }
`,
  },
  T464: {
    about:
      "Vendors differ in where they take system texts: some anywhere, some before everything else only, some one and no more. None is moved: what an author wrote further down means something else at the top.",
    wrong: `provider mine = from "./mine.ts"
model fast = mine("m-1")
agent helper() { model: fast, messages: [user "Begin.", system "Be brief from here on.", assistant "Yes.", user "Go on."] }
// file: ./mine.ts
// file: ./mine.kind.json
{ "name": "mine", "options": {}, "systemTexts": "leading" }
`,
    right: `provider mine = from "./mine.ts"
model fast = mine("m-1")
agent helper() { model: fast, messages: [system "Be brief.", user "Begin.", assistant "Yes.", user "Go on."] }
// file: ./mine.ts
// file: ./mine.kind.json
{ "name": "mine", "options": {}, "systemTexts": "leading" }
`,
  },
  T470: {
    about:
      "The server does not have a tool of that name. `tantra check` knows what a server has from `mcp.lock.json`, which `tantra mcp pull FILE` writes; `tantra tools FILE` starts the servers and lists what they have now.",
    wrong: `${model}mcp files { command: "files-server" }
agent helper() { ${ask}, tools: [files.read_fiel] }
${lock}`,
    right: `${model}mcp files { command: "files-server" }
agent helper() { ${ask}, tools: [files.read_file] }
${lock}`,
  },
  T471: {
    about: "A test shows what holds by expecting it. Without an `expect` it passes whatever comes out, as long as nothing fails.",
    wrong: `${model}agent helper() { ${ask} }
test "it begins" {
  fake helper -> "Well then."
  let _ = helper()
}
`,
    right: `${model}agent helper() { ${ask} }
test "it begins" {
  fake helper -> "Well then."
  expect helper() == "Well then."
}
`,
  },
};
