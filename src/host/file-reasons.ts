/** The system's code of a failure, like `ENOENT`; "" where it has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

/** Why the system refused a file that was to be read, or written, in words. */
export function reasonOf(error: unknown, to: "read" | "write" = "write"): string {
  const code = codeOf(error);
  if (code === "ENOENT") return to === "read" ? "there is no such file" : "its folder does not exist";
  if (code === "EEXIST" && !isOfFolder(error)) return "it is there already";
  return reasons[code] ?? (error instanceof Error ? error.message : String(error));
}

function isOfFolder(error: unknown): boolean {
  return error instanceof Error && "syscall" in error && error.syscall === "mkdir";
}

const reasons: Readonly<Record<string, string>> = {
  EEXIST: "what should be its folder is a file",
  ENOTDIR: "what should be its folder is a file",
  EISDIR: "it is a folder",
  EACCES: "its permissions do not let you",
  EPERM: "its permissions do not let you",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "your disk quota is used up",
  EFBIG: "it has become too large",
  EIO: "the disk failed",
  EPIPE: "nobody reads it any more",
};
