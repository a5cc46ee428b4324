import type { Json } from "../../diagnostics/json.ts";
import { isObject } from "../common/json.ts";
import type { Block } from "./messages.ts";

/**
 * What goes back with a reply: its blocks in their order. Thinking, signed or redacted, and what tools of the server's own
 * gave stand in it exactly as they came; a text is there with its length alone and a call with its id, because both stand in
 * the message.
 */
export function toCarry(blocks: readonly Block[]): Json | undefined {
  if (blocks.every(({ type }) => type === "text" || type === "tool_use")) return undefined;
  return blocks.map((block): Json => {
    if (block["type"] === "text") return { type: "text", length: String(block["text"]).length };
    if (block["type"] !== "tool_use") return block;
    const { name: _name, input: _input, ...place } = block;
    return place;
  });
}

/**
 * The blocks of a reply that was carried, with the text and the calls that its message has now. Where the text is another
 * one (a hook may have changed it), all of it stands where the first text stood.
 */
export function carriedBlocks(carry: Json, content: string, calls: readonly Block[]): Block[] {
  const places = Array.isArray(carry) ? carry.filter(isObject) : [];
  const lengthOf = (place: Readonly<Record<string, unknown>>): number =>
    place["type"] === "text" && typeof place["length"] === "number" ? place["length"] : 0;
  const unchanged = places.reduce((sum, place) => sum + lengthOf(place), 0) === content.length;
  const left = [...calls];
  const blocks: Block[] = [];
  let at = 0;
  const text = (end: number): void => {
    const piece = content.slice(at, end);
    at = end;
    if (piece.trim() !== "") blocks.push({ type: "text", text: piece });
  };
  for (const place of places) {
    if (place["type"] === "text") text(unchanged ? at + lengthOf(place) : content.length);
    else if (place["type"] === "tool_use") {
      const index = left.findIndex(({ id }) => id === place["id"]);
      if (index >= 0) blocks.push({ ...(place as Block), ...left.splice(index, 1)[0] });
    } else blocks.push(place as Block);
  }
  text(content.length);
  return [...blocks, ...left];
}
