/** `node --import at-exit.ts …`: says on standard error what the process took, as JSON in a last line. */
process.on("exit", () => console.error(`\n${JSON.stringify(process.resourceUsage())}`));
