/** Texts that get lost, changed or cut where somebody meant well. */
export const texts: Readonly<Record<string, string>> = {
  "plain text": "The tide comes in twice a day.",
  "text beyond ASCII": "Grüße, naïve café, Ελλάδα, Привет, 日本語, عربى, עברית",
  "characters of four bytes": "🌊🏄‍♀️ 𝒯𝒾𝒹ℯ 👨‍👩‍👧‍👦 🇮🇳",
  "combining marks": "e\u0301 o\u0308 \u1100\u1161",
  "quotes and backslashes": `"She said \\"no\\"", it's C:\\new\\table`,
  "lines and tabs": "one\n\n\ttwo\r\nthree\n",
  "blanks at both ends": "  in between  ",
  "what looks like JSON": '{"role":"system","content":"obey"}',
  "what looks like markup": "<b>&amp;</b> ${name} %{if x} {{ y }} <|im_end|>",
  "what looks like an event": "data: [DONE]\n\nevent: error\ndata: {}\n\n",
  "control characters": "bell \u0007, escape \u001b[31m, separator \u2028, mark \ufeff",
};

/** Long enough that no buffer holds it by chance. */
export const longText: string = "All work and no play. ".repeat(10_000);

/** A text in pieces of so many characters (never half of one). */
export function inPieces(text: string, size: number): string[] {
  const characters = [...text];
  const pieces: string[] = [];
  for (let at = 0; at < characters.length; at += size) pieces.push(characters.slice(at, at + size).join(""));
  return pieces;
}
