import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { Message } from "../../src/agent/provider.ts";
import { loadProgram, type RunEvent, runProgram } from "../../src/index.ts";
import { folder } from "./folder.ts";

const png = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=", "base64");
const pdf = Buffer.from("%PDF-1.4\n%…\n");
const program = `provider llm = simulator
model m = llm("gpt-5") { max_tokens: 100 }

template rules(tone: string) """
  Rules: \${tone}.
  """ { cache: true }

agent looker(photo: image, papers: file[], more: image?) {
  model: m
  cache: true
  system: "You look."
  prompt: """
    \${rules("dry")}
    See \${photo} and
    %{for paper in papers}
    \${paper}
    %{end}
    %{if more != null}
    also \${more}
    %{end}
    Done?
    """
}
`;

async function looked(input: Readonly<Record<string, string | string[]>>, cwd: string): Promise<readonly Message[]> {
  const events: RunEvent[] = [];
  await runProgram(await loadProgram("main.tantra", { cwd }), { input, env: {}, cwd, onEvent: (event) => events.push(event) });
  return events.flatMap((event) => (event.type === "model.requested" ? event.request.messages : []));
}

test("images and files stand in a message where the author put them, named in events and carried beside them", async () => {
  const cwd = folder({ "main.tantra": program, "cat.png": png, "paper.pdf": pdf, "notes.md": "# Notes" });
  const [system, user] = await looked({ photo: "cat.png", papers: ["paper.pdf", "notes.md"], more: "https://a.example/pics/dog.jpg?x=1" }, cwd);
  expect(system).toEqual({ role: "system", content: "You look.", parts: [{ type: "text", text: "You look.", cache: true }] });
  expect(JSON.parse(JSON.stringify(user))).toEqual({
    role: "user",
    content: "Rules: dry.\nSee  and\n\n\nalso \nDone?",
    parts: [
      { type: "text", text: "Rules: dry.", cache: true },
      { type: "text", text: "\nSee " },
      { type: "image", mediaType: "image/png", name: "cat.png", sha256: createHash("sha256").update(png).digest("hex"), size: png.length },
      { type: "text", text: " and\n" },
      { type: "file", mediaType: "application/pdf", name: "paper.pdf", sha256: createHash("sha256").update(pdf).digest("hex"), size: pdf.length },
      { type: "text", text: "\n" },
      { type: "file", mediaType: "text/markdown", name: "notes.md", sha256: createHash("sha256").update("# Notes").digest("hex"), size: 7 },
      { type: "text", text: "\nalso " },
      { type: "image", mediaType: "image/jpeg", name: "dog.jpg", url: "https://a.example/pics/dog.jpg?x=1" },
      { type: "text", text: "\nDone?" },
    ],
  });
  const part = user?.role === "user" ? user.parts?.[2] : undefined;
  expect(part?.type === "image" ? part.data?.() : undefined).toBe(png.toString("base64"));
});

test("an image may be a message of its own, and come as a data: URL", async () => {
  const cwd = folder({
    "main.tantra": 'provider llm = simulator\nmodel m = llm("x")\nagent looker(photo: image) { model: m, messages: [user photo, user "What is it?"] }',
  });
  const messages = await looked({ photo: `data:image/png;base64,${png.toString("base64")}` }, cwd);
  expect(JSON.parse(JSON.stringify(messages))).toEqual([
    { role: "user", content: "", parts: [{ type: "image", mediaType: "image/png", size: png.length }] },
    { role: "user", content: "What is it?" },
  ]);
});

test("what cannot be opened is said before anything runs", async () => {
  const cwd = folder({ "main.tantra": program, "cat.png": png, "words.png": "no image at all", "empty.pdf": "" });
  const why = async (photo: string, papers: string[] = []) =>
    looked({ photo, papers }, cwd).catch((error: { code: string; message: string; others: { message: string }[] }) => [
      error.code,
      error.message,
      ...error.others.map(({ message }) => message),
    ]);
  expect(await why("dog.png", ["empty.pdf"])).toEqual(["T623", 'There is no image "dog.png".', '"empty.pdf" is empty.']);
  expect(await why(".")).toEqual(["T623", '"." is a folder, and an image is needed.']);
  expect(await why("main.tantra")).toEqual(["T623", '"main.tantra" is no image of a type that is known.']);
  expect(await why("words.png")).toEqual(["T623", '"words.png" is no image of a type that is known.']);
});

test("a text that says what is cached goes out whole where nothing is to be marked", async () => {
  const cwd = folder({ "main.tantra": 'provider llm = simulator\nmodel m = llm("x")\nagent a() { model: m, system: "S", prompt: "P" }' });
  expect(await looked({}, cwd)).toEqual([
    { role: "system", content: "S" },
    { role: "user", content: "P" },
  ]);
});
