import { expect, expectTypeOf, test } from "vitest";
import { type TemplateValue, template, type VariablesOf } from "../../src/embed/template.ts";

test("a template fills in its variables; numbers and bools are written as JSON has them", () => {
  const letter = template("Dear ${name}, ${count} letters came. Open: ${open}. ${name}!");
  expect(letter({ name: "Ada", count: 3, open: true })).toBe("Dear Ada, 3 letters came. Open: true. Ada!");
  expect(letter.variables).toEqual(["name", "count", "open"]);
  expect(template("Nothing to fill in.")()).toBe("Nothing to fill in.");
});

test("what a value holds is not looked into", () => {
  expect(template("${a}${b}")({ a: "${b}", b: "\\${a} $&" })).toBe("${b}\\${a} $&");
});

test("an escaped dollar is a dollar", () => {
  expect(template("Costs \\${price}, for ${name}.")({ name: "Ada" })).toBe("Costs ${price}, for Ada.");
});

test("a missing variable does not compile, and throws", () => {
  const letter = template("Dear ${name}, from ${sender}");
  expectTypeOf(letter).parameter(0).toEqualTypeOf<{ readonly name: TemplateValue; readonly sender: TemplateValue }>();
  expectTypeOf<VariablesOf<"no variables">>().toEqualTypeOf<never>();
  expectTypeOf<VariablesOf<"\\${not} ${yes}">>().toEqualTypeOf<"yes">();
  // @ts-expect-error: `sender` is missing
  expect(() => letter({ name: "Ada" })).toThrow('The template\'s variable "sender" is missing.');
  // @ts-expect-error: there is no argument at all
  expect(() => letter()).toThrow('"name" is missing');
});

test("an unknown variable and one that is no text are said", () => {
  const letter = template("Dear ${name}");
  // @ts-expect-error: there is no `nmae`
  expect(() => letter({ name: "Ada", nmae: "Ada" })).toThrow(expect.objectContaining({ code: "T621", hint: 'Did you mean "name"?' }));
  // @ts-expect-error: a list is no text
  expect(() => letter({ name: ["Ada"] })).toThrow('The template\'s variable "name" is no text, number or bool.');
});

test("a text that is known only when it runs takes any names, and is held to its own", () => {
  const text: string = ["Dear ", "name}"].join("${");
  expect(template(text)({ name: "Ada" })).toBe("Dear Ada");
  expect(() => template(text)({})).toThrow("is missing");
  expect(() => template("${a.b}")).toThrow('"${a.b}" is no variable of a template.');
});
