import { randomBytes } from "node:crypto";

/** A new run's id: the millisecond it began (the second as one reads it, then three hex digits), so that a list of runs is in order, and 28 random bits. `20261104-153012-2a72c41d07` */
export function newRunId(): string {
  const now = new Date();
  const [day = "", time = ""] = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, "").split("T");
  const random = randomBytes(4).toString("hex").slice(1);
  return `${day}-${time}-${now.getUTCMilliseconds().toString(16).padStart(3, "0")}${random}`;
}
