import { type Attach, attachmentOfAddress } from "../agent/attachment.ts";
import type { Attachment } from "../agent/provider.ts";
import { RunError } from "../diagnostics/errors.ts";
import type { RunOptions } from "./options.ts";

/** Opens images and files, each once: an address stays one, a path is the host's to read. */
export function createAttach({ openAttachment }: Pick<RunOptions, "openAttachment">): Attach {
  const opened = new Map<string, Attachment | Promise<Attachment>>();
  return (source, of) => {
    const key = `${of} ${source}`;
    let attachment = opened.get(key);
    if (attachment === undefined) {
      attachment = attachmentOfAddress(source, of) ?? openAttachment?.(source, of);
      if (attachment === undefined) {
        throw new RunError("invalid_request", `"${source.slice(0, 80)}" is no address of ${of === "image" ? "an image" : "a file"}.`, {
          hint: "Here it is given as an https: address or as a data: URL in base64.",
        });
      }
      opened.set(key, attachment);
    }
    return attachment;
  };
}
