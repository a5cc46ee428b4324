import { describe, expect, test } from "vitest";
import type { Message } from "../../src/agent/provider.ts";
import { manualClock } from "../support/clock.ts";
import { agent, scripted, user, world } from "./world.ts";

const system = (content: string): Message => ({ role: "system", content });
const answers = { writer: [{ text: "Yes.", times: "always" }] };

describe("a system text where the vendor takes none", () => {
  test("is refused before anything is sent, with its place and what to do", async () => {
    const clock = manualClock();
    const w = world(clock);
    const model = scripted(answers, clock, { kind: "gemini", systemTexts: "leading" });
    const asked = w.run(agent(model, { place: "main.tantra:3:1" }), { messages: [system("Be kind."), user("Hello"), system("Be brief.")] });
    await expect(asked).rejects.toMatchObject({
      class: "invalid_request",
      message:
        'Message 3 to the agent "writer" is a system text out of place for "fast", a model of `gemini`, which takes system texts before everything else only.',
      hint: "Move it there, or say it as a message of the user's.",
      path: "writer/turn[0]",
      place: "main.tantra:3:1",
    });
    expect(w.story()).toBe("agent.started agent.failed");
  });

  test("two where one is taken, too; another model is not asked instead", async () => {
    const clock = manualClock();
    const w = world(clock);
    const [first, second] = [scripted(answers, clock, { systemTexts: "first" }), scripted(answers, clock, { key: "main.tantra#other" })];
    const models = [first, second].map((model) => ({ of: "model", model }) as const);
    const both = agent({ of: "fallback", key: "main.tantra#both", models, cooldownMs: 0 });
    await expect(w.run(both, { messages: [system("Be kind."), system("Be brief."), user("Hello")] })).rejects.toMatchObject({
      message: expect.stringContaining("Message 2"),
    });
    expect(w.of("model.requested")).toEqual([]);
    expect((await w.run(both, { messages: [system("Be kind."), user("Hello")] })).value).toBe("Yes.");
  });

  test("that a hook puts there is seen, and one that a hook takes away is not", async () => {
    const clock = manualClock();
    const model = scripted(answers, clock, { systemTexts: "first" });
    const adding = world(clock, { hooks: { beforeModel: ({ request }) => ({ request: { ...request, messages: [system("More."), ...request.messages] } }) } });
    await expect(adding.run(agent(model), { messages: [system("Be kind."), user("Hello")] })).rejects.toMatchObject({ class: "invalid_request" });
    const taking = world(clock, { hooks: { beforeModel: ({ request }) => ({ request: { ...request, messages: request.messages.slice(1) } }) } });
    expect((await taking.run(agent(model), { messages: [system("Be kind."), system("Be brief."), user("Hello")] })).value).toBe("Yes.");
  });

  test("is sent where it stands to a vendor that takes it there", async () => {
    const clock = manualClock();
    const w = world(clock);
    const messages = [user("Hello"), system("Be brief.")];
    await w.run(agent(scripted(answers, clock, { systemTexts: "before_answers" })), { messages });
    expect(w.of("model.requested")[0]?.request.messages).toEqual(messages);
  });
});
