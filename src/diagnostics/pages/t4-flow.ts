import type { t4Flow as codes } from "../codes/t4-flow.ts";
import type { Page } from "../codes.ts";

const writer = `provider llm = simulator
model fast = llm("gpt-5-mini")
agent writer(topic: string) { model: fast, prompt: topic }
`;
/** A workflow of these statements, which gets topics. */
const about = (body: string): string => `${writer}workflow main(topics: string[](max: 5)) {
  ${body}
}
`;

/** One that needs no topics. */
const fixed = (body: string): string => `${writer}workflow main() {
  ${body}
}
`;

/** Flow: branches, loops, statements that are never reached. */
export const t4Flow: { readonly [C in keyof typeof codes]: Page } = {
  T401: {
    about: "What stands behind a `return`, a `break` or a `fail` in the same block never runs.",
    wrong: about('return "done"\n  writer(join(topics, ", "))'),
    right: about('writer(join(topics, ", "))\n  return "done"'),
  },
  T402: {
    about: "A workflow with `-> T` ends in a value of that type on every way through it: with `return`, or with an expression as its last statement.",
    wrong: `${writer}workflow main(topic: string) -> string {
  let text = writer(topic)
}
`,
    right: `${writer}workflow main(topic: string) -> string {
  let text = writer(topic)
  return text
}
`,
  },
  T403: {
    about:
      "Every loop of a program is bounded, so that what it can cost is known before it runs. `repeat` says how often at the most; `break` ends it earlier.",
    wrong: about('repeat { writer(topics[0] ?? "tides") }'),
    right: about('repeat(max: 3) { writer(topics[0] ?? "tides") }'),
  },
  T404: {
    about:
      "The bound of a `repeat` is a number or a parameter, so that `tantra plan` can say what a run costs at the most. A value that is worked out on the way is not known then.",
    wrong: about('repeat(max: len(topics)) { writer("tides") }'),
    right: fixed('repeat(max: 5) { writer("tides") }'),
  },
  T405: {
    about: "`break` ends the `for` or `repeat` that it stands in.",
    wrong: about('if len(topics) == 0 { break }\n  writer(join(topics, ", "))'),
    right: about('if len(topics) == 0 { return "nothing" }\n  writer(join(topics, ", "))'),
  },
  T406: {
    about:
      "Branches run at the same time, so none of them can end the others' block or change a name outside of it: which came last would be chance. A branch gives its value, and the block gives all of them.",
    wrong: about('let longest = ""\n  parallel for topic in topics { longest = writer(topic) }\n  longest'),
    right: about('let texts = parallel for topic in topics { writer(topic) }\n  first(texts) ?? ""'),
  },
  T407: {
    about: "Parameters and the names of loops keep their values. What changes is declared with `let`.",
    wrong: about('topics = append(topics, writer("tides"))\n  topics'),
    right: about('let more = append(topics, writer("tides"))\n  more'),
  },
  T409: {
    about:
      "The branches of a `parallel` block stand in it one beside the other: each is a `let` or a call. What comes before or after all of them stands outside.",
    wrong: about('parallel {\n    let a = writer("tides")\n    if len(topics) > 1 { writer("moon") }\n  }\n  a'),
    right: about('parallel {\n    let a = writer("tides")\n    let b = if len(topics) > 1 { writer("moon") }\n  }\n  a + (b ?? "")'),
  },
  T410: {
    about: "A `race` gives the value of the branch that succeeds first. Names in it would be there or not, as chance has it.",
    wrong: fixed('let winner = race {\n    let a = writer("tides")\n    writer("moon")\n  }\n  winner'),
    right: fixed('let winner = race {\n    writer("tides")\n    writer("moon")\n  }\n  winner'),
  },
  T411: {
    about:
      "`need: 2` is done when two branches have succeeded and fails when that cannot be any more. What becomes of a failed branch is thereby said, so `on_error` has nothing to add.",
    wrong: about("parallel(need: 2, on_error: continue) for topic in topics { writer(topic) }"),
    right: about("parallel(need: 2) for topic in topics { writer(topic) }"),
  },
  T412: {
    about: "A conversation has one history. If two branches spoke in it at the same time, what stands in it would be chance; each takes a copy with `fork`.",
    wrong: about('let talk = chat writer("tides")\n  parallel for topic in topics { talk.send(topic) }'),
    right: about('let talk = chat writer("tides")\n  parallel for topic in topics {\n    let own = fork(talk)\n    own.send(topic)\n  }'),
  },
  T413: {
    about: "A statement that only works out a value, and does not keep it, does nothing. Often `==` was written for `=`.",
    wrong: fixed('let text = "tides"\n  text == "moon"\n  writer(text)'),
    right: fixed('let text = "tides"\n  text = "moon"\n  writer(text)'),
  },
  T414: {
    about: "`return` ends a workflow and gives its result. A test gives none, and an expression of an option is its own value.",
    wrong: `${about("for topic in topics { writer(topic) }")}test "no topics" { return main([]) }
`,
    right: `${about("for topic in topics { writer(topic) }")}test "no topics" { expect len(main([])) == 0 }
`,
  },
  T416: {
    about: "A `parallel` block without branches and a `race` with fewer than two decide nothing.",
    wrong: fixed('race { writer("tides") }'),
    right: fixed('writer("tides")'),
  },
  T417: {
    about: "`need` says how many branches must succeed, and this block has fewer.",
    wrong: fixed('parallel(need: 3) {\n    let a = writer("tides")\n    let b = writer("moon")\n  }\n  [a, b]'),
    right: fixed('parallel(need: 1) {\n    let a = writer("tides")\n    let b = writer("moon")\n  }\n  [a, b]'),
  },
};
