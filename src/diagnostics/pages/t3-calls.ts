import type { Page } from "../codes.ts";

const writer = `provider llm = simulator
model fast = llm("gpt-5-mini")
agent writer(topic: string, tone: string = "warm") { model: fast, prompt: "\${topic}, \${tone}" }
`;
const main = (body: string): string => `${writer}workflow main() { ${body} }
`;

/** Pages about calls, parameters and settings. */
export const t3Calls = {
  T305: {
    about: "A parameter without a default must be given. A prompt with a hole in it is never sent.",
    wrong: main("writer()"),
    right: main('writer("tides")'),
  },
  T306: {
    about: "An argument with a name goes to the parameter of that name, and this one is not declared.",
    wrong: main('writer("tides", tome: "dry")'),
    right: main('writer("tides", tone: "dry")'),
  },
  T307: {
    about: "A call has at most as many arguments as what is called has parameters.",
    wrong: main('writer("tides", "dry", "short")'),
    right: main('writer("tides", "dry")'),
  },
  T308: {
    about: "An argument is given once, in its place or by its name.",
    wrong: main('writer("tides", topic: "moon")'),
    right: main('writer("tides")'),
  },
  T309: {
    about: "Arguments go by place first and by name after that.",
    wrong: main('writer(tone: "dry", "tides")'),
    right: main('writer("tides", tone: "dry")'),
  },
  T333: {
    about: "Defaults are part of what a program takes, which is known before it runs: literals, and lists and objects of them.",
    wrong: 'workflow main(name: string = upper("ada")) { name }\n',
    right: 'workflow main(name: string = "ADA") { name }\n',
  },
  T334: {
    about: "Arguments go by place, so parameters that may be left out come last.",
    wrong: 'template greet(greeting: string = "Hello", name: string) "${greeting} ${name}"\nworkflow main() { greet(name: "Ada") }\n',
    right: 'template greet(name: string, greeting: string = "Hello") "${greeting} ${name}"\nworkflow main() { greet("Ada") }\n',
  },
  T340: {
    about: "`parallel`, `race`, `repeat` and `with` take certain settings, each by its name.",
    wrong: main('parallel(limit: 4) for topic in ["tides", "moon"] { writer(topic) }'),
    right: main('parallel(max: 4) for topic in ["tides", "moon"] { writer(topic) }'),
  },
  T341: {
    about: "The setting takes something else: a count of 1 or more, a name, or a text that says what went wrong.",
    wrong: main('parallel(max: 0) for topic in ["tides", "moon"] { writer(topic) }'),
    right: main('parallel(max: 1) for topic in ["tides", "moon"] { writer(topic) }'),
  },
  T343: {
    about:
      "Prompts and conditions are worked out from what is there and only read: `tantra prompt` shows them without a run. Agents, tools and workflows are called in workflows.",
    wrong: `${writer}agent editor(topic: string) { model: fast, prompt: "Mend: \${writer(topic)}" }
workflow main() { editor("tides") }
`,
    right: `${writer}agent editor(draft: string) { model: fast, prompt: "Mend: \${draft}" }
workflow main() { editor(writer("tides")) }
`,
  },
  T345: {
    about: "`parse_json`, `as` and `schema` take the name of a type. A list type gets a name with `type Names = string[]`.",
    wrong: 'workflow main(text: string) { parse_json(text, "string") }\n',
    right: "workflow main(text: string) { parse_json(text, string) }\n",
  },
} as const satisfies Readonly<Record<string, Page>>;
