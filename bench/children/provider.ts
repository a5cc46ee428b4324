import { chunks, type Kind, questions } from "../support/kinds.ts";
import { interleaved, medians, spend } from "../support/measure.ts";
import { sdks } from "../support/sdks.ts";
import { tantra } from "../support/tantra.ts";

/**
 * `node provider.ts KIND ROUNDS URL URL_OF_SDK`: processor time of one short call and of one chunk of a burst, ours and the
 * vendor's package's, in a process where no other vendor's code has been. In µs; prints JSON.
 */
const [, , name = "", rounds = "5", url = "", urlOfSdk = ""] = process.argv;
const kind = name as Kind;
const [run, ask] = [await tantra("providers.tantra", url), await sdks[kind](urlOfSdk)];

async function compared(question: string, pieces: number): Promise<Record<"ours" | "sdk", number>> {
  const { length } = await ask(question);
  if (length !== pieces * 8) throw new Error(`${kind}: the package gave ${length} characters`);
  const cost = async (work: () => Promise<unknown>) => (await spend(work)).cpuMs * 1000;
  const sdk = async (times: number) => {
    for (let time = 0; time < times; time++) await ask(question);
  };
  // So many that the package takes half a second, and what is measured is not the compiler at work.
  let times = 8;
  while ((await cost(() => sdk(times))) < 500_000) times *= 2;
  const figures = await interleaved(Number(rounds), {
    ours: async () => (await cost(() => run(`${kind}_calls`, { question, times }))) / times,
    sdk: async () => (await cost(() => sdk(times))) / times,
  });
  return medians(figures);
}

const perChunk = ({ ours, sdk }: Record<"ours" | "sdk", number>) => ({ ours: ours / chunks, sdk: sdk / chunks });
console.log(JSON.stringify({ call: await compared(questions.short, 8), chunk: perChunk(await compared(questions.long, chunks)) }));
process.exit(0);
