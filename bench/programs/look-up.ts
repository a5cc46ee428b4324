/** The tool of the tool loop, for every contender the same. */
export function look_up({ word }: { readonly word: string }): string {
  return `${word}: a tide of small range`;
}
