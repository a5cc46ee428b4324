import { RunError } from "../diagnostics/errors.ts";
import type { Json, JsonObject, JsonSchema } from "../diagnostics/json.ts";

/** What a person is asked. */
export interface Question {
  /** The step that waits for the answer. */
  readonly path: string;
  /** An `ask` of the program, or a tool that may not run unseen. */
  readonly of: "ask" | "approval";
  readonly question: string;
  /** What the answer has to fit; of an approval a bool. */
  readonly schema: JsonSchema;
  /** `file:line:column` of the `ask`, of the call, or of what the tool's declaration says about approval. */
  readonly place: string;
  /** Of an approval: what is called, and with what. It holds for these arguments and no others. */
  readonly tool?: string;
  readonly arguments?: JsonObject;
  /** In a run with a journal: a hash of what is asked, which an answer goes by. */
  readonly asked?: string;
  /** From then on (milliseconds since 1970) the program goes on without an answer. */
  readonly until?: number;
}

/** What a person is asked before a tool may run. */
export function approvalQuestion({ path, place, tool, arguments: args }: Required<Pick<Question, "path" | "place" | "tool" | "arguments">>): Question {
  return { path, of: "approval", question: `Call the tool "${tool}"?`, schema: { type: "boolean" }, place, tool, arguments: args };
}

/**
 * Answers that are there before the run is: by the question's path, or from a function. An approval's is true only beside its
 * arguments, `{ approved: true, arguments: … }`, unless a function that has seen them gives it.
 */
export type Answers = Readonly<Record<string, Json>> | ((question: Question) => Json | undefined);

/** T641: all that is left of a run waits for people, and nobody is there to ask. No `catch` takes it. */
export class Suspended extends RunError {
  readonly questions: readonly Question[];

  constructor(questions: readonly Question[]) {
    const [first] = questions;
    const open = questions.length === 1 ? "1 question is open" : `${questions.length} questions are open`;
    super("cancelled", `The run waits for a person: ${open}.`, {
      code: "T641",
      hint: "Answer with the option `answers`, or give the run the hooks `ask` and `approve`.",
      ...(first === undefined ? {} : { path: first.path, place: first.place }),
    });
    this.questions = questions;
  }
}

/** Whether a failure says that a person is waited for (T641): what it stopped is gone on with. */
export function waitsForPeople({ code }: { readonly code: string }): boolean {
  return code === "T641";
}

/** What a run that ends with this error waits for, for its last event. */
export function questionsOf(error: RunError): { readonly questions?: readonly Question[] } {
  return error instanceof Suspended ? { questions: error.questions } : {};
}
