import { orAborted, throwIfAborted } from "../agent/abort.ts";
import type { RunEvent } from "../agent/events.ts";
import { classOf, messageOf } from "../agent/failure.ts";
import { runAgent } from "../agent/loop.ts";
import type { Message } from "../agent/provider.ts";
import { defaultRetry } from "../agent/retry.ts";
import type { Runtime } from "../agent/runtime.ts";
import { createScope } from "../agent/scope.ts";
import { underSystem, withoutOpening } from "../agent/sequence.ts";
import type { AgentResult, AgentSpec, Handoff, Tool } from "../agent/spec.ts";
import { addCost, addUsage, type Cost, noCost, noUsage, type Usage } from "../agent/usage.ts";
import { RunError } from "../diagnostics/errors.ts";
import type { Json } from "../diagnostics/json.ts";
import type { AgentOptions, AgentResponse, AgentTool, AsToolOptions, Task } from "./agent-options.ts";
import { choiceOf, modelsOf } from "./models.ts";
import { type Output, outputOf } from "./output.ts";
import { type Answer, type Branch, inParallel, type ParallelOptions, type ParallelResults, type Policy } from "./parallel.ts";
import { Run } from "./run.ts";
import { type AskOptions, type Limits, session, type World } from "./session.ts";
import { checkName, tool } from "./tool.ts";
import { unfit } from "./unfit.ts";

/** What a stream of an agent is made of: text as it comes, everything else that happens, and the response at the end. */
export type StreamPart<T> = { readonly type: "text"; readonly text: string } | RunEvent | { readonly type: "response"; readonly response: AgentResponse<T> };

export type RunOf<T> = Run<T, AgentResponse<T>>;

/**
 * An agent without the language: a conversation with a model that calls tools. It keeps its conversation, so that each `run`
 * goes on where the last one ended; one that fails leaves it as it was. It does one thing at a time: `fork` it for a second.
 */
export class Agent<T = string> {
  readonly name: string;
  readonly #options: AgentOptions<T>;
  readonly #world: World;
  readonly #models: ReturnType<typeof modelsOf>;
  readonly #output: Output<T> | undefined;
  #history: readonly Message[];
  #atWork = false;
  #usage: Usage = noUsage;
  #cost: Cost = noCost;

  /** Throws a `RunError` (T621) where the options do not make an agent. Opens nothing. */
  constructor(options: AgentOptions<T>, world: World) {
    const { name, output, handoffs = [], tools = [] } = options;
    checkName(name, "agent");
    const double = tools.find((each, index) => tools.some((other, at) => at < index && other.name === each.name));
    if (double !== undefined) throw unfit(`The agent "${name}" has two tools "${double.name}".`);
    const twin = handoffs.find((each, index) => each.name === name || handoffs.some((other, at) => at < index && other.name === each.name));
    if (twin !== undefined) throw unfit(`The agent "${name}" has two agents "${twin.name}" to hand over to.`);
    this.name = name;
    this.#options = options;
    this.#world = world;
    this.#models = modelsOf(options.model, options.provider, name);
    this.#output = output === undefined ? undefined : outputOf(output, name);
    this.#history = this.#opening;
  }

  /** Asks, and goes on until there is a result. */
  run(task: Task, options: AskOptions & { readonly keepEvents?: boolean } = {}): RunOf<T> {
    return this.#begin([userMessage(task)], typeof task === "string" ? task : null, options);
  }

  /** Goes on with the conversation as it stands, which ends with something to answer. */
  continue(options: AskOptions & { readonly keepEvents?: boolean } = {}): RunOf<T> {
    return this.#begin([], null, options);
  }

  /**
   * Asks, and gives the reply's text as it comes, everything else that happens, and the response at the end. Begins when it is
   * read; whoever stops reading stops the run. Text of an attempt that is restarted (`attempt.restarted`) is void.
   */
  async *stream(task: Task, options: AskOptions = {}): AsyncGenerator<StreamPart<T>, AgentResponse<T>, undefined> {
    const run = this.run(task, options);
    try {
      for await (const event of run) {
        const text = this.#textOf(event);
        yield text === undefined ? event : { type: "text", text };
      }
      const response = await run;
      yield { type: "response", response };
      return response;
    } finally {
      await run.cancel("Nobody reads the stream any more.");
    }
  }

  /** Runs several agents at the same time, as one run: one stream of events, one budget. An agent cannot be in it twice: fork it. */
  static async runParallel<const P extends readonly (readonly [Agent<unknown>, Task])[], E extends Policy = "fail">(
    pairs: P,
    options: ParallelOptions<E> = {},
  ): Promise<ParallelResults<P, E>> {
    const [first] = pairs;
    if (first === undefined) return [] as unknown as ParallelResults<P, E>;
    const free = new Set<Agent<unknown>>();
    for (const [agent] of pairs) {
      if (free.has(agent) || agent.#atWork) throw agent.#busy();
      free.add(agent);
    }
    for (const agent of free) agent.#atWork = true;
    try {
      const branches = pairs.map(([agent, task]): Branch => {
        const hooks = options.hooks ?? agent.#options.hooks ?? {};
        return {
          name: agent.name,
          work: (limits) => agent.#answer([userMessage(task)], { ...limits, runtime: { ...limits.runtime, hooks } }),
          spent: (totals) => agent.#count(totals),
        };
      });
      return (await inParallel(branches, first[0].#world, options)) as unknown as ParallelResults<P, E>;
    } finally {
      for (const agent of free) agent.#atWork = false;
    }
  }

  /** A second agent with the same conversation. Neither hears of what the other says from here on; what it spends is its own. */
  fork(): Agent<T> {
    const copy = new (this.constructor as typeof Agent<T>)(this.#options, this.#world);
    copy.#history = this.#history;
    return copy;
  }

  /** This agent as a tool of another. Each call is a conversation of its own, within the run, the budget and the events of the caller. */
  asTool<A = { readonly task: string }>(options: AsToolOptions<A> = {}): AgentTool {
    const { name = this.name, description, parameters = taskSchema, jsonSchema, needsApproval, prompt } = options;
    const said = prompt ?? ((args: A): string => (parameters === taskSchema ? (args as { readonly task: string }).task : JSON.stringify(args)));
    const shape = tool<A>({
      name,
      parameters,
      execute: said,
      ...(description === undefined ? {} : { description }),
      ...(jsonSchema === undefined ? {} : { jsonSchema }),
      ...(needsApproval === undefined ? {} : { needsApproval }),
    });
    return {
      name,
      bind: (runtime): Tool => ({
        ...shape,
        agent: true,
        execute: async (args, context) => {
          const task = await orAborted(shape.execute(args, context), context.signal).catch((cause: unknown) => {
            throwIfAborted(context.signal);
            throw new RunError(classOf(cause, "tool_error"), `The arguments for the agent "${name}" give no task: ${messageOf(cause)}`, { cause });
          });
          const { hooks = runtime.hooks } = this.#options;
          const limits: Limits = { runtime: { ...runtime, hooks }, path: context.path, signal: context.signal, pots: context.pots };
          return (await this.#ask([...this.#opening, userMessage(String(task))], limits)).value;
        },
      }),
    };
  }

  /** Adds a message, which no model is asked about until `continue` or `run`. */
  addMessage(role: "user" | "assistant" | "system", content: string): this {
    if (this.#atWork) throw this.#busy();
    if (role !== "user" && role !== "assistant" && role !== "system") {
      throw unfit(`"${String(role)}" is no role of a message that can be added.`, "It is user, assistant or system.");
    }
    if (role === "system" && withoutOpening(this.#history).length === 0) {
      throw unfit(`The conversation of the agent "${this.name}" begins with the agent's own system text.`, "Say it with the option `system`.");
    }
    this.#history = [...this.#history, { role, content }];
    return this;
  }

  /** The conversation so far, as a copy. */
  get messages(): readonly Message[] {
    return this.#history.map((message) => ({ ...message }));
  }

  /** Back to the beginning of the conversation. What was spent stays counted. */
  reset(): this {
    if (this.#atWork) throw this.#busy();
    this.#history = this.#opening;
    return this;
  }

  /** Of all its runs so far, failed ones too, with the agents that they called. */
  get usage(): Usage {
    return this.#usage;
  }
  get cost(): Cost {
    return this.#cost;
  }

  get #opening(): readonly Message[] {
    const { system } = this.#options;
    return system === undefined ? [] : [{ role: "system", content: system }];
  }

  #begin(added: readonly Message[], input: Json, options: AskOptions & { readonly keepEvents?: boolean }): RunOf<T> {
    // Taken at once: whoever comes in the same breath is told, too.
    const refused = this.#atWork ? this.#busy() : undefined;
    if (refused === undefined) this.#atWork = true;
    const { hooks = this.#options.hooks, signal, onEvent, keepEvents, runId = this.#world.newId(), ...rest } = options;
    return new Run({
      runId,
      ...(signal === undefined ? {} : { signal }),
      ...(onEvent === undefined ? {} : { onEvent }),
      ...(keepEvents === undefined ? {} : { keepEvents }),
      answer: () => (event) => (this.#output === undefined ? this.#textOf(event) : undefined),
      start: async (parts) => {
        if (refused !== undefined) throw refused;
        const asked: AskOptions = { ...rest, runId, ...parts, ...(hooks === undefined ? {} : { hooks }) };
        try {
          return await session({ name: this.name, input, world: this.#world, options: asked, spent: (totals) => this.#count(totals) }, async (limits) => {
            const { raw, ...given } = await this.#answer(added, limits);
            return { value: raw, given };
          });
        } finally {
          this.#atWork = false;
        }
      },
    });
  }

  #count({ usage, cost }: { readonly usage: Usage; readonly cost: Cost }): void {
    this.#usage = addUsage(this.#usage, usage);
    this.#cost = addCost(this.#cost, cost);
  }

  /** Goes on with the conversation, and keeps what came of it. */
  async #answer(added: readonly Message[], limits: Limits): Promise<Answer<T>> {
    const { value: raw, messages, turns, agent } = await this.#ask([...this.#history, ...added], limits);
    const value = this.#output === undefined ? (raw as T) : await orAborted(this.#output.read(raw), limits.signal);
    // Whoever has taken over spoke under a system text of its own; the next run is this agent's again.
    this.#history = agent.name === this.name ? messages : underSystem(this.#opening, messages);
    return { raw, value, messages, turns, agent: agent.name };
  }

  /** The one loop. */
  async #ask(messages: readonly Message[], { runtime, path, signal, pots }: Limits): Promise<AgentResult> {
    const { budget, timeoutMs } = this.#options;
    const all = budget === undefined ? pots : [...pots, { name: this.name, maxUsd: budget, onExceed: "stop" as const }];
    const scope = createScope(signal, {
      deadlines: runtime.deadlines,
      what: `The agent "${this.name}"`,
      path,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
    try {
      return await runAgent(this.#spec(runtime), { path, messages, signal: scope.signal, pots: all }, runtime);
    } finally {
      scope.dispose();
    }
  }

  /** This agent as one that takes over from another: what holds for a run of its own holds from then on. */
  #handoff(runtime: Runtime): Handoff {
    const { description, budget, timeoutMs } = this.#options;
    return {
      agent: this.name,
      ...(description === undefined ? {} : { description }),
      take: () => ({
        spec: this.#spec(runtime),
        system: this.#opening,
        ...(budget === undefined ? {} : { pots: [{ name: this.name, maxUsd: budget, onExceed: "stop" }] }),
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
      }),
    };
  }

  #spec(runtime: Runtime): AgentSpec {
    const { tools = [], handoffs = [], retry, repair, maxTurns = 10, maxToolCalls = 50, toolChoice = "auto" } = this.#options;
    return {
      name: this.name,
      model: choiceOf(this.#models, this.name, runtime),
      tools: tools.map((each) => ("bind" in each ? each.bind(runtime) : each)),
      maxTurns,
      maxToolCalls,
      toolChoice,
      ...(handoffs.length === 0 ? {} : { handoffs: handoffs.map((each) => each.#handoff(runtime)) }),
      ...(this.#output === undefined ? {} : { output: this.#output.spec }),
      ...(retry === undefined ? {} : { retry: retry === "none" ? retry : { ...defaultRetry, ...retry } }),
      ...(repair === undefined ? {} : { repair: { max: repair.max ?? 1, render: repair.text } }),
    };
  }

  /** The piece of this agent's own reply that an event brings: not that of an agent that it calls. */
  #textOf(event: RunEvent): string | undefined {
    return event.type === "model.delta" && /^[^/]*\/turn\[\d+\]$/.test(event.path) ? event.text : undefined;
  }

  #busy(): RunError {
    return unfit(`The agent "${this.name}" is at work already, and has one conversation.`, "Give the second one a conversation of its own: agent.fork()");
  }
}

const taskSchema = { type: "object", properties: { task: { type: "string" } }, required: ["task"], additionalProperties: false };

function userMessage(task: Task): Message {
  if (typeof task === "string") return { role: "user", content: task };
  return { role: "user", content: task.map((part) => (part.type === "text" ? part.text : "")).join(""), parts: task };
}
