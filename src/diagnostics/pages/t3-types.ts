import type { Page } from "../codes.ts";

/** A workflow with these parameters and statements. */
const flow = (params: string, body: string, before = ""): string => `${before}workflow main(${params}) {
  ${body}
}
`;
const note = `type Note { title: string, pages: int }
`;

/** Pages about types, operators, branches and constraints. */
export const t3Types = {
  T301: {
    about:
      "Every place says what type of value it takes. An `int` fits a `float`, a literal fits `string`, any value fits `json`; everything else is converted where the program says so.",
    wrong: flow("", "spell(3)", "workflow spell(n: string) { n }\n"),
    right: flow("", 'spell("3")', "workflow spell(n: string) { n }\n"),
  },
  T302: {
    about:
      "`T?` may be null. Its fields, elements and operators can be used once the program has checked it (`x != null`, in the branch, right of `&&`, or after an early return) or has said what stands in (`x ?? …`).",
    wrong: flow("name: string?", "upper(name)"),
    right: flow("name: string?", 'upper(name ?? "nobody")'),
  },
  T303: {
    about:
      "A text takes strings, numbers and bools. How a list, a record or a map looks in a prompt is the author's decision: as JSON, joined, or line by line.",
    wrong: flow("names: string[]", '"Hello ${names}"'),
    right: flow("names: string[]", '"Hello ${join(names, ", ")}"'),
  },
  T304: {
    about: "A text cannot hold null: what a model would read there is the author's decision.",
    wrong: flow("name: string?", '"Hello ${name}"'),
    right: flow("name: string?", '"Hello ${name ?? "you"}"'),
  },
  T310: {
    about:
      "Each operator takes certain types: arithmetic takes numbers, `+` joins two texts too, `<` compares two numbers or two texts, `==` two values of one type, `in` looks into lists and keys of maps, and `??` takes what may be null.",
    wrong: flow("pages: int", '"pages: " + pages'),
    right: flow("pages: int", '"pages: ${pages}"'),
  },
  T311: {
    about: "`a < b < c` would compare a bool with a number.",
    wrong: flow("n: int", "0 < n < 10"),
    right: flow("n: int", "0 < n && n < 10"),
  },
  T312: {
    about:
      "An `if`, a `match`, a `race`, a `catch` or a list has one type. Branches may give equal types, literals, numbers of both kinds, or null; others have none in common.",
    wrong: flow("long: bool", 'let x = if long { 3 } else { "short" }\n  json(x)'),
    right: flow("long: bool", 'let x = if long { "3" } else { "short" }\n  json(x)'),
  },
  T313: {
    about:
      "`[]`, `{}` and `null` fit many types, and an object with values of several types is a record of which nothing says which. The type is written beside the name.",
    wrong: flow("", "let names = []\n  len(names)"),
    right: flow("", "let names: string[] = []\n  len(names)"),
  },
  T314: {
    about: "A `repeat`, a loop whose body gives nothing, and a block that ends with a `let` have no value.",
    wrong: flow("", 'let x = repeat(max: 3) { "again" }\n  x'),
    right: flow("", 'let x = for _ in range(3) { "again" }\n  x'),
  },
  T315: {
    about: "A condition is true or false. Nothing else counts as one: not a number, a text, a list or a value that may be null.",
    wrong: flow("names: string[]", 'if names { "some" } else { "none" }'),
    right: flow("names: string[]", 'if len(names) > 0 { "some" } else { "none" }'),
  },
  T316: {
    about: "A record has all the fields that its type declares. One of the type `T?` may be left out and is then null.",
    wrong: flow("", 'let n: Note = { title: "Tides" }\n  n.title', note),
    right: flow("", 'let n: Note = { title: "Tides", pages: 3 }\n  n.title', note),
  },
  T317: {
    about: "A record has no fields but those that its type declares.",
    wrong: flow("", 'let n: Note = { titel: "Tides", pages: 3 }\n  n.title', note),
    right: flow("", 'let n: Note = { title: "Tides", pages: 3 }\n  n.title', note),
  },
  T318: {
    about: "A key of an object has one value. Of two, one would be lost.",
    wrong: flow("", 'let m: map<int> = { a: 1, a: 2 }\n  m["a"] ?? 0'),
    right: flow("", 'let m: map<int> = { a: 1, b: 2 }\n  m["a"] ?? 0'),
  },
  T319: {
    about: "Texts take `min`, `max` and `pattern`; numbers and lists take `min` and `max`. They go into the JSON Schema that a model is held to.",
    wrong: flow("n: int(maximum: 3)", "n"),
    right: flow("n: int(max: 3)", "n"),
  },
  T320: {
    about: "A constraint is a number that is written out, and something must be able to fit it.",
    wrong: flow("n: int(min: 10, max: 3)", "n"),
    right: flow("n: int(min: 3, max: 10)", "n"),
  },
  T321: {
    about: "A pattern is a regular expression, written out. Those of `matches` run in linear time, so they neither look around nor refer back.",
    wrong: flow('code: string(pattern: "[a-z")', "code"),
    right: flow('code: string(pattern: "[a-z]")', "code"),
  },
  T322: {
    about: "A union is one of several texts, or one of several records. For anything else a model could not tell which it gives.",
    wrong: flow('size: "small" | int', "json(size)"),
    right: flow('size: "small" | "large"', "json(size)"),
  },
  T323: {
    about: "The records of a union are told apart by a field that has another literal in each of them.",
    wrong: flow("x: A | B", "json(x)", "type A { text: string }\ntype B { number: int }\n"),
    right: flow("x: A | B", "json(x)", 'type A { kind: "text", text: string }\ntype B { kind: "number", number: int }\n'),
  },
  T324: {
    about: "Types become JSON Schemas with everything written out, which a type that contains itself has no end of.",
    wrong: flow("n: Node", "n.name", "type Node { name: string, children: Node[] }\n"),
    right: flow("n: Node", "n.name", "type Node { name: string, children: string[] }\n"),
  },
  T325: {
    about:
      "`image` and `file` are what a program is given and what a message carries: parameters. They have no JSON form, so no model gives one and no record holds one.",
    wrong: flow("n: Note", "n.title", "type Note { title: string, picture: image }\n"),
    right: flow("n: Note", "n.title", "type Note { title: string, picture: string }\n"),
  },
  T326: {
    about: "`for` and `%{for}` go through a list. `keys(m)`, `lines(s)` and `range(n)` make one of a map, a text or a number.",
    wrong: flow("n: int", "for i in n { i }"),
    right: flow("n: int", "for i in range(n) { i }"),
  },
  T327: {
    about: "`match` names every case of a value, so it takes values with countable cases: unions, bools, null, and texts with `_` at the end.",
    wrong: flow("n: int", 'match n { _ => "some" }'),
    right: flow("n: int", 'if n == 0 { "none" } else { "some" }'),
  },
  T328: {
    about: "A `match` has an arm for every case, so that a case that is added to a type later is an error here until it is handled.",
    wrong: flow('size: "small" | "large"', 'match size { "small" => 1 }'),
    right: flow('size: "small" | "large"', 'match size { "small" => 1, "large" => 2 }'),
  },
  T329: {
    about: "The arms of a `match` are tried in their order. One behind `_`, or one that stands twice, is never taken.",
    wrong: flow('size: "small" | "large"', 'match size { _ => 1, "large" => 2 }'),
    right: flow('size: "small" | "large"', 'match size { "large" => 2, _ => 1 }'),
  },
  T330: {
    about: "The value never is what it is compared with: its type does not contain it.",
    wrong: flow('size: "small" | "large"', 'size == "big"'),
    right: flow('size: "small" | "large"', 'size == "large"'),
  },
  T331: {
    about: "The value is not of a type that may be null, so looking for null does nothing.",
    wrong: flow("name: string", 'if name == null { "nobody" } else { name }'),
    right: flow("name: string?", 'if name == null { "nobody" } else { name }'),
  },
  T332: {
    about: "Durations, money and rates set options. A program has no clock and no purse, so they are no values in it.",
    wrong: flow("", "let wait = 30s\n  wait"),
    right: flow("", "let wait_seconds = 30\n  wait_seconds"),
  },
  T338: {
    about:
      "A conversation is no value: it has a history that grows. A `let` keeps it, `fork` copies it, its methods speak in it; what may be passed on is what they give.",
    wrong: flow(
      "",
      'let talk = chat writer("tides")\n  [talk]',
      'provider llm = simulator\nmodel fast = llm("gpt-5-mini")\nagent writer(topic: string) { model: fast, prompt: topic }\n',
    ),
    right: flow(
      "",
      'let talk = chat writer("tides")\n  [talk.send("And the moon?")]',
      'provider llm = simulator\nmodel fast = llm("gpt-5-mini")\nagent writer(topic: string) { model: fast, prompt: topic }\n',
    ),
  },
} as const satisfies Readonly<Record<string, Page>>;
