import { expect, test } from "vitest";
import { misplacedSystem, type SystemPlaces } from "../../src/diagnostics/system-places.ts";

const words = { s: "system", u: "user", a: "assistant", t: "tool" } as const;
/** `su` is a system text, then one of the user's. The index of the text that is out of place, or undefined. */
const misplaced = (turns: string, places: SystemPlaces) =>
  misplacedSystem(
    [...turns].map((letter) => words[letter as keyof typeof words]),
    places,
  )?.index;

test.each<readonly [SystemPlaces, readonly string[], readonly (readonly [turns: string, index: number])[]]>([
  ["anywhere", ["u", "su", "ssu", "usu", "uass"], []],
  [
    "leading",
    ["u", "su", "ssu", "ssuau"],
    [
      ["us", 1],
      ["susau", 2],
    ],
  ],
  [
    "first",
    ["u", "su", "suau"],
    [
      ["ssu", 1],
      ["sus", 2],
      ["us", 1],
    ],
  ],
  [
    "before_answers",
    ["u", "ssu", "sus", "susau", "uats", "uatsa"],
    [
      ["usu", 1],
      ["uss", 1],
      ["uas", 2],
      ["susasu", 4],
    ],
  ],
])("%s", (places, taken, refused) => {
  expect(taken.map((turns) => misplaced(turns, places))).toEqual(taken.map(() => undefined));
  expect(refused.map(([turns]) => [turns, misplaced(turns, places)])).toEqual(refused);
});
