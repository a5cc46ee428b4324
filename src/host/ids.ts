import { randomBytes } from "node:crypto";

/** A new run's id: the second it began, so that a list of runs is in order, and 40 random bits. `20261104-153012-9f2c41d07b` */
export function newRunId(): string {
  const [day = "", time = ""] = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, "").split("T");
  return `${day}-${time}-${randomBytes(5).toString("hex")}`;
}
