import { type Code, codes, type Page } from "./codes.ts";

export interface Explanation {
  readonly code: Code;
  /** Two to four words. */
  readonly title: string;
  readonly page: Page;
}

/** Pages are loaded when one is asked for: a run and a check never need them. */
const stages: Readonly<Record<string, () => Promise<Readonly<Record<string, Page>>>>> = {
  T1: async () => (await import("./pages/t1.ts")).t1,
  T2: async () => (await import("./pages/t2.ts")).t2,
  T3: async () => (await import("./pages/t3.ts")).t3,
  T4: async () => (await import("./pages/t4.ts")).t4,
  T5: async () => (await import("./pages/t5.ts")).t5,
  T6: async () => (await import("./pages/t6.ts")).t6,
};

/** The page of a code, however its letter is written; undefined where there is no such code. */
export async function explain(code: string): Promise<Explanation | undefined> {
  const known = code.trim().toUpperCase();
  if (!isCode(known)) return undefined;
  const page = (await stages[known.slice(0, 2)]?.())?.[known];
  return page === undefined ? undefined : { code: known, title: codes[known], page };
}

function isCode(text: string): text is Code {
  return Object.hasOwn(codes, text);
}
