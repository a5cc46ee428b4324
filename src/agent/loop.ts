import { RunError } from "../diagnostics/errors.ts";
import type { Json } from "../diagnostics/json.ts";
import { orAborted, throwIfAborted } from "./abort.ts";
import { askModel, type Question } from "./ask-model.ts";
import { type Chooser, createChooser } from "./choice.ts";
import { type Conversation, createConversation } from "./conversation.ts";
import type { ModelReply } from "./events.ts";
import { classOf, errorInfo, messageOf, withoutStop } from "./failure.ts";
import { type Granted, grantedOf, heldBy, toolName, withHandoffs } from "./handoff.ts";
import { callHook } from "./hook-call.ts";
import { carryOf, modelRequest, type RequestFrame, requestFrame } from "./model-request.ts";
import { heldTo, InvalidOutput, type Meaning, meaningOf } from "./output.ts";
import type { Message, ToolCall } from "./provider.ts";
import type { Runtime } from "./runtime.ts";
import type { Scope } from "./scope.ts";
import type { AgentCall, AgentResult, AgentSpec, Model } from "./spec.ts";
import { runToolTurn } from "./tool-turn.ts";
import { addCost, addUsage, type Cost, noCost, noUsage, type Usage } from "./usage.ts";
import { emptyForm } from "./words.ts";

/**
 * One run of an agent: turns until there is a result. Throws a `RunError`: the class of what failed for good, or the
 * reason of `call.signal`. Emits agent.started first, and agent.finished or agent.failed last.
 */
export async function runAgent(spec: AgentSpec, call: AgentCall, runtime: Runtime): Promise<AgentResult> {
  const { clock, emit } = runtime;
  const { path, args } = call;
  const place = spec.place === undefined ? {} : { place: spec.place };
  const startedAt = clock.now();
  const tally: Tally = { turns: 0, usage: noUsage, cost: noCost };
  const ending = (): Tally & { agent: string; durationMs: number } => ({ agent: spec.name, ...tally, durationMs: clock.now() - startedAt });
  emit(path, { type: "agent.started", agent: spec.name, ...(args === undefined ? {} : { args }), ...place });
  try {
    const conversation = createConversation(call.messages, spec.name);
    const run: AgentRun = { spec, call, runtime, conversation, tally };
    let ended: Ended;
    try {
      ended = await turns(run);
    } catch (thrown) {
      if (runtime.hooks.onError === undefined) throw thrown;
      ended = { value: await rescued(thrown, run), agent: spec };
    }
    const { value, agent } = ended;
    emit(path, { type: "agent.finished", value, ...ending() });
    return { value, agent, messages: conversation.messages(), turns: tally.turns, usage: tally.usage, cost: tally.cost };
  } catch (thrown) {
    const error = asRunError(thrown, spec);
    // The reason of a signal is shared by all that it stops: it gets no path of theirs.
    if (error !== call.signal.reason) error.at(path, spec.place);
    emit(path, { type: "agent.failed", error: errorInfo(error), ...ending() });
    throw error;
  }
}

/** What the hook `onError` puts in the place of a result; throws the error where it leaves it. */
async function rescued(thrown: unknown, { spec, call, runtime }: AgentRun): Promise<Json> {
  const { path } = call;
  const error = asRunError(thrown, spec);
  if (call.signal.aborted || error.class === "cancelled" || error.class === "internal") throw thrown;
  const decision = await callHook(
    "onError",
    { path, agent: spec.name, signal: call.signal, of: "agent", class: error.class, error: error.at(path, spec.place) },
    runtime,
  );
  if (decision === undefined) throw error;
  return heldTo(spec, decision.value);
}

interface Tally {
  turns: number;
  usage: Usage;
  cost: Cost;
}
/** What stays the same over a run, whoever takes over. */
interface AgentRun {
  /** The agent that was called: it says how many turns and calls there may be. */
  readonly spec: AgentSpec;
  readonly call: AgentCall;
  readonly runtime: Runtime;
  readonly conversation: Conversation;
  readonly tally: Tally;
}

/** Who is asked at the moment: the agent that was called, or one that has taken over. */
interface Seat {
  /** As it was given; `spec` is the same with its handoffs among its tools. */
  given: AgentSpec;
  spec: AgentSpec;
  readonly call: AgentCall;
  frame: RequestFrame;
  readonly chooser: Chooser;
  calledTools: boolean;
}

function seatOf(given: AgentSpec, call: AgentCall, { runId, gates }: Runtime): Seat {
  const spec = offering(given);
  return { given, spec, call, frame: requestFrame(spec, runId), chooser: createChooser(spec.model, call.path, gates), calledTools: false };
}

function offering(given: AgentSpec): AgentSpec {
  const tools = withHandoffs(given);
  return tools === given.tools ? given : { ...given, tools };
}

/** Tools of servers may have changed since the turn before. */
async function renewTools(seat: Seat, { runId }: Runtime): Promise<void> {
  const tools = await seat.given.toolsNow?.();
  if (tools === undefined || tools === seat.given.tools) return;
  seat.given = { ...seat.given, tools };
  seat.spec = offering(seat.given);
  seat.frame = requestFrame(seat.spec, runId);
}

/** What a run came to, and the agent that said it last. */
interface Ended {
  readonly value: Json;
  readonly agent: AgentSpec;
}

async function turns(run: AgentRun): Promise<Ended> {
  const { call, runtime, conversation, tally } = run;
  const limits = run.spec;
  let agent = run.spec;
  let seat = seatOf(agent, call, runtime);
  let scope: Scope | undefined;
  const spent = (usage: Usage, cost: Cost): void => {
    tally.usage = addUsage(tally.usage, usage);
    tally.cost = addCost(tally.cost, cost);
  };
  const take = async ({ handoff, call: index }: Granted, path: string): Promise<void> => {
    const taker = await handoff.take();
    scope?.dispose();
    const held = heldBy(taker, call, runtime);
    scope = held.scope;
    runtime.emit(`${path}/call[${index}]/${toolName(handoff)}`, { type: "handoff.taken", from: agent.name, to: taker.spec.name });
    agent = taker.spec;
    seat = seatOf(agent, held.call, runtime);
    conversation.setSystem(taker.system);
  };
  let repairs = 0;
  let toolCalls = 0;

  try {
    for (;;) {
      throwIfAborted(seat.call.signal);
      if (seat.given.toolsNow !== undefined) await renewTools(seat, runtime);
      const { spec, chooser, frame, calledTools } = seat;
      if (tally.turns >= limits.maxTurns) throw tooMany(limits, `took all of its ${counted(limits.maxTurns, "turn")}`, "max_turns");
      const turn = tally.turns++;
      const path = `${call.path}/turn[${turn}]`;
      const messages = conversation.messages();
      let reply: Kept | undefined;
      let asked: Model | undefined;
      const question: Question<Meaning> = {
        spec,
        call: seat.call,
        runtime,
        turn,
        path,
        chooser,
        build(model, attempt) {
          asked = model;
          return modelRequest(frame, model, { path, attempt, messages, calledTools });
        },
        accept(given) {
          reply = asked === undefined ? given : { ...given, by: asked };
          const meant = accept(given, spec, runtime, path);
          // A validator of the caller's own may never be done.
          return spec.output?.ensure === undefined ? meant : orAborted(meant, seat.call.signal);
        },
        retryInvalid: spec.repair === undefined,
        spent,
      };

      let meaning: Meaning;
      try {
        meaning = await askModel(question);
      } catch (thrown) {
        if (!(thrown instanceof InvalidOutput) || reply === undefined || spec.repair === undefined || repairs >= spec.repair.max) throw thrown;
        repairs++;
        const { max } = spec.repair;
        const text = await orAborted(spec.repair.render(thrown.output, thrown.detail), seat.call.signal);
        runtime.emit(path, { type: "repair.sent", agent: spec.name, repair: repairs, max, text });
        const calls = callsOfUnfit(reply, spec);
        toolCalls += calls.length;
        limitCalls(limits, toolCalls);
        if (calls.length > 0) seat.calledTools = true;
        const granted = await keepUnfit(reply, calls, seat, run, path);
        conversation.add({ role: "user", content: text });
        if (granted !== undefined) await take(granted, path);
        continue;
      }

      toolCalls += meaning.calls.length;
      limitCalls(limits, toolCalls);
      if (meaning.calls.length > 0) seat.calledTools = true;
      const granted = await keep(reply, meaning.calls, seat, run, path);
      if (meaning.result !== undefined) {
        await softChecks(spec, runtime, path, meaning.result.value);
        return { value: meaning.result.value, agent };
      }
      if (granted !== undefined) await take(granted, path);
    }
  } finally {
    scope?.dispose();
  }
}

async function accept(reply: ModelReply, spec: AgentSpec, runtime: Runtime, path: string): Promise<Meaning> {
  try {
    return await meaningOf(spec, reply);
  } catch (thrown) {
    if (thrown instanceof RunError) thrown.at(path, spec.place);
    if (thrown instanceof InvalidOutput) runtime.emit(path, { type: "output.invalid", agent: spec.name, message: thrown.message, text: thrown.output });
    throw thrown;
  }
}

/** A reply, and the model that gave it. */
type Kept = ModelReply & { readonly by?: Model };

/** The reply goes into the conversation, and behind it the answer to each of its calls, in their order. Gives the handoff that it asks for. */
async function keep(
  reply: Kept | undefined,
  calls: readonly ToolCall[],
  { spec, call }: Seat,
  { runtime, conversation }: AgentRun,
  path: string,
): Promise<Granted | undefined> {
  if (reply === undefined) return undefined;
  conversation.add({
    ...{ role: "assistant", content: reply.text },
    ...(reply.toolCalls.length === 0 ? {} : { toolCalls: reply.toolCalls }),
    ...(reply.carry === undefined || reply.by === undefined ? {} : { carry: carryOf(reply.carry, reply.by) }),
  });
  if (reply.toolCalls.length === 0) return undefined;
  const answers = calls.length === 0 ? [] : await runToolTurn(calls, spec, call, path, runtime);
  conversation.add(
    ...reply.toolCalls.map((asked): Message => {
      const index = calls.indexOf(asked);
      return answers[index] ?? { role: "tool", callId: asked.id, name: asked.name, content: emptyForm };
    }),
  );
  const [first, ...late] = grantedOf(spec, calls, answers);
  for (const { handoff, call: index } of late) {
    const message = `The agent "${spec.name}" asked for several handoffs at once: the first is taken, and the one to "${handoff.agent}" is not.`;
    runtime.emit(`${path}/call[${index}]/${toolName(handoff)}`, { type: "warning", message });
  }
  return first;
}

/** The calls of a reply that is to be repaired, as far as it is whole; that of the result tool is none. */
function callsOfUnfit({ finish, toolCalls }: Kept, spec: AgentSpec): readonly ToolCall[] {
  return finish === "max_tokens" ? [] : toolCalls.filter(({ name }) => name !== spec.name);
}

/** A reply that is to be repaired stays in the conversation as far as it is whole. */
async function keepUnfit(reply: Kept, calls: readonly ToolCall[], seat: Seat, run: AgentRun, path: string): Promise<Granted | undefined> {
  if (reply.finish !== "max_tokens" && reply.toolCalls.length > 0) return keep(reply, calls, seat, run, path);
  if (reply.text !== "") run.conversation.add({ role: "assistant", content: reply.text });
  return undefined;
}

async function softChecks(spec: AgentSpec, runtime: Runtime, path: string, value: Json): Promise<void> {
  const failed = (await (spec.output ?? spec.text)?.check?.(value)) ?? [];
  for (const check of failed) {
    runtime.emit(path, { type: "check.failed", agent: spec.name, check, ...(spec.place === undefined ? {} : { place: spec.place }) });
  }
}

function limitCalls(spec: AgentSpec, calls: number): void {
  if (calls > spec.maxToolCalls) throw tooMany(spec, `asked for more than its ${counted(spec.maxToolCalls, "tool call")}`, "max_tool_calls");
}

function tooMany(spec: AgentSpec, did: string, option: string): RunError {
  return new RunError("max_turns", `The agent "${spec.name}" ${did} without a result.`, { hint: `Raise \`${option}\` on the agent, or ask for less.` });
}

const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? "" : "s"}`;

/** What a hook, a template or a tool of the caller's own threw, as an error of a run. */
function asRunError(thrown: unknown, spec: AgentSpec): RunError {
  if (thrown instanceof RunError) return thrown;
  return new RunError(classOf(thrown, "internal"), `The agent "${spec.name}" failed: ${withoutStop(messageOf(thrown))}.`, { cause: thrown });
}
