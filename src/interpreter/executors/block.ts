import type { Json } from "../../diagnostics/json.ts";
import type { BlockNode, Statement } from "../../graph/expressions.ts";
import { makeChat, makesChat } from "../chats.ts";
import { execute } from "../execute.ts";
import type { Frame } from "../frame.ts";
import { breakSignal, ReturnSignal } from "../signal.ts";
import { Variables } from "../variables.ts";

export function executeBlock({ body }: BlockNode, frame: Frame): Promise<Json> {
  return executeStatements(body, { ...frame, variables: new Variables(frame.variables) });
}

/** One after the other in the frame's own scope; the last statement's value, null where that is no expression. */
export async function executeStatements(body: readonly Statement[], frame: Frame): Promise<Json> {
  let value: Json = null;
  for (const statement of body) value = await executeStatement(statement, frame);
  return value;
}

async function executeStatement(statement: Statement, frame: Frame): Promise<Json> {
  switch (statement.kind) {
    case "let":
      frame.variables.let(statement.name, await (makesChat(statement.value) ? makeChat(statement.value, frame) : execute(statement.value, frame)));
      return null;
    case "assign":
      frame.variables.assign(statement.name, await execute(statement.value, frame));
      return null;
    case "return":
      throw new ReturnSignal(statement.value === undefined ? null : await execute(statement.value, frame));
    case "break":
      throw breakSignal;
    default:
      return execute(statement, frame);
  }
}
