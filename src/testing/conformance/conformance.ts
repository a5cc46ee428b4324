import type { Case, Group } from "./case.ts";
import { groups } from "./case.ts";
import { cancellationCases } from "./cases/cancellation.ts";
import { concurrencyCases } from "./cases/concurrency.ts";
import { errorCases } from "./cases/errors.ts";
import { finishCases } from "./cases/finish.ts";
import { mediaCases } from "./cases/media.ts";
import { outputCases } from "./cases/output.ts";
import { requestCases } from "./cases/request.ts";
import { streamCases } from "./cases/stream.ts";
import { textCases } from "./cases/text.ts";
import { toolCases } from "./cases/tools.ts";
import { usageCases } from "./cases/usage.ts";
import type { Subject } from "./subject.ts";

/** Everything that a provider is held to. */
export const cases: readonly Case[] = [
  ...requestCases,
  ...textCases,
  ...streamCases,
  ...toolCases,
  ...outputCases,
  ...mediaCases,
  ...usageCases,
  ...finishCases,
  ...errorCases,
  ...cancellationCases,
  ...concurrencyCases,
];

/** The cases that apply to a subject, by what it can do. */
export function casesFor({ abilities }: Subject): readonly Case[] {
  return cases.filter(({ needs }) => needs?.(abilities) ?? true);
}

/** The `test` of vitest, `node:test`, Jest or Mocha: a name and what is to be awaited. */
export type TestFunction = (name: string, run: () => Promise<void>) => unknown;

/** Makes a test of each case that applies to the subject. */
export function conformance(subject: Subject, test: TestFunction): void {
  for (const each of casesFor(subject)) test(`${subject.name}: ${each.group}: ${each.name}`, () => each.run(subject));
}

/** How a subject did, for a table. */
export interface Standing {
  readonly name: string;
  readonly passed: Readonly<Record<Group, number>>;
  /** Of the cases that apply; the others are for what the vendor does not have. */
  readonly applying: Readonly<Record<Group, number>>;
  readonly failures: readonly { readonly name: string; readonly message: string }[];
}

/** Runs every case that applies, one after the other. Throws nothing: what failed is in the standing. */
export async function standing(subject: Subject): Promise<Standing> {
  const count = (): Record<Group, number> => Object.fromEntries(groups.map((group) => [group, 0])) as Record<Group, number>;
  const passed = count();
  const applying = count();
  const failures: { name: string; message: string }[] = [];
  for (const each of casesFor(subject)) {
    applying[each.group]++;
    try {
      await each.run(subject);
      passed[each.group]++;
    } catch (error) {
      failures.push({ name: `${each.group}: ${each.name}`, message: error instanceof Error ? error.message : String(error) });
    }
  }
  return { name: subject.name, passed, applying, failures };
}
