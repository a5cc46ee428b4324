import { RunError } from "../diagnostics/errors.ts";
import type { Json, JsonObject } from "../diagnostics/json.ts";
import { abortReason, onAbort, throwIfAborted } from "./abort.ts";
import type { Clock } from "./clock.ts";
import type { Deadlines } from "./deadlines.ts";
import type { Emit, EventBase, EventOf } from "./events.ts";
import { callHook } from "./hook-call.ts";
import type { Hooks } from "./hooks.ts";
import type { Journal } from "./journal.ts";
import { type Answers, approvalQuestion, type Question, Suspended } from "./question.ts";
import { standStill } from "./scope.ts";
import { createStrands, type Strands } from "./strands.ts";

/** Where a run asks people. A question that nobody is there for waits; when only such are left, the run is suspended. */
export interface People {
  readonly strands: Strands;
  /** What a person answers, made to fit. Throws `Suspended`, or the reason of the signal. */
  ask(asking: Asking): Promise<Json>;
  /** Whether a tool may run, and with which arguments. */
  approve(call: Approving): Promise<Approval>;
}
export interface Asking {
  readonly question: Pick<Question, "path" | "question" | "schema" | "place">;
  readonly signal: AbortSignal;
  /** So long somebody may take, and what the program says then; it may throw. */
  readonly timeout?: { readonly ms: number; readonly instead: () => Promise<Json> };
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
  readonly hash: (text: string) => string;
  readonly answers?: Answers;
  readonly journal?: Journal;
}

/** A hook that gives nothing else is not asked for ever. */
const mostTries = 10;

const later = Symbol("later");

interface Late<T> {
  readonly afterMs: number;
  readonly value: T;
}

export function createPeople({ emit, clock, deadlines, hooks, hash, answers, journal }: PeopleOptions): People {
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
        over.abort(signal.aborted ? abortReason(signal) : new RunError("cancelled", "Nobody waits for the answer any more."));
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

  /** What an earlier process of the run was answered; undefined: a person has to be asked. */
  async function recalled({ path, ...question }: Question, signal: AbortSignal): Promise<EventOf<"ask.answered"> | undefined> {
    if (journal === undefined) return undefined;
    const ends = journal.ended(path, "ask.answered");
    const end = ends.findLast(({ asked }) => asked === question.asked);
    if (end !== undefined) {
      const { seq: _seq, at: _at, runId: _runId, path: _path, ...said } = end;
      emit(path, { type: "ask.waiting", ...question, replayed: true });
      emit(path, { ...said, replayed: true });
      return end;
    }
    const before = ends.at(-1);
    const why = await journal.admit({ of: "ask", path, question: question.question, signal, ...(before === undefined ? {} : { before }) });
    if (why !== undefined) emit(path, { type: "warning", message: why });
    return undefined;
  }

  /** What goes by in the journal: an answer holds for the question it was given to, an approval for its arguments. */
  function withAsked(question: Question): Question {
    if (journal === undefined) return question;
    const { of, schema, tool, arguments: args } = question;
    return { ...question, asked: hash(JSON.stringify(of === "ask" ? [question.question, schema] : [tool, args])) };
  }

  /** How long there is still to answer: it counts from the first time that the question was asked. */
  function timeLeft({ path, asked = "" }: Question, timeoutMs: number): number {
    const now = clock.now();
    const until = journal?.noted(path, "until", () => asked);
    if (typeof until === "number") return Math.max(0, until - now);
    journal?.note({ path, of: "until", asked, value: now + timeoutMs });
    return timeoutMs;
  }

  function waiting({ path, ...question }: Question): void {
    emit(path, { type: "ask.waiting", ...question });
  }

  async function answered({ path, asked }: Question, said: Omit<EventOf<"ask.answered">, keyof EventBase | "type" | "asked">): Promise<void> {
    emit(path, { type: "ask.answered", ...said, ...(asked === undefined ? {} : { asked }) });
    await journal?.flush();
  }

  async function askHook({ path, question, schema, place }: Question, signal: AbortSignal, conform: Asking["conform"]): Promise<Json | typeof later> {
    if (hooks.ask === undefined) return later;
    let wrong: string | undefined;
    for (let tries = 0; tries < mostTries; tries++) {
      const decision = await callHook("ask", { path, question, schema, place, signal, ...(wrong === undefined ? {} : { wrong }) }, runtime);
      if (decision === undefined || "later" in decision) return later;
      const fitted = conform(decision.answer);
      if (fitted.ok) return fitted.value;
      wrong = fitted.message;
    }
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
    async ask({ question: { path, question: text, schema, place }, signal, timeout, conform }) {
      throwIfAborted(signal);
      const plain = withAsked({ path, of: "ask", question: text, schema, place });
      // Waiting for what is there already would let go of the order in which branches go on.
      const before = journal === undefined ? undefined : await recalled(plain, signal);
      if (before !== undefined) {
        // It was held to the type when it was given; what was left out of it becomes null.
        const fitted = conform(before.answer);
        return fitted.ok ? fitted.value : before.answer;
      }
      const left = timeout === undefined ? undefined : timeLeft(plain, timeout.ms);
      const question: Question = left === undefined ? plain : { ...plain, until: clock.now() + left };
      waiting(question);
      const given = known(question);
      let answer: Json | undefined;
      if (given !== undefined) {
        const fitted = conform(given);
        if (!fitted.ok) throw new RunError("bad_value", `The answer that was given before does not fit. ${fitted.message}`, { path, place });
        answer = fitted.value;
      } else if (left !== 0) {
        const late = left === undefined ? undefined : { afterMs: left, value: undefined };
        answer = await reply<Json | undefined>(question, signal, (over) => askHook(plain, over, conform), late);
      }
      if (answer !== undefined || timeout === undefined) {
        await answered(question, { answer: answer ?? null });
        return answer ?? null;
      }
      const instead = await timeout.instead();
      await answered(question, { answer: instead, default: true });
      return instead;
    },

    async approve(call) {
      const { path, place, tool, arguments: args, signal } = call;
      throwIfAborted(signal);
      const question = withAsked(approvalQuestion({ path, place, tool, arguments: args }));
      const before = journal === undefined ? undefined : await recalled(question, signal);
      if (before !== undefined) {
        const { answer, arguments: changed, reason } = before;
        if (answer === true) return { approved: true, arguments: (changed as JsonObject | undefined) ?? args };
        return { approved: false, ...(reason === undefined ? {} : { reason }) };
      }
      waiting(question);
      const given = known(question);
      const approval =
        given === undefined ? await reply(question, signal, (over) => approveHook(call, over)) : approvalOf(given, question, typeof answers === "function");
      const { approved } = approval;
      await answered(question, {
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
