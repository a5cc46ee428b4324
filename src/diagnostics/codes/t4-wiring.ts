/** Wiring: what is connected to what. */
export const t4Wiring = {} as const;
