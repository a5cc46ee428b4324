/** wiring */
export const t4 = {} as const;
