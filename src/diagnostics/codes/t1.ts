/** syntax */
export const t1 = {} as const;
