import { read } from "./files.ts";

/** A block of TypeScript in a document. One whose first line is a comment with a file's name is that file, for those after it. */
export interface Block {
  readonly name: string;
  readonly text: string;
  /** What its last comment says that it prints; absent: not said. */
  readonly prints?: string;
}

export function blocksOf(page: string): Block[] {
  return [...read(page).matchAll(/^```ts\n([\s\S]*?)^```/gm)].map((match, index) => {
    const text = match[1] ?? "";
    const name = /^\/\/ (\S+\.ts)\n/.exec(text)?.[1] ?? `block-${index + 1}.ts`;
    const said = /((?:^\/\/ .*\n)+)$/m.exec(text)?.[1];
    return { name, text, ...(said === undefined || name === said ? {} : { prints: said.replaceAll(/^\/\/ /gm, "") }) };
  });
}
