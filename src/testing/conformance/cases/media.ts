import type { Attachment, ContentPart, Message } from "../../../agent/provider.ts";
import type { Case } from "../case.ts";
import { collect, request } from "../collect.ts";
import { same } from "../expect.ts";
import { withSession } from "../session.ts";

const group = "media";
const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=";
const pdf = "JVBERi0xLjQKJSVFT0YK";
const image: Attachment = { type: "image", mediaType: "image/png", name: "dot.png", size: 68, data: () => png };
const file: Attachment = { type: "file", mediaType: "application/pdf", name: "note.pdf", size: 15, data: () => pdf };

const message = (...parts: readonly ContentPart[]): Message => ({
  role: "user",
  content: parts.map((part) => (part.type === "text" ? part.text : "")).join(""),
  parts,
});

function carries(name: string, parts: readonly ContentPart[], wanted: object, needs: NonNullable<Case["needs"]>): Case {
  return {
    name,
    group,
    needs,
    run: (subject) =>
      withSession(subject, [{ reply: { text: ["A dot."] } }], async (session) => {
        const { error } = await collect(session.provider, request({ messages: [message(...parts)] }));
        if (error !== undefined) throw error;
        same("The message", session.seen().messages, [{ role: "user", ...wanted }]);
      }),
  };
}

export const mediaCases: readonly Case[] = [
  carries(
    "an image goes out with its bytes",
    [{ type: "text", text: "What is this?" }, image],
    { text: "What is this?", images: [png] },
    ({ images }) => images,
  ),
  carries("an image alone is a message", [image], { text: "", images: [png] }, ({ images }) => images),
  carries(
    "texts around images keep their order",
    [{ type: "text", text: "First " }, image, { type: "text", text: " then " }, image, { type: "text", text: "." }],
    { text: "First  then .", images: [png, png] },
    ({ images }) => images,
  ),
  carries("a file goes out with its bytes", [{ type: "text", text: "Read." }, file], { text: "Read.", files: [pdf] }, ({ documents }) => documents),
  carries(
    "a mark for the cache changes no text",
    [
      { type: "text", text: "Long rules.", cache: true },
      { type: "text", text: " Short question." },
    ],
    { text: "Long rules. Short question." },
    () => true,
  ),
];
