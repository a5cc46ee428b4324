import { systemPlaces } from "../diagnostics/system-places.ts";
import type { ProviderDecl } from "../syntax/ast.ts";
import type { CheckOptions } from "./checked.ts";
import { isPath, projectPath } from "./declarations/project-path.ts";
import { listed, plainText } from "./declarations/values.ts";
import type { KindData, ModelParameterName } from "./kind-data.ts";

export type ProviderKind =
  | { readonly of: "known"; readonly kind: KindData }
  | { readonly of: "unknown"; readonly name: string }
  /** Somebody's own, without data beside it, or with data that cannot be read: `why` says what is wrong with it. */
  | { readonly of: "unpublished"; readonly path: string; readonly why?: string };

/** What kind a declared provider is of, as its options make it. `file` is where it stands. */
export function kindOfProvider(decl: ProviderDecl, file: string, options: CheckOptions): ProviderKind {
  const found = namedKind(decl, file, options);
  return found.of === "known" ? { of: "known", kind: variantOf(found.kind, decl) } : found;
}

/** The kind as it is under the words that the provider's options say. */
function variantOf(kind: KindData, decl: ProviderDecl): KindData {
  let result = kind;
  for (const { key, value } of decl.options?.entries ?? []) {
    const variant = value.kind === "NameExpr" && own(own(kind.variants ?? {}, key.text) ?? {}, value.name);
    if (variant) result = { ...result, ...variant, variant: `${key.text}: ${value.name}` };
  }
  return result;
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function namedKind(decl: ProviderDecl, file: string, options: CheckOptions): ProviderKind {
  if (decl.from !== undefined) return publishedKind(plainText(decl.from) ?? "", file, options);
  const name = (decl.of ?? decl.name).text;
  const kind = Object.hasOwn(options.kinds, name) ? options.kinds[name] : undefined;
  return kind === undefined ? { of: "unknown", name } : { of: "known", kind };
}

/** `./my-provider.ts` has its data in `./my-provider.kind.json`, the package `acme` in its folder as `acme.kind.json`. */
function publishedKind(written: string, file: string, options: CheckOptions): ProviderKind {
  const base = isPath(written) ? projectPath(file, written.replace(/\.\w+$/, "")) : `node_modules/${written}/${written.split("/").at(-1)}`;
  const path = `${base ?? ""}.kind.json`;
  const read = base === undefined ? undefined : options.readFile(path);
  if (read === undefined || !read.ok) return { of: "unpublished", path };
  try {
    const kind = readKind(JSON.parse(read.text));
    return typeof kind === "string" ? { of: "unpublished", path, why: kind } : { of: "known", kind };
  } catch (error) {
    return { of: "unpublished", path, why: `it is no JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}

const everyParameter: readonly ModelParameterName[] = ["temperature", "top_p", "max_tokens", "stop", "seed", "reasoning"];

/** A kind's data from JSON; what it leaves out is taken as permitted. Or what is wrong with it. */
function readKind(json: unknown): KindData | string {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return "it must be an object";
  const data = json as Readonly<Record<string, unknown>>;
  const options = data["options"];
  if (typeof options !== "object" || options === null || Array.isArray(options)) return "`options` must be the JSON Schema of its options";
  const required = data["requiredOptions"];
  if (required !== undefined && !(Array.isArray(required) && required.every((item) => (Array.isArray(item) ? item.every(isText) : isText(item))))) {
    return "`requiredOptions` must be a list of texts, or of lists of which one is needed";
  }
  const wrong = wrongIn(data);
  if (wrong !== undefined) return wrong;
  for (const variants of Object.values(data["variants"] ?? {})) {
    for (const variant of Object.values(variants ?? {})) {
      const wrong = typeof variant === "object" && variant !== null ? wrongIn(variant as Readonly<Record<string, unknown>>) : "each must be an object";
      if (wrong !== undefined) return `\`variants\`: ${wrong}`;
    }
  }
  const caching = data["caching"];
  if (caching !== undefined && caching !== "marks" && caching !== "automatic" && caching !== "none") return "`caching` must be marks, automatic or none";
  return { ...permissive, ...(data as Partial<KindData>), options };
}

function isText(item: unknown): boolean {
  return typeof item === "string";
}

/** What of the lists and switches of a kind, or of a variant of it, is of another shape. */
function wrongIn(data: Readonly<Record<string, unknown>>): string | undefined {
  for (const key of ["files", "parameters", "demands", "reasoning", "outputModes", "toolChoices", "refusedKeywords", "hosts"]) {
    const value = data[key];
    if (value !== undefined && !(Array.isArray(value) && value.every(isText))) return `\`${key}\` must be a list of texts`;
  }
  for (const key of ["closedOutput", "nativeWithTools", "tools", "images", "documents", "network"]) {
    if (data[key] !== undefined && typeof data[key] !== "boolean") return `\`${key}\` must be true or false`;
  }
  const places = data["systemTexts"];
  if (places !== undefined && !(systemPlaces as readonly unknown[]).includes(places)) return `\`systemTexts\` must be ${listed(systemPlaces)}`;
  return undefined;
}

const permissive: KindData = {
  name: "",
  options: {},
  requiredOptions: [],
  parameters: everyParameter,
  demands: [],
  reasoning: ["none", "minimal", "low", "medium", "high", "xhigh", "max"],
  outputModes: ["native", "tool", "text"],
  toolChoices: ["auto", "required", "none", "tool"],
  refusedKeywords: [],
  tools: true,
  images: true,
  documents: true,
  caching: "marks",
  hosts: [],
  network: true,
};
