import type { Json } from "../diagnostics/json.ts";
import type { ExprKind, ExprOf } from "../graph/expressions.ts";
import { evaluate } from "./evaluate.ts";
import { executeAgentCall } from "./executors/agent-call.ts";
import { executeAsk } from "./executors/ask.ts";
import { executeBinary } from "./executors/binary.ts";
import { executeBlock } from "./executors/block.ts";
import { executeCatch } from "./executors/catch.ts";
import { executeChat, executeChatAdd, executeChatMessages, executeChatSend } from "./executors/chat.ts";
import { executeFail } from "./executors/fail.ts";
import { executeFor } from "./executors/for.ts";
import { executeIf } from "./executors/if.ts";
import { executeMatch } from "./executors/match.ts";
import { executeMcpCall } from "./executors/mcp-call.ts";
import { executeParallel } from "./executors/parallel.ts";
import { executeParallelFor } from "./executors/parallel-for.ts";
import { executeRace } from "./executors/race.ts";
import { executeRepeat } from "./executors/repeat.ts";
import { executeStrict } from "./executors/strict.ts";
import { executeText } from "./executors/text.ts";
import { executeToolCall } from "./executors/tool-call.ts";
import { executeWorkflowCall } from "./executors/workflow-call.ts";
import type { Frame } from "./frame.ts";

/** Runs an expression that can wait. Throws `RunError`, and the signals of `return` and `break`. */
export type Executor<K extends ExprKind> = (node: ExprOf<K>, frame: Frame) => Promise<Json>;

/** One for each kind: a kind without an executor does not compile. */
export const executors: { readonly [K in ExprKind]: Executor<K> } = {
  literal: atOnce,
  read: atOnce,
  model: atOnce,
  text: executeText,
  list: executeStrict("list"),
  object: executeStrict("object"),
  member: executeStrict("member"),
  index: executeStrict("index"),
  unary: executeStrict("unary"),
  function: executeStrict("function"),
  template_call: executeStrict("template_call"),
  binary: executeBinary,
  block: executeBlock,
  if: executeIf,
  match: executeMatch,
  catch: executeCatch,
  fail: executeFail,
  for: executeFor,
  repeat: executeRepeat,
  agent_call: executeAgentCall,
  tool_call: executeToolCall,
  workflow_call: executeWorkflowCall,
  parallel: executeParallel,
  parallel_for: executeParallelFor,
  race: executeRace,
  mcp_call: executeMcpCall,
  ask: executeAsk,
  chat: executeChat,
  chat_send: executeChatSend,
  chat_add: executeChatAdd,
  chat_messages: executeChatMessages,
  fork: executeChat,
};

async function atOnce(node: ExprOf<"literal" | "read" | "model">, { variables, run }: Frame): Promise<Json> {
  return evaluate(node, variables, run.program);
}
