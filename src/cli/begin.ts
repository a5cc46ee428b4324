/*
 * The first lines of the command line, in words that every Node of the last ten years reads: an old one gets a sentence
 * and not a syntax error. So nothing is imported here but what it needs, when it needs it.
 */
const needed = [22, 19] as const;

/** Runs the command line with these words before those that were typed. */
export function begin(before: readonly string[]): void {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < needed[0] || (major === needed[0] && minor < needed[1])) {
    process.stderr.write(`Tantra needs Node ${needed.join(".")} or newer, and this is Node ${process.versions.node}: install one from https://nodejs.org.\n`);
    process.exitCode = 2;
    return;
  }
  const args = [...before, ...process.argv.slice(2)];
  // Answered here: scripts and editors ask for it all the time.
  if (args.length === 1 && (args[0] === "--version" || args[0] === "-V")) {
    import("../host/version.ts").then(({ version }) => process.stdout.write(`${version}\n`));
    return;
  }
  startFast();
  import("./main.ts").then(({ main }) => main(args));
}

/**
 * Two things that take a third off every start. Code that was compiled once is kept for the next one. And our own files name
 * each other exactly, so finding one is joining two paths: Node would look at the disk and for a `package.json` each time.
 * Bun has no such hooks.
 */
function startFast(): void {
  const { enableCompileCache, registerHooks } = process.getBuiltinModule("node:module");
  enableCompileCache();
  const own = new URL("../", import.meta.url).href;
  registerHooks?.({
    resolve(specifier, context, next) {
      const { parentURL = "" } = context;
      const known = specifier.startsWith(".") && specifier.endsWith(".js") && parentURL.startsWith(own);
      return known ? { url: new URL(specifier, parentURL).href, format: "module", shortCircuit: true } : next(specifier, context);
    },
  });
}
