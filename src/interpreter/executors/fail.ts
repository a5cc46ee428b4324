import type { FailNode } from "../../graph/expressions.ts";
import { failure } from "../evaluators/fail.ts";
import { execute } from "../execute.ts";
import type { Frame } from "../frame.ts";

export async function executeFail({ message, place }: FailNode, frame: Frame): Promise<never> {
  throw failure(message === undefined ? undefined : await execute(message, frame), place);
}
