import { t4Flow } from "./t4-flow.ts";
import { t4Wiring } from "./t4-wiring.ts";

/** Flow (T401 to T439) and wiring (T440 to T499). */
export const t4 = { ...t4Flow, ...t4Wiring } as const;
