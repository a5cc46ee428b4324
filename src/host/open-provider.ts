import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Provider } from "../agent/provider.ts";
import { validatorOf } from "../agent/validate.ts";
import { RunError } from "../diagnostics/errors.ts";
import type { Json, JsonSchema } from "../diagnostics/json.ts";
import type { SystemPlaces } from "../diagnostics/system-places.ts";
import type { EnvNode, ProviderNode } from "../graph/graph.ts";
import type { OpenedProvider } from "../interpreter/options.ts";
import type { GuardedFetch } from "../net/guarded-fetch.ts";
import { exportedFunction, importModule } from "../tools/import-module.ts";
import { systemClock } from "./clock.ts";
import { resolveOptions } from "./environment.ts";
import { kinds } from "./kinds.ts";
import type { Project } from "./project.ts";
import { readReplies } from "./replies.ts";

export interface OpenProviderOptions {
  readonly project: Project;
  /** The value of a variable; undefined: not set. */
  readonly variable: (variable: EnvNode) => string | undefined;
  /** Puts the simulator in the place of every provider. */
  readonly simulate: boolean;
}

type Kind = keyof typeof kinds;
type Options = Readonly<Record<string, unknown>>;

/** How each kind is opened: its module is imported on first use. */
const factories: { readonly [K in Kind]: (options: Options, node: ProviderNode, from: OpenProviderOptions) => Promise<Provider> } = {
  anthropic: (options) => overNetwork(options, async () => (await import("../providers/anthropic/index.ts")).anthropic),
  cohere: (options) => overNetwork(options, async () => (await import("../providers/cohere/index.ts")).cohere),
  ollama: (options) => overNetwork(options, async () => (await import("../providers/ollama/index.ts")).ollama),
  openai: (options) => overNetwork(options, async () => (await import("../providers/openai/index.ts")).openai),
  bedrock: (options) => overNetwork(options, async () => (await import("../providers/bedrock/index.ts")).bedrock),
  azure: (options) => overNetwork(options, async () => (await import("../providers/azure/index.ts")).azure),
  gemini: (options, _node, { project }) => {
    const file = options["credentials"];
    // A path is one in the project, or a whole one, such as GOOGLE_APPLICATION_CREDENTIALS has it.
    const placed = typeof file === "string" ? { ...options, credentials: resolve(project.root, file) } : options;
    return overNetwork(placed, async () => (await import("../providers/gemini/index.ts")).gemini);
  },
  simulator: async (options, node, { project }) => {
    const { simulator } = await import("../providers/simulator/index.ts");
    const file = options["replies"];
    return simulator(options, { clock: systemClock, ...(typeof file === "string" ? { replies: await readReplies(file, node, project) } : {}) });
  },
};

/** What the options may be was checked before: against the schema of the kind that takes them. */
type OfVendor = (options: never, parts: ProviderParts) => Provider | Promise<Provider>;

async function overNetwork(options: Options, load: () => Promise<OfVendor>): Promise<Provider> {
  const [open, { guardedFetch }] = await Promise.all([load(), import("../net/guarded-fetch.ts")]);
  return open(options as never, { fetch: guardedFetch() });
}

/** A provider with its options' variables filled in. Throws `RunError` where it cannot be built. Opens no socket. */
export async function openProvider(node: ProviderNode, from: OpenProviderOptions): Promise<OpenedProvider> {
  if ("module" in node.of) return from.simulate ? simulated({}, node, from) : ownProvider(node, node.of.module, from);
  const { kind } = node.of;
  if (!Object.hasOwn(kinds, kind)) {
    throw new RunError("not_found", `There is no kind of provider "${kind}".`, { place: node.place, hint: `There is ${Object.keys(kinds).join(", ")}.` });
  }
  const known = kind as Kind;
  if (known === "simulator" || from.simulate) return simulated(known === "simulator" ? resolveOptions(node.options, from.variable) : {}, node, from);
  const provider = await factories[known](resolveOptions(node.options, from.variable), node, from).catch((thrown: unknown) => {
    throw thrown instanceof RunError ? thrown.at("", node.place) : thrown;
  });
  const { refusedKeywords, systemTexts } = kinds[known];
  return { provider, kind, refusedKeywords, systemTexts, simulated: false };
}

async function simulated(options: Options, node: ProviderNode, from: OpenProviderOptions): Promise<OpenedProvider> {
  return { provider: await factories.simulator(options, node, from), kind: "simulator", refusedKeywords: [], simulated: true };
}

/** What a factory of somebody's own is given beside the options. */
export interface ProviderParts {
  /** The guarded fetch: proxies, no redirects to other hosts, an aborted signal destroys the socket. Closed after the run. */
  readonly fetch: GuardedFetch;
}
type Factory = (options: Options, parts: ProviderParts) => Provider | Promise<Provider>;

/** Somebody's own: a module of the project by its path, or a package by its name, that exports a factory. */
async function ownProvider(node: ProviderNode, module: string, from: OpenProviderOptions): Promise<OpenedProvider> {
  const address = addressOf(module, from.project);
  if (address === undefined) {
    throw new RunError("not_found", `There is no module ${module}, which the provider "${node.name}" comes from.`, { code: "T623", place: node.place });
  }
  const exports = await importModule(address).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new RunError("failed", `${module} cannot be loaded: ${why}`, { place: node.place, cause });
  });
  const factory = exportedFunction<Factory>(exports, node.name);
  if (factory === undefined) {
    const hint = `It exports a function named ${node.name}, or a default one, that takes the options and gives a provider.`;
    throw new RunError("failed", `${module} exports no provider.`, { place: node.place, hint });
  }
  const options = resolveOptions(node.options, from.variable);
  const kind = publishedKind(module, address, from.project);
  await checkOptions(options, kind, module, node);
  const { guardedFetch } = await import("../net/guarded-fetch.ts");
  const fetch = guardedFetch();
  const provider = await factory(options, { fetch });
  if (typeof provider?.complete !== "function") {
    const hint = "It gives an object with a method complete(request, signal).";
    throw new RunError("failed", `What ${module} exports gives no provider.`, { place: node.place, hint });
  }
  const closing: Provider = {
    complete: (request, signal) => provider.complete(request, signal),
    ...(provider.describe === undefined ? {} : { describe: (request) => provider.describe?.(request) as Described }),
    async close() {
      await provider.close?.();
      await fetch.close();
    },
  };
  const { refusedKeywords = [], systemTexts = "anywhere" } = kind;
  return { provider: closing, kind: node.name, refusedKeywords, systemTexts, simulated: false };
}
type Described = ReturnType<NonNullable<Provider["describe"]>>;

export interface PublishedKind {
  readonly options?: JsonSchema;
  readonly refusedKeywords?: readonly string[];
  readonly systemTexts?: SystemPlaces;
}

/** What lies beside the module (`acme.kind.json` for `acme.ts`), which the checker has read already; nothing where nothing lies there. */
export function publishedKind(module: string, address: string, project: Project): PublishedKind {
  const isFile = project.locate(module) !== undefined;
  const beside = isFile ? fileURLToPath(address).replace(/\.\w+$/, ".kind.json") : join(project.root, "node_modules", module, `${basename(module)}.kind.json`);
  try {
    return JSON.parse(readFileSync(beside, "utf8")) as PublishedKind;
  } catch {
    return {};
  }
}

/** The checker has looked at what was written; here are the variables' values, and graphs that it has never seen. */
async function checkOptions(options: Options, kind: PublishedKind, module: string, node: ProviderNode): Promise<void> {
  if (kind.options === undefined) return;
  const validate = await validatorOf({ type: "object", properties: kind.options["properties"] ?? {} });
  const wrong = validate(options as Json);
  if (wrong === undefined) return;
  throw new RunError("invalid_request", `The options of "${node.name}" do not fit what ${module} takes: ${wrong}`, { place: node.place });
}

export function addressOf(module: string, project: Project): string | undefined {
  const path = project.locate(module);
  if (path !== undefined) return pathToFileURL(path).href;
  try {
    return pathToFileURL(createRequire(join(project.root, "package.json")).resolve(module)).href;
  } catch {
    return undefined;
  }
}
