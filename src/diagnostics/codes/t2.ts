/** names */
export const t2 = {} as const;
