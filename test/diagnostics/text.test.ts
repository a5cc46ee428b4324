import { describe, expect, it } from "vitest";
import { clip, pad, textWidth, wrap } from "../../src/diagnostics/text-width.ts";
import { visible } from "../../src/diagnostics/visible.ts";

describe("the width of a text", () => {
  it.each([
    ["plain", 5],
    ["日本", 4],
    ["e\u0301", 1],
    ["👩‍👩‍👧", 2],
    ["✓ ⠋ │", 5],
    ["", 0],
  ])("is what a terminal gives %j: %i", (text, width) => {
    expect(textWidth(text)).toBe(width);
  });

  it("is never passed by a clipped text, which ends in … only where something is cut", () => {
    for (const text of ["short", "a rather longer text", "日本語のテキスト", `${"x".repeat(5000)}`, "👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧"]) {
      for (let width = 0; width < 25; width++) {
        const cut = clip(text, width);
        expect(textWidth(cut)).toBeLessThanOrEqual(width);
        if (textWidth(text) <= width) expect(cut).toBe(text);
        else if (width > 0) expect(cut.endsWith("…")).toBe(true);
      }
    }
  });

  it("is filled up on either side", () => {
    expect([pad("日", 4), pad("7", 3, "start"), pad("long", 2)]).toEqual(["日  ", "  7", "long"]);
  });

  it("bounds the lines of a wrapped text, in which a longer word stays whole", () => {
    expect(wrap("one two three\nfour incomprehensibilities five", 10)).toEqual(["one two", "three", "four", "incomprehensibilities", "five"]);
  });
});

describe("what could steer a terminal", () => {
  it("is made visible: escapes, carriage returns, C1 controls, and what turns the direction of text", () => {
    expect(visible("a\x1b[31m\rb\x07\x7f\x9b1m\u202eevil\u2066")).toBe("a␛[31m␍b␇␡<U+009B>1m<U+202E>evil<U+2066>");
  });

  it("leaves newlines and tabs, but on one line", () => {
    expect([visible("a\n\tb"), visible("a\n\tb", true)]).toEqual(["a\n\tb", "a␊ b"]);
  });
});
