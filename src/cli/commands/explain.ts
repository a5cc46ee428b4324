import { codes } from "../../diagnostics/codes.ts";
import { explain as pageOf } from "../../diagnostics/explain.ts";
import { wrap } from "../../diagnostics/text-width.ts";
import { exitCodes } from "../exit-codes.ts";
import { helpOfSimple, readSimple, type Simple } from "../flags.ts";
import type { Layout, Terminal } from "../terminal.ts";
import { usageError } from "../usage-error.ts";
import { wordsPage } from "../words-page.ts";

const simple: Simple = {
  usage: "explain CODE, explain words, explain",
  about:
    "Says why a message is there, with a program that raises it and the same program mended. `words` is all that Tantra itself ever tells a model. Without a code: all codes.",
  flags: {},
};

/** `tantra explain CODE`, `tantra explain words` */
export async function explain(args: readonly string[], terminal: Terminal): Promise<number> {
  const { operands, help } = readSimple(simple, args);
  const layout = terminal.outLayout();
  await terminal.out(help ? helpOfSimple(simple, layout) : await textOf(operands[0], layout));
  return exitCodes.done;
}

async function textOf(topic: string | undefined, { paint, width }: Layout): Promise<string> {
  if (topic === undefined)
    return `${Object.entries(codes)
      .map(([code, title]) => `${paint("place", code)}  ${title}`)
      .join("\n")}\n`;
  if (topic === "words") return wordsPage(width ?? 100);
  const found = await pageOf(topic);
  if (found === undefined) throw usageError(`There is no code "${topic}".`, "Codes look like T201; tantra explain lists them all.");
  const { code, title, page } = found;
  const program = (text: string) =>
    text
      .trimEnd()
      .split("\n")
      .map((line) => `    ${line}`.trimEnd());
  return [
    `${paint("place", code)}${paint("strong", `: ${title}`)}`,
    "",
    ...wrap(page.about, Math.min(width ?? 100, 100)),
    "",
    paint("error", "Wrong"),
    ...program(page.wrong),
    "",
    paint("good", "Right"),
    ...program(page.right),
    "",
  ].join("\n");
}
