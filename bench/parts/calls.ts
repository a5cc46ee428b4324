import { onOpenAI, onUndici } from "../support/contenders.ts";
import { interleaved, medians, spend } from "../support/measure.ts";
import { type Figure, quantity, type Report } from "../support/report.ts";
import { startServer } from "../support/server.ts";
import { tantra } from "../support/tantra.ts";

const question = "Why does the sea have tides?";

/** Processor time of agent calls, and time to the first token, against undici and against the openai package by hand. */
export async function calls(rounds: number): Promise<Report> {
  const server = await startServer();
  try {
    const figures: Figure[] = [];
    const shapes = [
      { name: "one agent call", scenario: "call", workflow: "one_call", work: "call", times: 1000, aim: 2.2 },
      { name: "one agent call, reply not streamed", scenario: "json", workflow: "one_call", work: "call", times: 1000, aim: 2.2 },
      { name: "tool loop", scenario: "loop", workflow: "tool_loop", work: "loop", times: 600, aim: 2.5 },
      { name: "coordinator with three agents as tools", scenario: "crew", workflow: "coordination", work: "crew", times: 300, aim: 2.8 },
    ] as const;
    for (const { name, scenario, workflow, work, times, aim } of shapes) {
      const url = server.url(scenario);
      const [raw, sdk, run] = [onUndici(url), onOpenAI(url, scenario === "json"), await tantra("calls.tantra", url)];
      const repeat = (once: () => Promise<unknown>) => async () => {
        for (let time = 0; time < times; time++) await once();
      };
      const cost = async (all: () => Promise<unknown>) => ((await spend(all)).cpuMs * 1000) / times;
      const { undici, openai, ours } = medians(
        await interleaved(rounds, {
          undici: () => cost(repeat(() => raw[work](question))),
          openai: () => cost(repeat(() => sdk[work](question))),
          ours: () => cost(() => run(workflow, times)),
        }),
      );
      figures.push({ name: `${name}: processor time`, value: ours / undici, unit: "x", must: openai / undici, aim, measured: times3(ours, undici, openai) });
    }
    figures.push(await stream(server.url("stream"), rounds), await firstToken(server.url("call"), rounds));
    return { part: "calls", title: "Calls, against undici = 1 (must: below the openai package alone)", figures };
  } finally {
    server.close();
  }
}

async function stream(url: string, rounds: number): Promise<Figure> {
  const chunks = 2000;
  const [raw, sdk, run] = [onUndici(url), onOpenAI(url), await tantra("calls.tantra", url)];
  const cost = async (work: () => Promise<unknown>) => ((await spend(work)).cpuMs * 1000) / chunks / 10;
  const ten = (work: () => Promise<unknown>) => async () => {
    for (let time = 0; time < 10; time++) await work();
  };
  const { undici, openai, ours } = medians(
    await interleaved(rounds, {
      undici: () => cost(ten(() => raw.call(question))),
      openai: () => cost(ten(() => sdk.call(question))),
      ours: () => cost(() => run("one_call", 10)),
    }),
  );
  return { name: "2,000 chunks in a burst: processor time of one", value: ours / undici, unit: "x", must: 5, aim: 2.5, measured: times3(ours, undici, openai) };
}

async function firstToken(url: string, rounds: number): Promise<Figure> {
  const times = 500;
  const [raw, sdk, run] = [onUndici(url), onOpenAI(url), await tantra("calls.tantra", url)];
  const byHand = (call: (prompt: string, onText: () => void) => Promise<unknown>) => async () => {
    let waited = 0;
    for (let time = 0; time < times; time++) {
      const start = performance.now();
      await call(question, () => {
        waited += performance.now() - start;
      });
    }
    return (waited * 1000) / times;
  };
  const { undici, openai, ours } = medians(
    await interleaved(rounds, {
      undici: byHand(raw.call),
      openai: byHand(sdk.call),
      async ours() {
        let waited = 0;
        let start: number | undefined;
        await run("one_call", times, ({ type }) => {
          if (type === "agent.started") start = performance.now();
          else if (type === "model.delta" && start !== undefined) {
            waited += performance.now() - start;
            start = undefined;
          }
        });
        return (waited * 1000) / times;
      },
    }),
  );
  return { name: "time to the first token", value: ours / undici, unit: "x", must: 2, aim: 1.5, measured: times3(ours, undici, openai) };
}

function times3(ours: number, undici: number, openai: number): string {
  return `${quantity(ours, "µs")}; undici ${quantity(undici, "µs")}; openai ${quantity(openai, "µs")} (${(openai / undici).toFixed(2)} x)`;
}
