import type { t1 as codes } from "../codes/t1.ts";
import type { Page } from "../codes.ts";

const model = `provider llm = simulator
model fast = llm("gpt-5-mini")
`;
/** An agent with these options. */
const agent = (options: string): string => `${model}
agent helper(topic: string) {
  model: fast
  ${options}
}
`;
/** A workflow with these statements. */
const flow = (body: string): string => `workflow main(count: int) -> int {
  ${body}
}
`;
/** An agent whose prompt is a text block of these lines. */
const block = (text: string): string => agent(`prompt: """\n${text}`);

export const t1: { readonly [C in keyof typeof codes]: Page } = {
  T101: {
    about:
      "A file is a row of declarations, each of which begins with its word: `import`, `provider`, `model`, `retry`, `budget`, `type`, `template`, `tool`, `mcp`, `agent`, `workflow`, `profile` or `test`. Statements stand in a workflow.",
    wrong: flow("return count").replace("workflow", "worklfow"),
    right: flow("return count"),
  },
  T102: {
    about: "A string in quotes stands on one line. A text of several lines is a text block.",
    wrong: agent('prompt: "Write about ${topic}.'),
    right: agent('prompt: "Write about ${topic}."'),
  },
  T103: {
    about: 'A text block begins after `"""` and goes on to the next `"""`, which stands alone on a line. Without it the rest of the file would be text.',
    wrong: block("    Write about ${topic}."),
    right: block('    Write about ${topic}.\n    """'),
  },
  T104: {
    about: "Every bracket is closed by its own kind. Which one is missing is guessed from how the lines are indented.",
    wrong: flow("return max([count, 1)"),
    right: flow("return count + len([count, 1])"),
  },
  T105: {
    about: "A closing bracket ends what was opened last. This one finds nothing open.",
    wrong: flow("return count)"),
    right: flow("return count"),
  },
  T106: {
    about:
      "In a string `${` begins a value and `%{` a directive, and both end with `}`. Where the characters themselves are meant, a backslash stands before them.",
    wrong: agent('prompt: "Write about ${topic."'),
    right: agent('prompt: "Write about ${topic}."'),
  },
  T107: {
    about:
      'The `"""` that opens a text block ends its line, and the `"""` that closes it stands alone on one: its indentation is taken off every line of the text.',
    wrong: block('    Write about ${topic}."""'),
    right: block('    Write about ${topic}.\n    """'),
  },
  T108: {
    about:
      "The indentation of the closing quotes is taken off every line of a text block, so no line may be indented less. Blank lines may, and lines that begin inside a `${}`.",
    wrong: block('  Write about ${topic}.\n    """'),
    right: block('    Write about ${topic}.\n    """'),
  },
  T109: {
    about:
      'A string in quotes knows the escapes `\\n \\t \\r \\" \\\\ \\u{…} \\${`. A backslash that is meant as one is written twice. In a text block backslashes are plain text.',
    wrong: agent('prompt: "Write about \\d ${topic}."'),
    right: agent('prompt: "Write about \\\\d ${topic}."'),
  },
  T110: {
    about:
      "A text knows `%{for x in xs}`, `%{if c}`, `%{else}` and `%{end}`, and nothing more: it is not a template engine. A line that holds only these is no line of the text, so one that ends with `%{end}` ends without a newline.",
    wrong: block('    %{unless topic == ""}\n    Write about ${topic}.\n    %{end}\n    """'),
    right: block('    %{if topic != ""}\n    Write about ${topic}.\n    %{end}\n    """'),
  },
  T111: {
    about: "Every `%{for}` and `%{if}` has its `%{end}`, and an `%{else}` stands between an `%{if}` and that.",
    wrong: block('    %{if topic != ""}\n    Write about ${topic}.\n    """'),
    right: block('    %{if topic != ""}\n    Write about ${topic}.\n    %{end}\n    """'),
  },
  T112: {
    about: "Numbers are written `42` or `0.7`, durations `250ms`, `1.5s`, `2m` or `1h`, money `$0.25` and rates `500/m`, with nothing directly after them.",
    wrong: agent("prompt: topic\n  timeout: 5min"),
    right: agent("prompt: topic\n  timeout: 5m"),
  },
  T113: {
    about: "A new line or a comma stands between two statements or members, so nothing else is needed to end one.",
    wrong: flow("return count;"),
    right: flow("return count"),
  },
  T114: {
    about: "Names and signs are plain ASCII. Any other character can stand in strings and in comments.",
    wrong: flow("let größe = count\n  return größe"),
    right: flow("let size = count\n  return size"),
  },
  T115: {
    about: "There is one way to write a string on a line: in straight double quotes. What is interpolated needs no other quotes.",
    wrong: agent("prompt: 'Write about it.'\n  system: topic"),
    right: agent('prompt: "Write about it."\n  system: topic'),
  },
  T116: {
    about:
      "A comment begins with `//` and goes on to the end of its line. Lines that begin with `///` describe what follows, lines that begin with `//!` the file.",
    wrong: `# Counts.\n${flow("return count")}`,
    right: `// Counts.\n${flow("return count")}`,
  },
  T117: {
    about:
      "The words that open statements and expressions cannot name anything but fields, keys and arguments: `let if else match for in parallel race repeat break return fail ask chat catch with true false null env`.",
    wrong: flow("let match = count\n  return match"),
    right: flow("let found = count\n  return found"),
  },
  T118: {
    about: "Two members, elements, parameters or statements are kept apart by a comma or by a new line; two on a line without a comma are likely to be a slip.",
    wrong: flow("let next = count + 1 return next"),
    right: flow("let next = count + 1\n  return next"),
  },
  T119: {
    about: "A comma stands after a member. One after the last is fine, one without a member before it is not.",
    wrong: flow("return len([count,, 1])"),
    right: flow("return len([count, 1])"),
  },
  T120: {
    about: "Something else is expected at this place. The hint says what can stand there.",
    wrong: `${model}\nagent helper {\n  model: fast\n  prompt: "Begin."\n}\n`,
    right: `${model}\nagent helper() {\n  model: fast\n  prompt: "Begin."\n}\n`,
  },
  T121: {
    about: "A value is missing after an operator, an equals sign or a colon.",
    wrong: flow("return count +"),
    right: flow("return count + 1"),
  },
  T122: {
    about: "Every parameter and every field says its type after a colon.",
    wrong: "workflow main(count) -> int {\n  return count\n}\n",
    right: flow("return count"),
  },
  T123: {
    about:
      "A line that begins with `///` describes the declaration, field or parameter on the line after it, and becomes the description in a JSON Schema. A remark of another kind begins with `//`.",
    wrong: flow("/// One more.\n  return count + 1"),
    right: flow("// One more.\n  return count + 1"),
  },
  T124: {
    about: "Brackets, operators and types may stand 200 deep in one another. What goes deeper was hardly written by a person.",
    wrong: flow(`return ${"(".repeat(201)}count${")".repeat(201)}`),
    right: flow("return (count)"),
  },
  T125: {
    about: "A key and its value are joined by `:`, a name and what it stands for by `=`, a case and its value by `=>`, parameters and a result by `->`.",
    wrong: agent("prompt = topic"),
    right: agent("prompt: topic"),
  },
  T126: {
    about: "This word or operator belongs to another language. The hint says how Tantra says it.",
    wrong: flow("const next = count + 1\n  return next"),
    right: flow("let next = count + 1\n  return next"),
  },
  T127: {
    about: "The body of a declaration, a loop or a branch stands in braces, the first of which stands on the line that opens it.",
    wrong: flow("if count > 3\n    return 3\n  return count"),
    right: flow("if count > 3 {\n    return 3\n  }\n  return count"),
  },
  T128: {
    about: "Only a variable can be given a new value. Values themselves never change: no field of a record and no element of a list is ever replaced.",
    wrong: flow("let pair = [count, 1]\n  pair[0] = 2\n  return len(pair)"),
    right: flow("let pair = [count, 1]\n  pair = [2, 1]\n  return len(pair)"),
  },
};
