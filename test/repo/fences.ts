/** A block of code in a page: "```tantra hello.tantra" begins one of a language, with the name of its file where it has one. */
export interface Fence {
  readonly language: string;
  readonly name?: string;
  readonly text: string;
}

/** A line that is typed, and what the page says that it prints. */
export interface Command {
  readonly line: string;
  readonly shown: string;
}

const fenced = /^```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gm;

export function fences(page: string): Fence[] {
  return [...page.matchAll(fenced)].map(([, language = "", name, text = ""]) => ({ language, text, ...(name === undefined ? {} : { name }) }));
}

/** The commands of a block `console`: each begins with `$ `, and what follows it is what it prints. */
export function commandsOf({ language, text }: Fence): Command[] {
  if (language !== "console") return [];
  return text
    .split(/^\$ /m)
    .slice(1)
    .map((part) => ({ line: part.slice(0, part.indexOf("\n")), shown: part.slice(part.indexOf("\n") + 1) }));
}

/** The page with what its commands print now, in their order. */
export function written(page: string, shown: readonly string[]): string {
  let at = 0;
  return page.replaceAll(fenced, (whole, language: string, name: string | undefined, text: string) => {
    const commands = commandsOf({ language, text });
    if (commands.length === 0) return whole;
    const lines = commands.map(({ line }) => `$ ${line}\n${shown[at++] ?? ""}`);
    return `\`\`\`${language}${name === undefined ? "" : ` ${name}`}\n${lines.join("")}\`\`\``;
  });
}
