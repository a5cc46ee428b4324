import { readdir, readFile } from "node:fs/promises";

const folder = new URL("../notes/", import.meta.url);

/** The passages of the notes that share most words with the query, best first, each with the path of its note. */
export async function search_notes({ query, limit }: { query: string; limit: number }): Promise<string[]> {
  const wanted = words(query);
  const passages: { text: string; score: number }[] = [];
  for (const name of (await readdir(folder)).filter((file) => file.endsWith(".md")).sort()) {
    const note = await readFile(new URL(name, folder), "utf8");
    for (const paragraph of note.split(/\n{2,}/).filter((part) => !part.startsWith("#"))) {
      const found = words(paragraph);
      const score = [...wanted].filter((word) => found.has(word)).length;
      if (score > 0) passages.push({ text: `notes/${name}: ${paragraph.replaceAll("\n", " ").trim()}`, score });
    }
  }
  passages.sort((a, b) => b.score - a.score);
  return passages.slice(0, limit).map((passage) => passage.text);
}

/** Words of four letters and more, in lower case, without a plural's `s`. */
function words(text: string): Set<string> {
  return new Set((text.toLowerCase().match(/[a-z]{4,}/g) ?? []).map((word) => word.replace(/s$/, "")));
}
