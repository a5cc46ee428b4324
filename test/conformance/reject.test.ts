import { expect, test } from "vitest";
import { projectFiles, read } from "../repo/files.ts";
import { checkFiles, filesOf } from "./program.ts";

/** `README.md` in this folder is the contract of these cases. */

/** "main.tantra:3 T501 part of message" for every marker of a chunk. */
function markersOf(files: ReadonlyMap<string, string>): readonly { place: string; code: string; part: string | undefined }[] {
  const markers: { place: string; code: string; part: string | undefined }[] = [];
  for (const [name, text] of files) {
    for (const [index, line] of text.split("\n").entries()) {
      const marks = /\/\/!((?:\s+T\d{3}(?:\s+"(?:[^"\\]|\\.)*")?)+)\s*$/.exec(line)?.[1] ?? "";
      for (const [, code, part] of marks.matchAll(/(T\d{3})(?:\s+("(?:[^"\\]|\\.)*"))?/g)) {
        markers.push({ place: `${name}:${index + 1}`, code: code ?? "", part: part === undefined ? undefined : (JSON.parse(part) as string) });
      }
    }
  }
  return markers;
}

function chunksOf(text: string): readonly { line: number; text: string }[] {
  const chunks: { line: number; text: string }[] = [];
  let line = 1;
  for (const chunk of text.split(/^-{10,}$\n?/m)) {
    chunks.push({ line, text: chunk });
    line += chunk.split("\n").length;
  }
  return chunks;
}

for (const path of projectFiles("test/conformance/reject", ".tantra")) {
  for (const chunk of chunksOf(read(path))) {
    test(`${path}:${chunk.line} is rejected as it says, and for nothing else`, () => {
      const files = filesOf(chunk.text);
      const program = checkFiles(files);
      const raised = program.diagnostics.map(({ code, message, span }) => {
        const source = program.files.find((file) => file.path === span.file)?.source ?? program.texts.get(span.file)?.source;
        return { place: `${span.file}:${source?.position(span.start).line ?? 0}`, code, message };
      });
      const markers = markersOf(files);
      const short = (one: { place: string; code: string }): string => `${one.place} ${one.code}`;
      expect(raised.map(short).sort(), raised.map((one) => `${short(one)} ${one.message}`).join("\n")).toEqual(markers.map(short).sort());
      for (const { place, code, part } of markers) {
        if (part === undefined) continue;
        const messages = raised.filter((one) => one.place === place && one.code === code).map(({ message }) => message);
        expect(
          messages.some((message) => message.includes(part)),
          `${place} ${code} says ${JSON.stringify(part)}, not ${JSON.stringify(messages)}`,
        ).toBe(true);
      }
    });
  }
}

test("what an author may have meant, and what there is not, stands in double quotes in every message", () => {
  for (const path of projectFiles("test/conformance/reject", ".tantra")) {
    for (const chunk of chunksOf(read(path))) {
      for (const { message, hint = "" } of checkFiles(filesOf(chunk.text)).diagnostics)
        expect(`${message} ${hint}`).not.toMatch(/Did you mean `\w+`|There is no [\w ]*`/);
    }
  }
});

test("every case has a marker: a chunk without one would be no case", () => {
  for (const path of projectFiles("test/conformance/reject", ".tantra")) {
    for (const chunk of chunksOf(read(path))) expect(markersOf(filesOf(chunk.text)).length, `${path}:${chunk.line}`).toBeGreaterThan(0);
  }
});
