/** A notice board that nobody sees: what a real one would do, this only tells. */
export async function post({ board, text }: { board: string; text: string }): Promise<string> {
  return `On the ${board} board: ${text.split("\n")[0]}`;
}
