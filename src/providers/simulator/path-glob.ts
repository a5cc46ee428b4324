/** Whether a path fits a glob: `*` stands for anything within one step, `**` for any steps, `?` for one character; brackets are themselves. */
export function fitsGlob(glob: string, path: string): boolean {
  return expressionOf(glob).test(path);
}

function expressionOf(glob: string): RegExp {
  const source = glob.replaceAll(/\*\*\/?|\*|\?|[.+^${}()|[\]\\]/g, (sign) => {
    if (sign === "**/") return "(?:.*/)?";
    if (sign === "**") return ".*";
    if (sign === "*") return "[^/]*";
    return sign === "?" ? "[^/]" : `\\${sign}`;
  });
  return new RegExp(`^${source}$`, "s");
}
