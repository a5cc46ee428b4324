import type { Abilities, Subject } from "./subject.ts";

/** One thing that every provider does. */
export interface Case {
  /** A sentence; with `group` the name of the test. */
  readonly name: string;
  readonly group: Group;
  /** Absent: for every provider. */
  readonly needs?: (abilities: Abilities) => boolean;
  /** Throws where the subject does otherwise. */
  readonly run: (subject: Subject) => Promise<void>;
}

export const groups = ["request", "text", "stream", "tools", "output", "media", "usage", "finish", "errors", "cancellation", "concurrency"] as const;
export type Group = (typeof groups)[number];
