import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openProject } from "../../src/host/project.ts";
import { folder } from "./folder.ts";

describe("the project's root", () => {
  it("is the nearest folder above the file with package.json", () => {
    const cwd = folder({ "package.json": "{}", "a/package.json": "{}", "a/b/main.tantra": "" });
    expect(openProject("a/b/main.tantra", { cwd })).toMatchObject({ root: join(cwd, "a"), entry: "b/main.tantra" });
  });

  it("is the nearest folder with .git, too", () => {
    const cwd = folder({ ".git/HEAD": "", "b/main.tantra": "" });
    expect(openProject("b/main.tantra", { cwd }).root).toBe(cwd);
  });

  it("is the one that is given, which must hold the file", () => {
    const cwd = folder({ "package.json": "{}", "a/b/main.tantra": "", "c/x": "" });
    expect(openProject("a/b/main.tantra", { cwd, root: "a/b" }).entry).toBe("main.tantra");
    expect(() => openProject("a/b/main.tantra", { cwd, root: "c" })).toThrow("lies outside of the root c");
    expect(() => openProject("a/b/main.tantra", { cwd, root: "nowhere" })).toThrow("There is no folder nowhere.");
  });
});

describe("a file of a project", () => {
  it("is read by its path, or it is said why not", () => {
    const cwd = folder({
      "package.json": "{}",
      "main.tantra": "",
      "text.md": "\ufeffcafé\r\n",
      "latin.md": Buffer.from([0x63, 0xe9]),
      "sub/x": "",
      "big.md": "x".repeat(9 * 1024 * 1024),
    });
    const { readFile } = openProject("main.tantra", { cwd });
    expect(readFile("text.md")).toEqual({ ok: true, text: "café\r\n" });
    expect(readFile("nothing.md")).toEqual({ ok: false, why: "missing" });
    expect(readFile("text.md/inside")).toEqual({ ok: false, why: "missing" });
    expect(readFile("sub")).toEqual({ ok: false, why: "folder" });
    expect(readFile("latin.md")).toEqual({ ok: false, why: "encoding" });
    expect(readFile("big.md")).toMatchObject({ ok: false, why: "unreadable", detail: expect.stringContaining("9.0 MB") });
  });

  it("does not lie outside of the root, not even through a symbolic link", () => {
    const cwd = folder({ "secret.md": "secret", "inside/package.json": "{}", "inside/main.tantra": "", "inside/own.md": "own" });
    symlinkSync("../secret.md", join(cwd, "inside/link.md"));
    symlinkSync("own.md", join(cwd, "inside/fine.md"));
    const { readFile, locate } = openProject("inside/main.tantra", { cwd });
    expect(readFile("../secret.md")).toEqual({ ok: false, why: "outside" });
    expect(readFile("link.md")).toEqual({ ok: false, why: "outside" });
    expect(readFile("fine.md")).toEqual({ ok: true, text: "own" });
    expect([locate("link.md"), locate("fine.md")]).toEqual([undefined, join(cwd, "inside/own.md")]);
  });
});
