/** Where the lines of a run go. */
export interface JournalFile {
  /** Adds the text at the end, all of it or nothing. Throws where it cannot. */
  append(text: string): void;
  /** Resolves when all that was added would survive the loss of power. It may be asked again, and more be added, before it has. */
  sync(): Promise<void>;
}

/** One that lasts as long as the process. `text()` gives what another run may go on from. */
export function memoryFile(before = ""): JournalFile & { text(): string } {
  const parts = [before];
  return {
    append: (text) => void parts.push(text),
    sync: async () => undefined,
    text: () => parts.join(""),
  };
}
