import { createHash, hash } from "node:crypto";

/** SHA-256 of bytes, as hex. */
export function sha256OfBytes(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** SHA-256 of a text, as hex. */
export function sha256(text: string): string {
  return hash("sha256", text);
}
