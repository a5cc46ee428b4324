import { t4Flow } from "./t4-flow.ts";
import { t4Wiring } from "./t4-wiring.ts";

/** Pages of `tantra explain T4xx`. */
export const t4 = { ...t4Flow, ...t4Wiring } as const;
