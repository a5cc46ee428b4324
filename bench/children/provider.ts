import { chunks, type Kind, questions } from "../support/kinds.ts";
import { interleaved, medians, spend } from "../support/measure.ts";
import { sdks } from "../support/sdks.ts";
import { tantra } from "../support/tantra.ts";

/**
 * `node provider.ts KIND ROUNDS URL URL_OF_SDK`: processor time of one short call and of one chunk of a burst, ours and the
 * vendor's package's, in a process where no other vendor's code has been. In µs; prints JSON.
 */
const [, , name = "", rounds = "5", url = "", urlOfSdk = "", T = "50"] = process.argv;
const kind = name as Kind;
const [run, ask] = [await tantra("providers.tantra", url), await sdks[kind](urlOfSdk)];

async function compared(question: string, length: number, times: number, per: number): Promise<Record<"ours" | "sdk", number>> {
  const said = await ask(question);
  if (said.length !== length * 8) throw new Error(`${kind}: the package gave ${said.length} characters`);
  const cost = async (work: () => Promise<unknown>) => ((await spend(work)).cpuMs * 1000) / times / per;
  return medians(
    await interleaved(Number(rounds), {
      ours: () => cost(() => run(`${kind}_calls`, { question, times })),
      sdk: () =>
        cost(async () => {
          for (let time = 0; time < times; time++) await ask(question);
        }),
    }),
  );
}

console.log(JSON.stringify({ call: await compared(questions.short, 8, process.env.C ? Number(process.env.C) : 500, 1), chunk: await compared(questions.long, chunks, Number(T), chunks) }));
process.exit(0);
