/** A line that is longer is broken at its brackets. */
const width = 100;

/** Every line but empty ones two further to the right. Text blocks move as a whole, which changes nothing of what they say. */
export function indent(text: string): string {
  return text.replace(/^(?=[^\n])/gm, "  ");
}

/** How brackets and what stands in them are laid out. */
export interface Layout {
  /** Members between brackets. */
  group(open: string, members: readonly string[], close: string, pad: string, comma: string): string;
  /** Members in braces that deserve a line each. */
  lines(members: readonly string[]): string;
}

/** All on one line: what is interpolated in a string that stands on one. */
export const flat: Layout = {
  group: (open, members, close, pad) => (members.length === 0 ? open + close : `${open}${pad}${members.join(", ")}${pad}${close}`),
  lines: (members) => (members.length === 0 ? "{}" : `{ ${members.join(", ")} }`),
};

/** One line where it fits and no member has several, else each member on a line of its own. */
export const broken: Layout = {
  group: (open, members, close, pad, comma) => {
    const line = flat.group(open, members, close, pad, comma);
    if (line.length <= width && !line.includes("\n")) return line;
    return `${open}\n${members.map((member) => `${indent(member)}${comma}\n`).join("")}${close}`;
  },
  lines: (members) => (members.length === 0 ? "{}" : `{\n${members.map((member) => `${indent(member)}\n`).join("")}}`),
};
