import { writeFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { beforeAll, expect, test } from "vitest";
import type { RunEvent } from "../../src/agent/events.ts";
import { ProviderError } from "../../src/agent/provider.ts";
import { defaultRetry } from "../../src/agent/retry.ts";
import { eventSchema } from "../../src/report/event.schema.ts";
import { agent, modelOf, scripted, tool, world } from "../agent/world.ts";
import { manualClock, settled } from "../support/clock.ts";
import { projectFiles, read, root } from "./files.ts";

/** What no run of this version tells: their lines are as the schema says, and nothing more is known of them. */
const untold = ["handoff.taken"];

const page = "docs/events.md";
const types = (eventSchema()["oneOf"] as readonly { readonly $ref: string }[]).map(({ $ref }) => $ref.slice($ref.lastIndexOf("/") + 1));
/** Every line that runs told, by type. */
const told = new Map<string, string[]>();

function tell(line: string): void {
  const { type } = JSON.parse(line) as RunEvent;
  told.set(type, [...(told.get(type) ?? []), line]);
}

/** What the conformance suite has no run for. */
async function rareEvents(): Promise<readonly RunEvent[]> {
  const clock = manualClock();
  const quick = { ...defaultRetry, jitter: "none", delayMs: 10 } as const;
  const restarting = world(clock, { hooks: { beforeModel: () => undefined } });
  const half = scripted({ writer: [{ text: "The tides", error: "overloaded" }, { text: "The tides rise." }] }, clock);
  const restarted = restarting.run(agent(half, { retry: quick }));
  await restarting.until("retry.scheduled");
  await settled();
  await clock.advance(10);
  await restarted;

  const breaking = world(clock, { gateOptions: () => ({ breaker: { calls: 1, windowMs: 60_000, openMs: 50 } }) });
  let calls = 0;
  const broken = modelOf(
    {
      async *complete() {
        calls++;
        if (calls < 2) throw new ProviderError("overloaded", "Come back later.", { status: 529 });
        yield { type: "text", text: "Back." } as const;
        yield { type: "finish", reason: "stop" } as const;
      },
    },
    { simulated: false },
  );
  const mended = breaking.run(agent(broken, { retry: quick }));
  await breaking.until("retry.scheduled");
  for (let i = 0; i < 10; i++) {
    await settled();
    await clock.advance(10);
  }
  await mended;

  const hanging = world(clock);
  const look = tool("look", () => new Promise(() => undefined), { timeoutMs: 1000 });
  const busy = tool("list", () => Promise.reject(Object.assign(new Error("busy"), { code: "connection" })), { retry: { ...quick, attempts: 2 } });
  const using = hanging.run(
    agent(scripted({ writer: [{ tool_calls: [{ name: "look" }, { name: "list" }] }, { text: "Done." }] }, clock), { tools: [look, busy] }),
  );
  await hanging.until("warning");
  await settled();
  await clock.advance(10);
  await clock.advance(3000);
  await using;
  return [...restarting.events, ...breaking.events, ...hanging.events];
}

beforeAll(async () => {
  for (const file of projectFiles("test/conformance/run", ".events.jsonl")) for (const line of read(file).trimEnd().split("\n")) tell(line);
  for (const event of await rareEvents()) tell(JSON.stringify(event));
});

interface Section {
  readonly type: string;
  readonly example: string;
}

function sections(): Section[] {
  return read(page)
    .split(/^### /m)
    .slice(1)
    .map((text) => ({ type: /^`([^`]+)`/.exec(text)?.[1] ?? "", example: /```json\n(.*)\n```/.exec(text)?.[1] ?? "" }));
}

/** The shortest line of a type is the easiest to read. */
function written(): string {
  return read(page).replaceAll(/^### `([^`]+)`\n\n(?:```json\n.*\n```\n\n)?/gm, (head, type: string) => {
    const known = sections().find((section) => section.type === type)?.example ?? "";
    const lines = told.get(type) ?? [];
    const line = lines.includes(known) || lines.length === 0 ? known : [...lines].sort((a, b) => a.length - b.length)[0];
    return line === "" ? head : `### \`${type}\`\n\n\`\`\`json\n${line}\n\`\`\`\n\n`;
  });
}

test("docs/events.md has every event, and no other", () => {
  if (process.env["UPDATE"]) writeFileSync(root + page, written());
  expect(
    sections()
      .map(({ type }) => type)
      .sort(),
  ).toEqual([...types].sort());
});

test("each example there is a line that a run told", () => {
  const validate = new Ajv2020({ discriminator: true, strictTypes: false, strictRequired: false }).compile(eventSchema());
  for (const { type, example } of sections()) {
    expect(example, type).not.toBe("");
    expect({ type, told: JSON.parse(example).type, fits: validate(JSON.parse(example)) }).toEqual({ type, told: type, fits: true });
    if (!untold.includes(type)) expect(told.get(type), `${type}: UPDATE=1 writes one that was told`).toContain(example);
  }
});
