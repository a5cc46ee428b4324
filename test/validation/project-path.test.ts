import { expect, test } from "vitest";
import { isPath, projectPath } from "../../src/validation/declarations/project-path.ts";

test("a path starts at the folder of the file that names it", () => {
  expect(projectPath("main.tantra", "./tools/find.ts")).toBe("tools/find.ts");
  expect(projectPath("shared/checking.tantra", "../tools/./find.ts")).toBe("tools/find.ts");
});

test("a path that leaves the root leads nowhere, even if it comes back", () => {
  expect(projectPath("main.tantra", "../main.tantra")).toBeUndefined();
  expect(projectPath("a/b.tantra", "../../x/../a/b.tantra")).toBeUndefined();
});

test("a package's name and an absolute path are no paths of the project", () => {
  expect(["./x", "../x", "x", "/x", "@acme/x", ".x"].filter(isPath)).toEqual(["./x", "../x"]);
});
