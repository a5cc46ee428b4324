/**
 * Where a vendor takes system texts: one before everything else (`first`), any number of them there (`leading`), there and
 * further on between a turn of the user and the answer to it (`before_answers`), or `anywhere`.
 */
export type SystemPlaces = "first" | "leading" | "before_answers" | "anywhere";
export const systemPlaces: readonly SystemPlaces[] = ["first", "leading", "before_answers", "anywhere"];

/** A system text that is out of place: the message at `index`, from 0. */
export interface MisplacedSystem {
  readonly index: number;
  /** What holds, behind the name of who takes it. */
  readonly rule: string;
  readonly hint: string;
}

const asUser = "say it as a message of the user's.";
const rules = {
  first: { rule: "takes one system text, before everything else", hint: `Make one text of them, or ${asUser}` },
  leading: { rule: "takes system texts before everything else only", hint: `Move it there, or ${asUser}` },
  before_answers: {
    rule: "takes a later system text only by itself, between a message of the user's and the answer",
    hint: `Move it there or before everything else, or ${asUser}`,
  },
} as const;

/** The first system text that does not stand where it is taken, by the roles of a conversation's messages. */
export function misplacedSystem(roles: readonly string[], places: SystemPlaces): MisplacedSystem | undefined {
  if (places === "anywhere") return undefined;
  const head = countLeading(roles);
  if (places === "first" && head > 1) return { index: 1, ...rules.first };
  const index = roles.findIndex((role, at) => role === "system" && at >= head && !(places === "before_answers" && isBeforeAnswer(roles, at)));
  return index === -1 ? undefined : { index, ...rules[places] };
}

/** How many system texts a conversation begins with. */
export function countLeading(roles: readonly string[]): number {
  const first = roles.findIndex((role) => role !== "system");
  return first === -1 ? roles.length : first;
}

/** Results of tools are the user's. The answer may be the one that is asked for. */
function isBeforeAnswer(roles: readonly string[], at: number): boolean {
  const [before, after] = [roles[at - 1], roles[at + 1]];
  return (before === "user" || before === "tool") && (after === undefined || after === "assistant");
}
