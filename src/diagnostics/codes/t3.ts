/** types */
export const t3 = {} as const;
