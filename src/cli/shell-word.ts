import { visible } from "../diagnostics/visible.ts";

/** A word of a shell's line, in single quotes where the shell would read more into it. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${visible(word, true).replaceAll("'", "'\\''")}'`;
}
