/**
 * A text with everything that could steer a terminal or reorder a line made visible: control characters as their
 * pictures (`␛`), C1 controls and the characters that change the direction of text as `<U+202E>`. A newline and a tab
 * stay, unless `line` says that the text must stand on one line: then they are pictures or blanks too.
 */
export function visible(text: string, line = false): string {
  if (!unsafe.test(text)) return text;
  return text.replace(everyUnsafe, (character) => {
    const code = character.charCodeAt(0);
    if (code === 0x0a) return line ? "␊" : character;
    if (code === 0x09) return line ? " " : character;
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    if (code === 0x7f) return "␡";
    return `<U+${code.toString(16).toUpperCase().padStart(4, "0")}>`;
  });
}

const pattern = "[\\u0000-\\u001f\\u007f-\\u009f\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff]";
const unsafe = new RegExp(pattern);
const everyUnsafe = new RegExp(pattern, "g");
