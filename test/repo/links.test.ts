import { existsSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";
import { projectFiles, read, root } from "./files.ts";

const pages = projectFiles(".", ".md");

function withoutCode(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```/gm, "").replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll(/[[\]()]/g, ""));
}

/** Links of a page to files of the project, with the anchor where there is one. */
function linksOf(page: string): { readonly path: string; readonly anchor: string | undefined }[] {
  return [...withoutCode(read(page)).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = ""]) => {
    if (/^[a-z]+:/.test(link)) return [];
    const [path = "", anchor] = link.split("#");
    return [{ path: path === "" ? page : normalize(join(dirname(page), path)), anchor }];
  });
}

/** The anchors of a page, as GitHub makes them of its headings: lower case, signs left out, a hyphen for each blank. */
function anchorsOf(page: string): string[] {
  return [
    ...read(page)
      .replaceAll(/^```[\s\S]*?^```/gm, "")
      .matchAll(/^#+ (.*)$/gm),
  ].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, "")
      .replaceAll(" ", "-"),
  );
}

test.each(pages)("every link of %s to the project leads somewhere", (page) => {
  for (const { path, anchor } of linksOf(page)) {
    const target = root + path;
    expect(existsSync(target), `${page}: ${path}`).toBe(true);
    if (anchor !== undefined && statSync(target).isFile()) expect(anchorsOf(path), `${page}: ${path}#${anchor}`).toContain(anchor);
  }
});

test("README leads to every page of docs/", () => {
  const reached = linksOf("README.md").map(({ path }) => path);
  expect(projectFiles("docs", ".md").filter((page) => !reached.includes(page))).toEqual([]);
});

test("anchors are made of headings, and links in code are none", () => {
  expect(anchorsOf("docs/events.md")).toContain("runstarted");
  expect(anchorsOf("docs/embedding.md")).toContain("elsewhere-than-on-node");
  expect(linksOf("docs/tour.md").map(({ path }) => path)).toContain("docs/reference.md");
});
