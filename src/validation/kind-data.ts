import type { SystemPlaces } from "../diagnostics/system-places.ts";

/**
 * What a kind of provider is, as data: what `providers/<kind>/kind.ts` exports. It imports nothing of the vendor, so that
 * the checker and an editor can use it without a key and without an SDK. (The type stands here because checking defines
 * what it needs; a kind's file satisfies it by its shape and imports nothing.)
 */
export interface KindData {
  readonly name: string;
  /** JSON Schema (2020-12) of the provider's own options, without the common ones. `additionalProperties` is false. */
  readonly options: object;
  /** Option names whose values are literally paths of files in the project (`replies`). */
  readonly files?: readonly string[];
  /** JSON Schemas of what stands in those files, by option (the simulator's `replies`). */
  readonly fileSchemas?: Readonly<Record<string, object>>;
  /** Options that must be written (`api_key` of a hosted vendor); of a list inside the list, at least one. */
  readonly requiredOptions: readonly (string | readonly string[])[];
  /** Model parameters that this kind understands; any other is an error at check time. */
  readonly parameters: readonly ModelParameterName[];
  /** Model parameters that the author must write (Anthropic's `max_tokens`). */
  readonly demands: readonly ModelParameterName[];
  /** What `reasoning:` may be. */
  readonly reasoning: readonly string[];
  readonly outputModes: readonly OutputMode[];
  /** Native output takes only objects that list their keys: no `map` and no `json` in a result. Absent: it takes both. */
  readonly closedOutput?: boolean;
  /** False: native output does not go together with tools, so an agent with tools asks for its result otherwise. */
  readonly nativeWithTools?: boolean;
  readonly toolChoices: readonly ("auto" | "required" | "none" | "tool")[];
  /** JSON Schema keywords that the vendor refuses in output schemas: left out of the request, the reply is still checked whole. */
  readonly refusedKeywords: readonly string[];
  /** Whether tools are understood, and images and files (PDFs, texts) as input. */
  readonly tools: boolean;
  readonly images: boolean;
  readonly documents: boolean;
  /** Where system texts may stand; absent: anywhere. */
  readonly systemTexts?: SystemPlaces;
  /** How prompts are cached: where `cache: true` marks them, by the vendor's own rules (marks are not sent), or not at all. */
  readonly caching: "marks" | "automatic" | "none";
  /**
   * The vendor's own hosts: a literal host that is none of these beside an `env` key needs `--trust`; `*.x` is every host under
   * x. Empty: any host is its own.
   */
  readonly hosts: readonly string[];
  /** Whether requests leave the machine at all (false: the simulator). */
  readonly network: boolean;
  /** What is otherwise where an option is written as a word: `{ api: { responses: { … } } }` under `api: responses`. */
  readonly variants?: Readonly<Record<string, Readonly<Record<string, KindVariant>>>>;
  /** The option under which this is so, as it is written: set by the checker, for its messages. */
  readonly variant?: string;
}

/** What checking alone needs: a run has the options themselves. */
export type KindVariant = Partial<
  Pick<KindData, "parameters" | "demands" | "reasoning" | "outputModes" | "toolChoices" | "tools" | "images" | "documents" | "systemTexts">
>;

export type ModelParameterName = "temperature" | "top_p" | "max_tokens" | "stop" | "seed" | "reasoning";
export type OutputMode = "native" | "tool" | "text";
