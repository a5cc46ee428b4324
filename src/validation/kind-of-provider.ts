import type { ProviderDecl } from "../syntax/ast.ts";
import type { CheckOptions } from "./checked.ts";
import { isPath, projectPath } from "./declarations/project-path.ts";
import { plainText } from "./declarations/values.ts";
import type { KindData, ModelParameterName } from "./kind-data.ts";

/** Kinds of the language that this version does not have. */
const kindsToCome = ["azure", "anthropic", "ollama", "cohere", "bedrock"];

export type ProviderKind =
  | { readonly of: "known"; readonly kind: KindData }
  /** No such kind; `toCome`: the language has it, this version does not. */
  | { readonly of: "unknown"; readonly name: string; readonly toCome: boolean }
  /** Somebody's own, without data beside it, or with data that cannot be read: `why` says what is wrong with it. */
  | { readonly of: "unpublished"; readonly path: string; readonly why?: string };

/** What kind a declared provider is of. `file` is where it stands. */
export function kindOfProvider(decl: ProviderDecl, file: string, options: CheckOptions): ProviderKind {
  if (decl.from !== undefined) return publishedKind(plainText(decl.from) ?? "", file, options);
  const name = (decl.of ?? decl.name).text;
  const kind = Object.hasOwn(options.kinds, name) ? options.kinds[name] : undefined;
  return kind === undefined ? { of: "unknown", name, toCome: kindsToCome.includes(name) } : { of: "known", kind };
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
  const isText = (item: unknown) => typeof item === "string";
  if (required !== undefined && !(Array.isArray(required) && required.every((item) => (Array.isArray(item) ? item.every(isText) : isText(item))))) {
    return "`requiredOptions` must be a list of texts, or of lists of which one is needed";
  }
  for (const key of ["files", "parameters", "demands", "reasoning", "outputModes", "toolChoices", "refusedKeywords", "hosts"]) {
    const value = data[key];
    if (value !== undefined && !(Array.isArray(value) && value.every(isText))) return `\`${key}\` must be a list of texts`;
  }
  for (const key of ["tools", "images", "documents", "network"]) {
    if (data[key] !== undefined && typeof data[key] !== "boolean") return `\`${key}\` must be true or false`;
  }
  const caching = data["caching"];
  if (caching !== undefined && caching !== "marks" && caching !== "automatic" && caching !== "none") return "`caching` must be marks, automatic or none";
  return { ...permissive, ...(data as Partial<KindData>), options };
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
