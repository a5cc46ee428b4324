import { describe, expect, test } from "vitest";
import type { RunReport } from "../../src/report/result.ts";
import { folder } from "../host/folder.ts";
import { tantra } from "./tantra.ts";

const files = {
  "package.json": "{}",
  "p.tantra": `provider llm = simulator
model small = llm("sim-small")
agent writer(topic: string) { model: small, prompt: topic }
tool send(to: string) -> string from "./send.ts" { approve: true }
workflow publish() -> bool {
  parallel {
    let sent = send(to: "ada@example.com")
    let draft = writer("tides")
  }
  return ask "Publish \${draft} (\${sent})?" -> bool
}
workflow plain() -> bool { ask "Sure?" -> bool }
`,
  "send.ts": "export const send = ({ to }: { to: string }) => { throw new Error(`sent to ${to}`); };",
};

describe("a run without a terminal that needs a person", () => {
  test("does all that needs nobody, stops with exit code 4 and says how to answer", async () => {
    const ran = await tantra(["run", "p.tantra", "publish"], { cwd: folder(files) });
    expect(ran.code).toBe(4);
    expect(ran.stdout).toBe("");
    expect(ran.stderr).toContain("publish/parallel/draft/writer: done in");
    expect(ran.stderr).not.toContain("abandoned");
    expect(ran.stderr).toMatch(
      /waiting: the run waits for an answer.*\n\n {2}Call the tool send with exactly this\?\n {4}\{\n {6}"to": "ada@example\.com"\n {4}\}\n {2}p\.tantra:7:16, publish\/parallel\/sent\/send\n {2}tantra answer \S+ publish\/parallel\/sent\/send '<true or false>'\n/,
    );
  });

  test("has its questions in --json", async () => {
    const ran = await tantra(["run", "p.tantra", "plain", "--json", "--detach"], { cwd: folder(files) });
    expect(ran.code).toBe(4);
    const { questions, error, value } = JSON.parse(ran.stdout) as RunReport;
    expect(value).toBeNull();
    expect(error).toMatchObject({ code: "T641" });
    expect(questions).toEqual([{ path: "plain/ask", of: "ask", question: "Sure?", schema: { type: "boolean" }, place: "p.tantra:12:28" }]);
  });
});
