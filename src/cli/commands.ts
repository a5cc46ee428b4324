import type { Terminal } from "./terminal.ts";

/** One word of the command line. Gives the exit code; what it throws is shown and decides the code. */
export type Command = (args: readonly string[], terminal: Terminal) => Promise<number>;

/** Every command, loaded when it is called. */
export const commands = {
  run: async (args, terminal) => (await import("./commands/run.ts")).run(args, terminal),
  resume: async (args, terminal) => (await import("./commands/resume.ts")).resume(args, terminal),
  check: async (args, terminal) => (await import("./commands/check.ts")).check(args, terminal),
  test: async (args, terminal) => (await import("./commands/test.ts")).test(args, terminal),
  compile: async (args, terminal) => (await import("./commands/compile.ts")).compile(args, terminal),
  chat: async (args, terminal) => (await import("./commands/chat.ts")).chat(args, terminal),
  prompt: async (args, terminal) => (await import("./commands/prompt.ts")).prompt(args, terminal),
  models: async (args, terminal) => (await import("./commands/models.ts")).models(args, terminal),
  tools: async (args, terminal) => (await import("./commands/tools.ts")).tools(args, terminal),
  mcp: async (args, terminal) => (await import("./commands/mcp.ts")).mcp(args, terminal),
  types: async (args, terminal) => (await import("./commands/types.ts")).types(args, terminal),
  vendor: async (args, terminal) => (await import("./commands/vendor.ts")).vendor(args, terminal),
  explain: async (args, terminal) => (await import("./commands/explain.ts")).explain(args, terminal),
  help: async (args, terminal) => (await import("./commands/help.ts")).help(args, terminal),
} satisfies Readonly<Record<string, Command>>;

export type CommandName = keyof typeof commands;
