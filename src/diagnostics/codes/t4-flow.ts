/** Flow: branches, loops, statements that are never reached. */
export const t4Flow = {} as const;
