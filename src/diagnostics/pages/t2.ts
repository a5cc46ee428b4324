import type { t2 as codes } from "../codes/t2.ts";
import type { Page } from "../codes.ts";

const model = `provider llm = simulator
model fast = llm("gpt-5-mini")
`;
const writer = `${model}agent writer(topic: string) { model: fast, prompt: topic }
`;
/** A workflow of these statements, which gets a topic. */
const about = (body: string): string => `${writer}workflow main(topic: string) { ${body} }
`;
const shared = `// file: ./shared.tantra
template greeting(name: string) "Hello \${name}"
`;

/** Names. */
export const t2: { readonly [C in keyof typeof codes]: Page } = {
  T201: {
    about:
      "A name means the parameter, `let` or declaration of that name that is in sight. A misspelt one means nothing, so it is an error rather than an empty text.",
    wrong: about("writer(tpoic)"),
    right: about("writer(topic)"),
  },
  T202: {
    about: "A type is one of the language's own (`string int float bool json`) or declared with `type`, in this file or an imported one.",
    wrong: "workflow main(count: number) { count }\n",
    right: "workflow main(count: int) { count }\n",
  },
  T203: {
    about: "No name means two things in one place: a variable cannot repeat one in sight or a declaration, so that a reader never has to ask which is meant.",
    wrong: about("let topic = writer(topic)\n  topic"),
    right: about("let text = writer(topic)\n  text"),
  },
  T204: {
    about:
      "Some words are taken: those that options take (`none`, `auto`, `low` …), the functions of the library, and the types of the language. A declaration of such a name could not be told from them.",
    wrong: 'template join(name: string) "Hello ${name}"\nworkflow main() { join("Ada") }\n',
    right: 'template greet(name: string) "Hello ${name}"\nworkflow main() { greet("Ada") }\n',
  },
  T205: {
    about:
      "A place that names a declaration says of which sort it must be: a `model` names a model, a type names a type. This name is declared, but as something else.",
    wrong: `${model}agent writer(topic: string) { model: llm, prompt: topic }
`,
    right: writer,
  },
  T207: {
    about: "An `import` names declarations of another file. What a file itself imports is not passed on: import it from where it is declared.",
    wrong: `import { greetings } from "./shared.tantra"
workflow main() { greetings("Ada") }
${shared}`,
    right: `import { greeting } from "./shared.tantra"
workflow main() { greeting("Ada") }
${shared}`,
  },
  T208: {
    about: "Files that import each other cannot be read on their own. What both need belongs into a third file.",
    wrong: `import { greeting } from "./shared.tantra"
template name() "Ada"
workflow main() { greeting() }
// file: ./shared.tantra
import { name } from "./main.tantra"
template greeting() "Hello \${name()}"
`,
    right: `import { greeting } from "./shared.tantra"
workflow main() { greeting("Ada") }
${shared}`,
  },
  T211: {
    about:
      "The branches of a `parallel` block run at the same time, each on the values as they stood before it. What one gives is there when all are done: after the block.",
    wrong: about("parallel {\n    let draft = writer(topic)\n    let title = writer(draft)\n  }\n  draft + title"),
    right: about("let draft = writer(topic)\n  let title = writer(draft)\n  draft + title"),
  },
  T212: {
    about: "`env.NAME` is a secret. It may stand in options of providers, mcp servers and tools only, so that it can never reach a prompt, a result or a file.",
    wrong: `${model}agent writer() { model: fast, prompt: "My key is \${env.OPENAI_API_KEY}" }
`,
    right: `${model}agent writer(account: string) { model: fast, prompt: "My account is \${account}" }
`,
  },
  T213: {
    about: "A variable that nothing reads is often a misspelt one, or the rest of an earlier thought. `_` says that a value is not needed.",
    wrong: about('let draft = writer(topic)\n  "done"'),
    right: about('let _ = writer(topic)\n  "done"'),
  },
  T214: {
    about: "An import that nothing uses makes a file depend on another one for nothing.",
    wrong: `import { greeting } from "./shared.tantra"
workflow main() { "Hello Ada" }
${shared}`,
    right: `import { greeting } from "./shared.tantra"
workflow main() { greeting("Ada") }
${shared}`,
  },
  T215: {
    about:
      "A declaration of the program's entry file that nothing uses never runs, unless it is an agent that is started by its name. An agent without a prompt is there to be talked to (`tantra chat`), and files that are there to be imported may declare more than is used.",
    wrong: 'template greet(name: string) "Hello ${name}"\nworkflow main() { "Hello Ada" }\n',
    right: 'template greet(name: string) "Hello ${name}"\nworkflow main() { greet("Ada") }\n',
  },
  T216: {
    about:
      "A record has the fields that its `type` declares. Of a union of records only those that all members share can be read before it is known which one it is; lists, maps and `json` have none.",
    wrong: "type Note { title: string, text: string }\nworkflow main(note: Note) { note.titel }\n",
    right: "type Note { title: string, text: string }\nworkflow main(note: Note) { note.title }\n",
  },
  T217: {
    about: "What is called is an agent, a tool, a template, a workflow, or a function of the library.",
    wrong: about("wrtier(topic)"),
    right: about("writer(topic)"),
  },
  T218: {
    about: "Values, types, models and providers cannot be called, and values have no methods: functions of the library take them as arguments.",
    wrong: "workflow main(names: string[]) { names.first() }\n",
    right: "workflow main(names: string[]) { first(names) }\n",
  },
  T219: {
    about: "The name of a declaration stands for it and not for what it gives. Agents and templates are no values: they are called.",
    wrong: about("topic + writer"),
    right: about("topic + writer(topic)"),
  },
  T220: {
    about: "What a test asks about a run (`cost`, `calls`, `prompt`, `failed_checks`) is not known while a program runs.",
    wrong: about('let text = writer(topic)\n  "${text} for ${cost} dollars"'),
    right: `${about("writer(topic)")}test "it is cheap" {
  fake writer -> "Tides."
  expect main("tides") == "Tides." && cost < 0.01
}
`,
  },
  T221: {
    about: "`_` stands where a name is wanted and none is needed. It holds nothing that could be read.",
    wrong: "workflow main(xs: int[]) { for _ in xs { _ + 1 } }\n",
    right: "workflow main(xs: int[]) { for x in xs { x + 1 } }\n",
  },
  T222: {
    about: "Whoever calls this gives an argument that changes nothing. Often the parameter was meant to stand in the text.",
    wrong: 'template greet(name: string) "Hello"\nworkflow main() { greet("Ada") }\n',
    right: 'template greet(name: string) "Hello ${name}"\nworkflow main() { greet("Ada") }\n',
  },
};
