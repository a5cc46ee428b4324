/** What an import could change for everybody else in the process. */
function surroundings(): readonly string[] {
  const builtIn = [globalThis, Object, Object.prototype, Array.prototype, String.prototype, Promise.prototype, Error, Function.prototype];
  const listeners = process.eventNames().map((name) => `${String(name)} ${process.listenerCount(name)}`);
  return [...builtIn.flatMap((one) => Reflect.ownKeys(one).map(String)), ...listeners, ...Object.keys(process.env), process.cwd()];
}

// Node's own, which `tantra/testing` has its server from, leaves a global behind.
await import("node:http");
const before = surroundings();
const found: unknown[] = [];
for (const door of process.argv.slice(2)) found.push(door, Object.keys(await import(door)).length > 0);
const after = surroundings();
// Printed last, because printing itself brings a listener.
console.log(...found);
console.log(after.filter((one) => !before.includes(one)));
