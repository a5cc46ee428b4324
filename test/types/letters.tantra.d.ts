// Written by `tantra types` from letters.tantra: do not change it, write it again.

export interface Letter {
  readonly to: string;
  readonly tone: "kind" | "stern";
}

/** Letters, for the tests of types. */
export interface Types {
  readonly starts: {
    readonly post: {
      readonly input: { readonly to: string; readonly times?: number | undefined };
      readonly value: Letter;
    };
    readonly writer: {
      readonly input: { readonly letter: Letter; readonly facts: readonly string[] };
      readonly value: string;
    };
  };
  readonly tools: {
    /** What is known of somebody. */
    readonly look_up: {
      readonly input: { readonly name: string };
      readonly value: readonly string[];
    };
  };
  readonly providers: "llm";
  readonly profiles: "real";
}

declare module "tantra" {
  interface Programs {
    readonly "test/types/letters.tantra": Types;
  }
}
