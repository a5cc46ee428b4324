import { expect, test } from "vitest";
import { Source } from "../../../src/diagnostics/source.ts";
import { lex } from "../../../src/syntax/lexer/lex.ts";

/** "Name x, Colon :, …" for the tokens of a text. */
function tokens(text: string): string {
  return lex(new Source("x", text), "code")
    .tokens.map(({ tokenType, image }) => `${tokenType.name} ${image}`)
    .join(", ");
}

test.each([
  ["topic: string", "Identifier topic, Colon :, Identifier string"],
  ["let lets _ _a a1", "Let let, Identifier lets, Underscore _, Identifier _a, Identifier a1"],
  ["a->b=>c", "Identifier a, Arrow ->, Identifier b, FatArrow =>, Identifier c"],
  ["a-b- >c", "Identifier a, Minus -, Identifier b, Minus -, Greater >, Identifier c"],
  ["a==b=c!=!d", "Identifier a, SameAs ==, Identifier b, Equals =, Identifier c, NotSameAs !=, Not !, Identifier d"],
  ["a<=b<c>=d>e", "Identifier a, AtMost <=, Identifier b, Less <, Identifier c, AtLeast >=, Identifier d, Greater >, Identifier e"],
  ["a||b|c??d?", "Identifier a, Either ||, Identifier b, Bar |, Identifier c, OrElse ??, Identifier d, Question ?"],
  ["f(x).y[0]", "Identifier f, LeftRound (, Identifier x, RightRound ), PlainDot ., Identifier y, LeftSquare [, PlainNumber 0, RightSquare ]"],
  ["1 1.5 30s 500/m $0.5", "PlainNumber 1, PlainNumber 1.5, Duration 30s, Rate 500/m, Money $0.5"],
  ["1..2 3x", "BadNumber 1..2, BadNumber 3x"],
  ["a-=1", "Identifier a, ForeignOperator -=, PlainNumber 1"],
  ["a?.b", "Identifier a, OptionalDot ?., Identifier b"],
  ["a*b/c+d// e", "Identifier a, Star *, Identifier b, Slash /, Identifier c, Plus +, Identifier d"],
  ['"" "a b" "\\n" "${x}"', 'PlainString "", PlainString "a b", PlainString "\\n", StringOpen ", Hole ${, Identifier x, RightCurly }, StringClose "'],
  ['"""\na\n"""', 'TextOpen """\n, TextChunk a, TextClose \n"""'],
])("%j is read as what it is, whatever stands next to it", (text, expected) => {
  expect(tokens(text)).toBe(expected);
});
