import type { t6 as codes } from "../codes/t6.ts";
import type { Page } from "../codes.ts";

const model = `provider openai { api_key: env.OPENAI_API_KEY }
model fast = openai("gpt-5-mini")
`;
const bounded = model.replace('("gpt-5-mini")', '("gpt-5-mini") { max_tokens: 500 }');
const agent = `agent helper() { model: fast, prompt: "Begin." }
`;

/** What stops a run: `wrong` is what leads to it, as a program or a command, and `right` a way out. */
export const t6: { readonly [C in keyof typeof codes]: Page } = {
  T600: {
    about:
      "Something happened that Tantra says cannot happen. The mistake is in Tantra, not in your program: please report it with the program and the whole message.",
    wrong: "npx tantra run file.tantra",
    right: "npx tantra --version",
  },
  T601: {
    about:
      "The vendor answers that requests or tokens come too fast (429), and every attempt was used up, or the vendor asked for a longer wait than a run sits out. A `limit` on the provider keeps below what the account allows.",
    wrong: `${model}${agent}`,
    right: `provider openai { api_key: env.OPENAI_API_KEY, limit: { requests: 60/m, concurrent: 4 } }
model fast = openai("gpt-5-mini")
${agent}`,
  },
  T602: {
    about:
      "The account has no credit left, or a limit of its billing is reached. Waiting does not help, so it is not tried again; a `fallback` goes to its next model.",
    wrong: `${model}${agent}`,
    right: `${model}model spare = openai("gpt-5-nano")
model safe = fallback(fast, spare)
agent helper() { model: safe, prompt: "Begin." }
`,
  },
  T603: {
    about: "The vendor is overloaded, and stayed so for all attempts. More attempts, or a `fallback` to another model, ride it out.",
    wrong: `${model}${agent}`,
    right: `${model}retry patient { attempts: 8, delay: 1s, max_delay: 30s }
agent helper() { model: fast, retry: patient, prompt: "Begin." }
`,
  },
  T604: {
    about:
      "A `timeout` has passed. On a provider or a model it covers one attempt, which is tried again; on an agent, a call, a branch or a workflow it covers everything inside and is final.",
    wrong: `${model}agent helper() { model: fast, timeout: 1s, prompt: "Write a novel." }
`,
    right: `${model}agent helper() { model: fast, timeout: 5m, prompt: "Write a novel." }
`,
  },
  T605: {
    about:
      "The server cannot be reached, or the line broke: the name has no address, nothing listens there, the certificate is refused, or the reply ended in the middle.",
    wrong: `provider llm = openai { api_key: "none", base_url: "http://localhost:9/v1" }
model fast = llm("local")
${agent}`,
    right: `provider llm = openai { api_key: "none", base_url: "http://localhost:11434/v1" }
model fast = llm("local")
${agent}`,
  },
  T606: {
    about: "The vendor's server failed (5xx), and did so for all attempts. A `fallback` to another vendor keeps a run going.",
    wrong: `${model}${agent}`,
    right: `${model}model spare = openai("gpt-5")
model safe = fallback(fast, spare)
agent helper() { model: safe, prompt: "Begin." }
`,
  },
  T607: {
    about:
      "The vendor does not accept the key (401), or the key may not do this (403). Look at the variable: the environment's value wins over the one in `.env`.",
    wrong: "OPENAI_API_KEY=mistyped npx tantra run file.tantra",
    right: "OPENAI_API_KEY=sk-… npx tantra run file.tantra",
  },
  T608: {
    about: "The vendor knows no model of that id, or the account may not use it; or `base_url` does not lead to the API.",
    wrong: `provider openai { api_key: env.OPENAI_API_KEY }
model fast = openai("gpt-5-minni")
${agent}`,
    right: `${model}${agent}`,
  },
  T609: {
    about:
      "The vendor understands the request and refuses it: a parameter that this model does not take, a schema that it cannot use. The message has the vendor's own words.",
    wrong: `provider openai { api_key: env.OPENAI_API_KEY }
model fast = openai("gpt-5-mini") { temperature: 0.2 }
${agent}`,
    right: `${model}${agent}`,
  },
  T610: {
    about: "The conversation is longer than the model can read. Pass less of it, or fall back to a model with a longer context.",
    wrong: `${model}agent reader(book: string) { model: fast, prompt: book }
`,
    right: `${model}agent reader(book: string) { model: fast, prompt: slice(book, 0, 100000) }
`,
  },
  T611: {
    about: "The vendor's filter, or the model itself, refused to answer. The same prompt is refused again; a `fallback` may answer.",
    wrong: `${model}${agent}`,
    right: `${model}workflow main() { helper() catch _ { "No answer was given." } }
${agent}`,
  },
  T612: {
    about:
      "The reply does not fit the agent's result: it is no JSON, it breaks the type or an `ensure`, it was cut off at `max_tokens`, or it is empty. `repair` sends it back with what is wrong; a retry policy may list `invalid_output`.",
    wrong: `${model}agent counter() -> int(max: 10) { model: fast, prompt: "Count." }
`,
    right: `${model}template fix(output: string, error: string) "\${output} is not accepted: \${error}"
agent counter() -> int(max: 10) { model: fast, prompt: "Count.", repair: fix(max: 2) }
`,
  },
  T613: {
    about:
      "An agent used up its `max_turns` (10 unless written) or its `max_tool_calls` (50) before it gave a result. Either it needs more, or it runs in circles.",
    wrong: `${model}tool find(query: string) from "./find.ts"
agent helper() { model: fast, tools: [find], max_turns: 1, prompt: "Find it." }
`,
    right: `${model}tool find(query: string) from "./find.ts"
agent helper() { model: fast, tools: [find], max_turns: 8, prompt: "Find it." }
`,
  },
  T614: {
    about: "The next request could cost more than its budget has left, or what was spent has reached it. Nothing beyond the budget was sent.",
    wrong: `${bounded}agent helper() { model: fast, budget: $0.0001, prompt: "Begin." }
`,
    right: `${bounded}agent helper() { model: fast, budget: $0.10, prompt: "Begin." }
`,
  },
  T615: {
    about:
      "A tool that the program itself called has failed: its function threw, or gave what JSON cannot hold or what its type does not allow. A failure of a tool that a model called is told to the model instead.",
    wrong: "export function find({ query }) { throw new Error(`No such note: ${query}`); }",
    right: "export function find({ query }) { return []; }",
  },
  T616: {
    about: "The tool's `deny` holds for these arguments, or a person did not approve the call.",
    wrong: `tool pay(cents: int) from "./pay.ts" { deny: cents > 100 }
workflow main() { pay(500) }
`,
    right: `tool pay(cents: int) from "./pay.ts" { deny: cents > 100 }
workflow main() { pay(50) }
`,
  },
  T617: {
    about:
      "A function cannot give a value for what it was given: a division by zero, a text that is no number, JSON that does not fit the type asked for. `catch` says what to do then.",
    wrong: `workflow main(text: string = "many") { number(text) }
`,
    right: `workflow main(text: string = "many") { number(text) catch _ { 0 } }
`,
  },
  T618: {
    about: "The program itself gave up, with `fail`. The message is the author's.",
    wrong: `workflow main(names: string[]) { first(names) ?? fail "There are no names." }
`,
    right: `workflow main(names: string[]) { first(names) ?? "nobody" }
`,
  },
  T619: {
    about:
      "The run was interrupted: by Ctrl-C, by whoever started it, or by a branch beside it that decided the block. What was spent until then is in the report.",
    wrong: "npx tantra run file.tantra   # and Ctrl-C",
    right: "npx tantra run file.tantra",
  },
  T621: {
    about:
      "What was given to the program is not what it takes: an input is missing, unknown or of another type, or a flag cannot be understood. `--help` after the file prints its inputs.",
    wrong: "npx tantra run examples/research.tantra --angels 3",
    right: "npx tantra run examples/research.tantra --angles 3",
  },
  T622: {
    about:
      "The program needs a variable of the environment that is not set. All that are missing are listed at once, each with the line that needs it. They may stand in the environment or in `.env` in the project's root.",
    wrong: "npx tantra run examples/research.tantra --profile openai",
    right: "OPENAI_API_KEY=sk-… npx tantra run examples/research.tantra --profile openai",
  },
  T623: {
    about:
      "A file that the run needs is missing, is a folder, is no UTF-8 text, may not be read, or does not hold what it should: a tool's module without a function of that name, replies that are no JSON.",
    wrong: "npx tantra run exmaples/research.tantra",
    right: "npx tantra run examples/research.tantra",
  },
  T624: {
    about:
      "The JSON is no graph of this version: something is missing, is of another shape, or names what is not there. The message says where. `schemas/graph.schema.json` describes it; `tantra compile` writes one.",
    wrong: "npx tantra run hand-written.json",
    right: "npx tantra compile examples/research.tantra > graph.json && npx tantra run graph.json",
  },
  T625: {
    about:
      "A key from the environment would be sent to a host that is written in the file and is not the vendor's own. A file from elsewhere could collect keys in this way, so the host has to be trusted by name.",
    wrong: `provider llm = openai { api_key: env.OPENAI_API_KEY, base_url: "https://proxy.example/v1" }
model fast = llm("gpt-5-mini")
${agent}`,
    right: "npx tantra run file.tantra --trust proxy.example",
  },
  T626: {
    about:
      "A file named by `--out` or `--events` cannot be written: the folder is missing, the disk is full, or it may not be changed. What the run gave is not lost: it is printed.",
    wrong: "npx tantra run examples/hello.tantra --out /missing/folder/hello.txt",
    right: "npx tantra run examples/hello.tantra --out hello.txt",
  },
  T627: {
    about:
      "A conversation is to be kept under a name that no file can have everywhere, its file is damaged or belongs to another agent, another run has it at this moment, or there is no place to keep it. Sessions are JSON Lines in `.tantra/sessions` below the project's root, which you may read and edit while no run has them.",
    wrong: `${model}agent helper() { model: fast, system: "You help." }
workflow main(user: string = "../ada") {
  let c = chat helper() session user
  c.send("Hello")
}
`,
    right: `${model}agent helper() { model: fast, system: "You help." }
workflow main(user: string = "ada") {
  let c = chat helper() session "user-\${user}"
  c.send("Hello")
}
`,
  },
  T630: {
    about:
      "A test expects what did not come about: an `expect` does not hold, or what it expects to fail did not. Under the message stand the values that were compared.",
    wrong: `workflow double(n: int) { n + n }
test "three is doubled" {
  expect double(3) == 5
}
`,
    right: `workflow double(n: int) { n + n }
test "three is doubled" {
  expect double(3) == 6
}
`,
  },
  T640: {
    about:
      "An MCP server did not start within 30 seconds, ended in the middle and again after it was started anew, or sent what is no answer. The message has the last lines that it wrote to its standard error. As a warning: something that the run goes on in spite of.",
    wrong: `${model}mcp files { command: "files-servre" }
agent helper() { model: fast, prompt: "Begin.", tools: [files.*] }
`,
    right: `${model}mcp files { command: "files-server" }
agent helper() { model: fast, prompt: "Begin.", tools: [files.*] }
`,
  },
  T641: {
    about:
      "The program asks a person, with `ask` or for the approval of a tool, and nobody is there: the input or the standard error is no terminal, or `--detach` was given. Everything that could go on without an answer has; what is left waits. Whoever runs a program from TypeScript gives the hooks `ask` and `approve`, or the option `answers`.",
    wrong: "npx tantra run examples/publish.tantra < /dev/null",
    right: "npx tantra run examples/publish.tantra   # in a terminal, which asks",
  },
  T650: {
    about:
      "The run's file could not be written: the disk is full, or may not be written. The run stopped there, because a step that is not kept would have to be paid twice. All that had ended before is in the file, and is not done again.",
    wrong: "npx tantra run file.tantra   # on a full disk",
    right: "npx tantra resume last   # when there is room; or begin with --no-journal",
  },
  T651: {
    about:
      "A run's file is not as Tantra wrote it: a line was damaged or changed, or a newer version wrote it. Nothing behind that place is believed. What a crash tore off at the very end is no error: it is cut off, and the step that it belongs to is done again.",
    wrong: "npx tantra resume 20261104-153012-9f2c41d07b   # after line 12 was edited",
    right: "npx tantra run file.tantra",
  },
  T652: {
    about: "Another process is at this run, and two would do and pay the same steps twice. The message says which process has it.",
    wrong: "npx tantra resume last   # while it still runs elsewhere",
    right: "npx tantra runs   # says which runs go on at the moment",
  },
  T653: {
    about:
      "There is no run with this id below the project's root, or it cannot be gone on with: it has finished, or its program is not where it was. `tantra runs` lists what there is.",
    wrong: "npx tantra resume 20261104",
    right: "npx tantra resume last",
  },
  T654: {
    about:
      "In a replay a request, a tool's arguments or a question is another than in the recording, so that the recorded answer says nothing about it. The message shows both where they differ.",
    wrong: "npx tantra run file.tantra --replay run.jsonl   # after the prompt was changed",
    right: "npx tantra run file.tantra --replay run.jsonl --replay-missing live",
  },
  T655: {
    about: "In a replay the program does what the recording does not have: another branch was taken, a loop went on for longer, an agent is new.",
    wrong: "npx tantra run file.tantra --replay run.jsonl   # after an agent was added",
    right: "npx tantra run file.tantra --replay run.jsonl --replay-missing live",
  },
};
