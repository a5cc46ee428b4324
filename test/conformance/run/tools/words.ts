export function word_count({ text, extra }: { text: string; extra: number }): number {
  return text.split(/\s+/).length + extra;
}

export function look_up({ word }: { word: string }): unknown {
  if (word === "crash") throw new Error("the dictionary fell apart");
  if (word === "busy") throw Object.assign(new Error("come back later"), { code: "rate_limit" });
  return { word, meaning: `what ${word} means`, seen: null };
}

export function odd(): unknown {
  return { when: new Date(0) };
}

export async function remember(
  { word }: { word: string },
  { store }: { store: { update(key: string, change: (value: unknown) => unknown): Promise<unknown> } },
): Promise<unknown> {
  return store.update("words", (words) => [...((words as string[] | undefined) ?? []), word]);
}
