import { RunError } from "../../diagnostics/errors.ts";

/** The options of the kind `gemini`, named as in a program. */
export interface GeminiOptions {
  /** Of the Gemini API, or with `vertex` of Vertex AI's express mode. */
  readonly api_key?: string;
  /** Where the API begins, without its version. */
  readonly base_url?: string;
  /** Sent with every request, over everything else. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly vertex?: boolean;
  readonly project?: string;
  /** Default `global`. */
  readonly location?: string;
  readonly access_token?: string;
  /** Path of a file with credentials of Google Cloud. */
  readonly credentials?: string;
  /** Default `v1beta`, of Vertex AI `v1beta1`. */
  readonly api_version?: string;
}

/** Throws a `RunError` where options do not go together, or would make an address that is not Google's. */
export function checkOptions(options: GeminiOptions): void {
  const wrong = (message: string, hint: string): never => {
    throw new RunError("invalid_request", message, { hint });
  };
  if (options.project === undefined) {
    for (const name of ["location", "access_token", "credentials"] as const) {
      if (options[name] !== undefined) wrong(`\`${name}\` is given without a \`project\`.`, "Write `project: …`, or use an `api_key` alone.");
    }
  }
  const ways = (["api_key", "access_token", "credentials"] as const).filter((name) => options[name] !== undefined);
  if (ways.length > 1) wrong(`There are two ways to sign in: \`${ways.join("` and `")}\`.`, "Keep one of them.");
  if (ways.length === 0) wrong("There is nothing to sign in with.", "Write `api_key`, or `project` with `access_token` or `credentials`.");
  // Both stand in the address, the location in the host's name: `evil.example/` there would be sent the key.
  for (const name of ["project", "location"] as const) {
    if (!/^[\w.:<>-]*$/.test(options[name] ?? "")) wrong(`\`${name}\` cannot be "${options[name]}".`, "Write its id, as the Google Cloud console shows it.");
  }
}
