import { abort } from "./abort.ts";
import { budgets } from "./budgets.ts";
import { damage } from "./damage.ts";
import { disk } from "./disk.ts";
import { kill } from "./kill.ts";
import type { Part } from "./part.ts";
import { schedules } from "./schedules.ts";

/** All that is broken on purpose. */
export const parts: readonly Part[] = [kill, damage, disk, schedules, budgets, abort];
