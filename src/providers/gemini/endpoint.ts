import type { GeminiOptions } from "./options.ts";

/** Whether requests go to Vertex AI, whose addresses differ from those of the Gemini API and whose bodies do not. */
export function isVertex({ vertex, project }: GeminiOptions): boolean {
  return vertex === true || project !== undefined;
}

export function locationOf({ location = "global" }: GeminiOptions): string {
  return location;
}

export function versionOf(options: GeminiOptions): string {
  return options.api_version ?? (isVertex(options) ? "v1beta1" : "v1beta");
}

/** Where the API begins: the same hosts that the package knows, so that no variable of the environment can name another. */
export function baseOf(options: GeminiOptions): string {
  if (options.base_url !== undefined) return options.base_url.replace(/\/+$/, "");
  if (!isVertex(options)) return "https://generativelanguage.googleapis.com";
  const location = locationOf(options);
  if (options.project === undefined || location === "global") return "https://aiplatform.googleapis.com";
  if (location === "us" || location === "eu") return `https://aiplatform.${location}.rep.googleapis.com`;
  return `https://${location}-aiplatform.googleapis.com`;
}

/** The address that a request for `model` goes to. */
export function urlOf(options: GeminiOptions, model: string): string {
  const path = isVertex(options) ? vertexPath(options, model) : /^(models|tunedModels)\//.test(model) ? model : `models/${model}`;
  return `${baseOf(options)}/${versionOf(options)}/${path}:streamGenerateContent?alt=sse`;
}

/** A model of another publisher is `meta/llama-…`; what begins with `projects/` says everything itself. */
function vertexPath(options: GeminiOptions, model: string): string {
  const [publisher = "", name] = model.split("/");
  const whole = /^(projects|publishers|models)\//.test(model);
  const path = whole ? model : name === undefined ? `publishers/google/models/${model}` : `publishers/${publisher}/models/${name}`;
  return options.project === undefined || path.startsWith("projects/") ? path : `projects/${options.project}/locations/${locationOf(options)}/${path}`;
}
