/** Flow: branches, loops, statements that are never reached. */
export const t4Flow = {
  T401: "never reached",
  T402: "missing result",
  T403: "loop without bound",
  T404: "bound not known",
  T405: "no loop here",
  T406: "leaves a branch",
  T407: "fixed name",
  T409: "not a branch",
  T410: "race of values",
  T411: "two policies",
  T412: "shared conversation",
  T413: "value goes nowhere",
  T414: "no return here",
  T416: "too few branches",
  T417: "never enough",
} as const;
