/** configuration */
export const t5 = {} as const;
