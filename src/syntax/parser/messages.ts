import { type IToken, type TokenType, tokenMatcher } from "chevrotain";
import { suggest } from "../../diagnostics/suggest.ts";
import {
  Any,
  Arrow,
  Colon,
  Dot,
  declarationWords,
  Equals,
  FatArrow,
  For,
  From,
  In,
  LeftCurly,
  LeftRound,
  LeftSquare,
  Less,
  Minus,
  Name,
  Plain,
  reserved,
  spelling,
} from "../tokens.ts";
import type { Mismatch, Told } from "./mistake.ts";

/** What a list holds, as its messages call one member. */
export type Member = "declaration" | "statement" | "option" | "entry" | "field" | "parameter" | "argument" | "element" | "arm" | "name" | "message" | "step";

const declarations = declarationWords.map(spelling);
const typeWords = ["string", "int", "float", "bool", "json", "image", "file"];
const words = declarations.map((word) => `\`${word}\``);

/** A token as a message shows it. */
export function shown(token: IToken): string {
  if (token.image === "") return "the end of the file";
  const line = token.image.split("\n", 1)[0] ?? "";
  if (line.startsWith('"')) return line.length > 24 ? `${line.slice(0, 20)}…"` : line.replace(/^"""$/, '"""');
  return `"${line.length > 24 ? `${line.slice(0, 20)}…` : line}"`;
}

/** A token that is wanted: a sign or a word as it is typed, anything else by what it is. */
function labelOf({ LABEL, name }: TokenType): string {
  return LABEL === undefined ? name : LABEL.replace(/^"(.*)"$/, "`$1`");
}

export function isReserved(token: IToken): boolean {
  return reserved.includes(token.tokenType);
}

function reservedWord(token: IToken, what: string): Told {
  return { code: "T117", message: `"${token.image}" is a reserved word and cannot name ${what}.`, hint: `Choose another name, such as "${token.image}_".` };
}

const named: Readonly<Record<string, string>> = {
  ...Object.fromEntries(declarations.map((word) => [word, /^[aeiou]/.test(word) ? `an ${word}` : `a ${word}`])),
  import: "an import",
  mcp: "an mcp server",
  type_decl: "a type",
  params: "a parameter",
  field: "a field",
  statement: "a variable",
  for: "a variable",
  text: "a variable",
  expr: "an error",
  type_part: "a type",
  chat: "an agent",
  outcome: "a class of failure",
  expect: "a class of failure",
  fake: "what is faked",
};

/** What to say where `rule` needs `expected` and finds another token. */
export function mismatch({ rule, expected, previous, actual }: Mismatch): Told {
  const before = shown(previous);
  const generic = genericType(previous, actual);
  if (generic !== undefined) return generic;
  if (expected === Name) {
    const what = named[rule] ?? "this";
    if (isReserved(actual)) return reservedWord(actual, what);
    const hint = tokenMatcher(actual, Plain) ? "Write the name without quotes." : `Write the name of ${what} after ${before}.`;
    return { code: "T120", message: `The name of ${what} is missing.`, hint, missing: !tokenMatcher(actual, Plain) };
  }
  if (expected === Any) return { code: "T120", message: `A name is missing after ${before}.`, hint: "Write the name of a field.", missing: true };
  if (expected === Colon) return colonMissing(rule, previous, actual);
  if (expected === LeftCurly) return bracesMissing(rule, previous, actual);
  if (expected === LeftRound && rule === "params") return paramsMissing(previous, actual);
  if (expected === FatArrow) {
    const sign = actual.tokenType === Colon || actual.tokenType === Arrow || actual.tokenType === Equals;
    const message = sign ? `A case and its value are joined by \`=>\`, not by ${shown(actual)}.` : `The \`=>\` after the case ${before} is missing.`;
    return { code: sign ? "T125" : "T120", message, hint: `Write \`${previous.image} => …\`.`, missing: !sign };
  }
  if (expected === Equals) {
    if (actual.tokenType === Colon)
      return { code: "T125", message: `${before} and its value are joined by \`=\`, not by ":".`, hint: `Write \`${previous.image} = …\`.` };
    const hint = rule === "model" ? `Write \`model ${previous.image} = PROVIDER("id")\`.` : `Write \`${previous.image} = …\`.`;
    return { code: "T121", message: `The value of ${before} is missing.`, hint, missing: true };
  }
  if (expected === From) {
    const near = suggest(actual.image, ["from"]);
    if (near !== undefined) return { code: "T120", message: `${shown(actual)} cannot stand here.`, hint: `Did you mean "${near}"?` };
    const hint = rule === "import" ? 'Write `from "./FILE.tantra"` after the names.' : 'Write `from "./FILE.ts"` after its result.';
    return { code: "T120", message: `Where the ${rule} comes from is missing.`, hint, missing: true };
  }
  if (expected === In) return { code: "T120", message: "The `in` of the loop is missing.", hint: `Write \`for ${previous.image} in LIST\`.`, missing: true };
  if (expected === Plain) {
    const message = `A plain string is missing after ${before}.`;
    return {
      code: "T120",
      message,
      hint: rule === "test" ? 'Write `test "what holds" { … }`.' : 'Write a path such as `"./FILE"`, without `${}`.',
      missing: true,
    };
  }
  const label = labelOf(expected);
  return { code: "T120", message: `${label} is missing after ${before}.`, hint: `Write ${label} before ${shown(actual)}.`, missing: true };
}

/** `list<string>`: only `map` has a type in angle brackets. */
function genericType(previous: IToken, actual: IToken): Told | undefined {
  if (actual.tokenType !== Less || !tokenMatcher(previous, Name)) return undefined;
  const hint = "Write `TYPE[]` for a list, `map<TYPE>` for a map, `TYPE?` for what may be null.";
  return { code: "T126", message: `There is no type "${previous.image}<…>".`, hint };
}

function colonMissing(rule: string, previous: IToken, actual: IToken): Told {
  const key = previous.image;
  const sign = actual.tokenType === Equals || actual.tokenType === Arrow || actual.tokenType === FatArrow;
  if (rule === "field" || rule === "params") {
    if (sign && actual.tokenType !== Equals)
      return { code: "T125", message: `"${key}" and its type are joined by \`:\`, not by ${shown(actual)}.`, hint: `Write \`${key}: TYPE\`.` };
    // `topic string` and `string topic` of other languages.
    const swapped = typeWords.includes(key) && tokenMatcher(actual, Name);
    const [name, type] = swapped ? [actual.image, key] : [key, typeWords.includes(actual.image) ? actual.image : undefined];
    const hint = type === undefined ? `Write \`${name}: string\`, or another type.` : `Write \`${name}: ${type}\`.`;
    return { code: "T122", message: `The type of "${name}" is missing.`, hint, missing: true };
  }
  if (sign) return { code: "T125", message: `${shown(previous)} and its value are joined by \`:\`, not by ${shown(actual)}.`, hint: `Write \`${key}: …\`.` };
  return { code: "T125", message: `The \`:\` after ${shown(previous)} is missing.`, hint: `Write \`${key}: …\`.`, missing: true };
}

function bracesMissing(rule: string, previous: IToken, actual: IToken): Told {
  const code = "T127";
  const hint = "Write `{ … }` around the body, with the `{` on this line.";
  const word = foreignWord(actual.image);
  if (word !== undefined) return { code: "T126", message: `There is no ${shown(actual)} in Tantra.`, hint: word };
  if (actual.tokenType === Colon && (rule === "agent" || rule === "workflow")) {
    return {
      code: "T125",
      message: `The result of the ${rule} stands behind \`->\`, not behind ":".`,
      hint: "Write `-> TYPE {`, or `{` where it gives a text.",
    };
  }
  if (["retry", "budget", "mcp", "agent", "workflow", "test", "profile"].includes(rule)) {
    return { code, message: `The body of the ${rule} has no opening \`{\`.`, hint, missing: true };
  }
  if (rule === "object") return { code, message: `The options after ${shown(previous)} have no \`{\`.`, hint: "Write `{ key: value }`.", missing: true };
  return { code, message: `The block after ${shown(previous)} has no opening \`{\`.`, hint, missing: true };
}

function paramsMissing(previous: IToken, actual: IToken): Told {
  if (actual.tokenType === Minus) return { code: "T120", message: 'A name has no "-" in it.', hint: `Write \`_\` in its place: \`${previous.image}_…\`.` };
  return {
    code: "T120",
    message: `The parameters of "${previous.image}" are missing.`,
    hint: `Write \`${previous.image}()\`, with its parameters if it has any.`,
    missing: true,
  };
}

/** What to say where none of a rule's alternatives begins with the token that stands there. */
export function noAlternative(rule: string, previous: IToken, actual: IToken, here: boolean): Told {
  const before = shown(previous);
  const word = foreignWord(actual.image);
  switch (rule) {
    case "type_part":
      if (isReserved(actual) && here) {
        return { ...reservedWord(actual, "a type"), hint: `Choose another name; a text is written in quotes: \`"${actual.image}"\`.` };
      }
      if (actual.tokenType === LeftSquare) {
        const hint = 'Write `TYPE[]` for a list, `"one" | "other"` for one of several texts.';
        return { code: "T126", message: "A type does not begin with a bracket.", hint };
      }
      return {
        code: "T122",
        message: `A type is missing after ${before}.`,
        hint: "Write `string`, `int`, `float`, `bool`, `json`, a list such as `string[]`, or a type's name.",
        missing: true,
      };
    case "template":
      return { code: "T121", message: "The text of the template is missing.", hint: 'Write `"""`, the text and `"""`, or `from "./FILE"`.', missing: true };
    case "type_decl":
      return {
        code: "T122",
        message: `The type ${before} says nothing.`,
        hint: `Write \`type ${previous.image} { field: string }\`, or \`type ${previous.image} = TYPE\`.`,
        missing: true,
      };
    case "messages":
      return {
        code: "T120",
        message: `A message begins with its role, not with ${shown(actual)}.`,
        hint: 'Write `system "…"`, `user "…"` or `assistant "…"`.',
      };
    case "pattern":
      return { code: "T120", message: `${shown(actual)} is no case of a match.`, hint: 'Write a string, `true`, `false`, `null`, `{ FIELD: "…" }` or `_`.' };
    case "fake":
      return { code: "T120", message: "What is faked is missing.", hint: "Write `fake NAME -> VALUE`.", missing: true };
    case "string":
    case "ask":
      return { code: "T121", message: `A string is missing after ${before}.`, hint: 'Write `"…"`.', missing: true };
    case "parallel":
      return {
        code: "T127",
        message: "`parallel` is followed by neither a loop nor a block.",
        hint: "Write `parallel { … }` or `parallel for x in xs { … }`.",
        missing: true,
      };
    case "postfix":
      return { code: "T120", message: `A name is missing after ${before}.`, hint: "Write the name of a field.", missing: true };
    default:
      if (word !== undefined) return { code: "T126", message: `There is no ${shown(actual)} in Tantra.`, hint: word };
      if (here && isReserved(actual)) return reservedWord(actual, "a value");
      if (here && (actual.tokenType === Equals || actual.tokenType === FatArrow)) {
        return { code: "T125", message: `${shown(actual)} cannot stand after ${before}.`, hint: "Two values are compared by `==`." };
      }
      return {
        code: "T121",
        message: `A value is missing after ${before}.`,
        hint: tokenMatcher(actual, Dot) ? 'Write a path in quotes: `"./FILE"`.' : "Write a value: a name, a string, a number, a list or a call.",
        missing: true,
      };
  }
}

const foreignWords: Readonly<Record<string, string>> = {
  const: "Write `let NAME = VALUE`.",
  var: "Write `let NAME = VALUE`.",
  elif: "Write `else if`.",
  elsif: "Write `else if`.",
  elseif: "Write `else if`.",
  while: "Write `repeat(max: N) { … }` with an `if` and a `break`.",
  until: "Write `repeat(max: N) { … }` with an `if` and a `break`.",
  switch: "Write `match VALUE { … }`.",
  case: 'Write `"CASE" => VALUE` in a `match`.',
  try: "Write `VALUE catch err { … }`.",
  throw: 'Write `fail "why"`.',
  raise: 'Write `fail "why"`.',
  await: "Leave it out: a call is waited for.",
  async: "Leave it out; what runs at the same time stands in `parallel { … }`.",
  new: "Leave it out: a record is written `{ FIELD: VALUE }`.",
  and: "Write `&&`.",
  or: "Write `||`.",
  not: "Write `!`.",
  is: "Write `==`.",
  function: "Write `workflow NAME(…) { … }`, or a tool in TypeScript.",
  func: "Write `workflow NAME(…) { … }`, or a tool in TypeScript.",
  fn: "Write `workflow NAME(…) { … }`, or a tool in TypeScript.",
  def: "Write `workflow NAME(…) { … }`, or a tool in TypeScript.",
  class: "Write `type NAME { … }`.",
  interface: "Write `type NAME { … }`.",
  struct: "Write `type NAME { … }`.",
  record: "Write `type NAME { … }`.",
  enum: 'Write `type NAME = "one" | "other"`.',
  export: "Leave it out: every declaration can be imported.",
  require: 'Write `import { NAME } from "./FILE.tantra"`.',
  prompt: "Write `template NAME(…)`, or a `prompt` in an agent.",
  llm: 'Write `model NAME = PROVIDER("id")`.',
  undefined: "Write `null`.",
  None: "Write `null`.",
  nil: "Write `null`.",
  True: "Write `true`.",
  False: "Write `false`.",
};

/** What to write in place of a word that other languages have. */
export function foreignWord(word: string): string | undefined {
  return Object.hasOwn(foreignWords, word) ? foreignWords[word] : undefined;
}

/** What to say about a word at the top of a file that opens no declaration; `meant` is the one it was likely to be. */
export function notADeclaration(token: IToken): Told & { readonly meant?: string } {
  const code = "T101";
  const foreign = foreignWord(token.image);
  if (foreign !== undefined) return { code: "T126", message: `There is no "${token.image}" in Tantra.`, hint: foreign };
  if (isReserved(token)) return { code, message: `${shown(token)} stands outside of any workflow.`, hint: "Put statements into `workflow NAME() { … }`." };
  const meant = tokenMatcher(token, Name) ? suggest(token.image, declarations) : undefined;
  if (meant !== undefined) return { code, message: `There is no declaration "${token.image}".`, hint: `Did you mean "${meant}"?`, meant };
  return {
    code,
    message: `${shown(token)} begins no declaration.`,
    hint:
      token.tokenType === Arrow
        ? "A result stands behind the parameters: `tool NAME(…) -> TYPE from …`."
        : `A declaration begins with ${words.slice(0, -1).join(", ")} or ${words.at(-1)}.`,
  };
}

/** What to say where a member of a list cannot begin with the token that stands there. */
export function notAMember(member: Member, token: IToken): Told {
  const article = /^[aeiou]/.test(member) ? "An" : "A";
  const hints: Readonly<Record<Member, string>> = {
    declaration: `Write ${words.slice(0, -1).join(", ")} or ${words.at(-1)}.`,
    statement: "Write `let NAME = VALUE`, `NAME = VALUE`, `return VALUE`, or a call.",
    option: "Write `KEY: VALUE`.",
    entry: 'Write `KEY: VALUE`, or `"KEY": VALUE`.',
    field: "Write `NAME: TYPE`.",
    parameter: "Write `NAME: TYPE`.",
    argument: "Write `VALUE`, or `NAME: VALUE`.",
    element: "Write a value.",
    arm: 'Write `"CASE" => VALUE`.',
    name: "Write the names to import: `{ a, b as c }`.",
    message: 'Write `system "…"`, `user "…"` or `assistant "…"`.',
    step: "Write `fake`, `expect`, `replay`, or a statement.",
  };
  const foreign = foreignWord(token.image);
  if (foreign !== undefined) return { code: "T126", message: `There is no ${shown(token)} in Tantra.`, hint: foreign };
  if (isReserved(token) && (member === "parameter" || member === "name")) return reservedWord(token, member === "name" ? "an import" : "a parameter");
  return { code: "T120", message: `${article} ${member} cannot begin with ${shown(token)}.`, hint: hints[member] };
}

/** What else to say of a token that goes on with something which does not take it. */
function belongs(token: IToken): string {
  if (token.tokenType === LeftCurly) return "; a block belongs to `if`, `for`, `repeat`, `parallel`, `race` or `catch`";
  return token.tokenType === For ? "; before a `for` only `parallel(…)` may stand" : "";
}

/** What to say where a member ends on a line on which something follows it. */
export function notSeparated(member: Member, previous: IToken, next: IToken): Told {
  const generic = genericType(previous, next);
  if (generic !== undefined) return generic;
  const foreign = foreignWord(previous.image);
  if (foreign !== undefined && tokenMatcher(next, Any)) return { code: "T126", message: `There is no ${shown(previous)} in Tantra.`, hint: foreign };
  const word = foreignWord(next.image);
  if (word !== undefined) return { code: "T126", message: `There is no ${shown(next)} in Tantra.`, hint: word };
  if (next.tokenType === Equals && (member === "statement" || member === "step")) {
    return {
      code: "T128",
      message: `${shown(previous)} is a part of a value, and values do not change.`,
      hint: "Give the variable a whole new value: `NAME = VALUE`.",
    };
  }
  if (next.tokenType === Colon && (member === "statement" || member === "step")) {
    return {
      code: "T120",
      message: `${shown(previous)} is followed by ":", but no option can stand here.`,
      hint: "Options stand before the first statement; a value is set with `=`.",
    };
  }
  if (
    (next.tokenType === Equals || next.tokenType === FatArrow || next.tokenType === Arrow) &&
    (member === "argument" || member === "entry" || member === "option")
  ) {
    return { code: "T125", message: `${shown(previous)} and its value are joined by \`:\`, not by ${shown(next)}.`, hint: `Write \`${previous.image}: …\`.` };
  }
  if (next.tokenType.name === "Question") {
    return { code: "T126", message: 'There is no "? :" in Tantra.', hint: "Write `if CONDITION { VALUE } else { VALUE }`." };
  }
  if (/^[a-z]{1,2}$/.test(previous.image) && next.image.startsWith('"') && next.startOffset === previous.startOffset + previous.image.length) {
    return {
      code: "T126",
      message: `There is no ${shown(previous)} before a string in Tantra.`,
      hint: "Leave it out: `${NAME}` is filled in, in every string.",
    };
  }
  const hint = member === "declaration" ? "Begin each declaration on a line of its own." : `Write a comma between them, or begin a new line${belongs(next)}.`;
  return { code: "T118", message: `Neither a comma nor a new line separates ${shown(previous)} from ${shown(next)}.`, hint };
}
