import { describe, expect, it } from "vitest";
import type { Paint } from "../../src/diagnostics/paint.ts";
import { renderDiagnostic, renderFailure } from "../../src/diagnostics/render.ts";
import { Source } from "../../src/diagnostics/source.ts";

const text = 'agent writer() {\n  model: wrtier\n  prompt: """\n    Hi\n    """\n}\n';
const main = new Source("main.tantra", text);
const source = (path: string) => (path === "main.tantra" ? main : undefined);
const at = (words: string) => ({ file: "main.tantra", start: text.indexOf(words), end: text.indexOf(words) + words.length });

describe("a message", () => {
  it("shows title, sentence, line, second place and hint", () => {
    const rendered = renderDiagnostic(
      {
        code: "T201",
        severity: "error",
        message: 'There is no model "wrtier".',
        span: at("wrtier"),
        related: [{ span: at("writer"), message: "an agent" }],
        hint: 'Did you mean "writer"?',
      },
      { source },
    );
    expect(rendered).toBe(
      [
        "error T201: unknown name",
        'There is no model "wrtier".',
        "",
        "    ┌─ main.tantra:2:10",
        "  2 │   model: wrtier",
        "    │          ^^^^^^",
        "",
        "    ┌─ main.tantra:1:7",
        "  1 │ agent writer() {",
        "    │       ────── an agent",
        "",
        'Did you mean "writer"?',
      ].join("\n"),
    );
  });

  it("of several lines is underlined on its first and says where it ends", () => {
    const rendered = renderDiagnostic({ code: "T103", severity: "warning", message: "M.", span: at('prompt: """\n    Hi\n    """') }, { source });
    expect(rendered).toContain('  3 │   prompt: """\n    │   ^^^^^^^^^^^ to line 5');
  });

  it("without the file's text still names the file", () => {
    const rendered = renderDiagnostic({ code: "T201", severity: "error", message: "M.", span: { file: "gone.tantra", start: 3, end: 4 } }, { source });
    expect(rendered).toContain("┌─ gone.tantra");
  });

  it("is coloured only through what paints, which never changes a text's width", () => {
    const marks: string[] = [];
    const paint: Paint = (role, piece) => {
      marks.push(`${role}:${piece}`);
      return piece;
    };
    const diagnostic = { code: "T201", severity: "error", message: "M.", span: at("wrtier"), hint: "H." } as const;
    expect(renderDiagnostic(diagnostic, { source, paint })).toBe(renderDiagnostic(diagnostic, { source }));
    expect(marks).toEqual(expect.arrayContaining(["error:error T201", "error:^^^^^^", "hint:H.", "place:main.tantra:2:10"]));
  });
});

describe("what stopped a run", () => {
  it("shows the word at its place, the step, and what came of the other branches", () => {
    const other = (path: string) => ({ code: "T606", class: "server_error", message: `${path} is down.`, path });
    const rendered = renderFailure(
      {
        code: "T601",
        class: "rate_limit",
        message: "Busy\x1b[2J.",
        path: "main/found[2]/writer",
        place: "main.tantra:2:3",
        hint: "Wait.",
        others: ["a", "b", "c", "d", "e", "f"].map(other),
      },
      { source, width: 80 },
    );
    expect(rendered).toBe(
      [
        "error T601: rate limit reached",
        "Busy␛[2J.",
        "",
        "    ┌─ main.tantra:2:3 in main/found[2]/writer",
        "  2 │   model: wrtier",
        "    │   ^^^^^",
        "",
        "Other branches:",
        "  · a: a is down.",
        "  · b: b is down.",
        "  · c: c is down.",
        "  · d: d is down.",
        "  · e: e is down.",
        "  · and 1 more",
        "",
        "Wait.",
      ].join("\n"),
    );
  });
});
