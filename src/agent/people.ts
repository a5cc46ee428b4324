import { RunError } from "../diagnostics/errors.ts";
import type { Json, JsonObject } from "../diagnostics/json.ts";
import { abortReason, onAbort, throwIfAborted } from "./abort.ts";
import type { Clock } from "./clock.ts";
import type { Deadlines } from "./deadlines.ts";
import type { Emit } from "./events.ts";
import { callHook } from "./hook-call.ts";
import type { Hooks } from "./hooks.ts";
import { type Answers, type Question, Suspended } from "./question.ts";

import { standStill } from "./scope.ts";
import { createStrands, type Strands } from "./strands.ts";

/** Where a run asks people. A question that nobody is there for waits; when only such are left, the run is suspended. */
export interface People {
  readonly strands: Strands;
  /** What a person answers, made to fit; undefined: the time for it is over. Throws `Suspended`, or the reason of the signal. */
  ask(asking: Asking): Promise<Json | undefined>;
  /** Whether a tool may run, and with which arguments. */
  approve(call: Approving): Promise<Approval>;
}
export interface Asking {
  readonly question: Omit<Question, "of" | "until">;
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
  readonly conform: (value: unknown) => { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly message: string };
}
export interface Approving {
  readonly path: string;
  readonly place: string;
  readonly agent: string;
  readonly tool: string;
  readonly arguments: JsonObject;
  readonly signal: AbortSignal;
}
export type Approval = { readonly approved: true; readonly arguments: JsonObject } | { readonly approved: false; readonly reason?: string };

export interface PeopleOptions {
  readonly emit: Emit;
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  readonly hooks: Hooks;
  readonly answers?: Answers;
}

/** A hook that gives nothing else is not asked for ever. */
const mostTries = 10;

const later = Symbol("later");

interface Late<T> {
  readonly afterMs: number;
  readonly value: T;
}

export function createPeople({ emit, clock, deadlines, hooks, answers }: PeopleOptions): People {
  const runtime = { emit, clock, hooks };
  /** Those that nobody is there for. */
  const open = new Set<{ readonly question: Question; suspend(error: Suspended): void }>();
  const strands = createStrands(() => {
    if (open.size === 0) return;
    const error = new Suspended([...open].map(({ question }) => question));
    for (const each of [...open]) each.suspend(error);
  });

  function known(question: Question): Json | undefined {
    if (typeof answers === "function") return answers(question);
    return answers !== undefined && Object.hasOwn(answers, question.path) ? answers[question.path] : undefined;
  }

  /** Waits for whoever is asked, and then for nobody in particular. Time stands still for the scopes around. */
  function reply<T>(question: Question, signal: AbortSignal, asked: (over: AbortSignal) => Promise<T | typeof later>, late?: Late<T>): Promise<T> {
    const goOn = standStill(signal);
    return new Promise((resolve, reject) => {
      const over = new AbortController();
      let waits = false;
      const entry = { question, suspend: (error: Suspended) => done(() => reject(error)) };
      function done(settle: () => void): void {
        if (over.signal.aborted) return;
        over.abort();
        letGo();
        limit?.cancel();
        open.delete(entry);
        if (waits) strands.goOn();
        goOn();
        settle();
      }
      const letGo = onAbort(signal, () => done(() => reject(abortReason(signal))));
      const limit = late === undefined ? undefined : deadlines.add(late.afterMs, () => done(() => resolve(late.value)));
      asked(over.signal).then(
        (given) => {
          if (given !== later) return done(() => resolve(given));
          if (over.signal.aborted) return;
          waits = true;
          open.add(entry);
          strands.wait();
        },
        (thrown: unknown) => done(() => reject(thrown)),
      );
    });
  }

  function waiting({ path, ...question }: Question): void {
    emit(path, { type: "ask.waiting", ...question });
  }

  async function askHook(question: Asking["question"], signal: AbortSignal, conform: Asking["conform"]): Promise<Json | typeof later> {
    if (hooks.ask === undefined) return later;
    let wrong: string | undefined;
    for (let tries = 0; tries < mostTries; tries++) {
      const decision = await callHook("ask", { ...question, signal, ...(wrong === undefined ? {} : { wrong }) }, runtime);
      if (decision === undefined || "later" in decision) return later;
      const fitted = conform(decision.answer);
      if (fitted.ok) return fitted.value;
      wrong = fitted.message;
    }
    const { path, place } = question;
    throw new RunError("bad_value", `The hook ask gave ${mostTries} answers that do not fit. ${wrong}`, { path, place });
  }

  async function approveHook({ agent, ...call }: Approving, signal: AbortSignal): Promise<Approval | typeof later> {
    if (hooks.approve === undefined) return later;
    const decision = await callHook("approve", { ...call, agent, signal }, runtime);
    if (decision === undefined) return { approved: false };
    if ("later" in decision) return later;
    return decision.approved ? { approved: true, arguments: decision.arguments ?? call.arguments } : decision;
  }

  return {
    strands,
    async ask({ question: asked, signal, timeoutMs, conform }) {
      throwIfAborted(signal);
      const { path, place } = asked;
      const question: Question = {
        path,
        of: "ask",
        question: asked.question,
        schema: asked.schema,
        place,
        ...(timeoutMs === undefined ? {} : { until: clock.now() + timeoutMs }),
      };
      waiting(question);
      const given = known(question);
      let answer: Json | undefined;
      if (given === undefined) {
        const late = timeoutMs === undefined ? undefined : { afterMs: timeoutMs, value: undefined };
        answer = await reply<Json | undefined>(question, signal, (over) => askHook(asked, over, conform), late);
      } else {
        const fitted = conform(given);
        if (!fitted.ok) throw new RunError("bad_value", `The answer that was given before does not fit. ${fitted.message}`, { path, place });
        answer = fitted.value;
      }
      if (answer !== undefined) emit(path, { type: "ask.answered", answer });
      return answer;
    },

    async approve(call) {
      const { path, place, tool, arguments: args, signal } = call;
      throwIfAborted(signal);
      const question: Question = { path, of: "approval", question: `Call the tool "${tool}"?`, schema: { type: "boolean" }, place, tool, arguments: args };
      waiting(question);
      const given = known(question);
      const approval =
        given === undefined ? await reply(question, signal, (over) => approveHook(call, over)) : approvalOf(given, question, typeof answers === "function");
      const { approved } = approval;
      emit(path, {
        type: "ask.answered",
        answer: approved,
        ...(approved && approval.arguments !== args ? { arguments: approval.arguments } : {}),
        ...(!approved && approval.reason !== undefined ? { reason: approval.reason } : {}),
      });
      return approval;
    },
  };
}

/** What an answer that was there before says about a call. `seen`: whoever gave it knows the arguments. */
function approvalOf(given: Json, { path, place, tool, arguments: args = {} }: Question, seen: boolean): Approval {
  if (given === false) return { approved: false };
  if (given === true && seen) return { approved: true, arguments: args };
  const { approved, arguments: meant, reason } = typeof given === "object" && given !== null && !Array.isArray(given) ? (given as JsonObject) : {};
  if (approved === false) return { approved, ...(typeof reason === "string" ? { reason } : {}) };
  if (approved === true && meant !== undefined && sorted(meant) === sorted(args)) return { approved, arguments: args };
  const hint = "An approval holds for its arguments only: give `{ approved: true, arguments: … }` with those that the question shows.";
  throw new RunError("bad_value", `The answer that was given before approves no such call of the tool "${tool}".`, { path, place, hint });
}

/** The same text for the same value, in whatever order its keys stand. */
function sorted(value: Json): string {
  return JSON.stringify(value, (_key, part: Json) =>
    typeof part === "object" && part !== null && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}
