import type { EventOf } from "../../agent/events.ts";
import type { Question } from "../../agent/question.ts";
import { validatorOf } from "../../agent/validate.ts";
import { RunError } from "../../diagnostics/errors.ts";
import { suggest } from "../../diagnostics/suggest.ts";
import { visible } from "../../diagnostics/visible.ts";
import { projectRoot } from "../../host/project.ts";
import { runStore } from "../../host/run-store.ts";
import { keepYoungGenerationSmall } from "../../host/young-generation.ts";
import { isOf } from "../../journal/kept-event.ts";
import { endOf, type KeptRun } from "../../journal/kept-run.ts";
import { exitCodes } from "../exit-codes.ts";
import { helpOfSimple, readSimple } from "../flags.ts";
import { openQuestions } from "../people/how-to-answer.ts";
import { readAnswer, type Typed } from "../people/read-answer.ts";
import { spellSchema } from "../people/spell-schema.ts";
import { quoted } from "../shell-word.ts";
import type { Terminal } from "../terminal.ts";
import { usageError } from "../usage-error.ts";
import { goOn, ownValues, resumeFlags } from "./resume.ts";

const simple = {
  usage: "answer RUN|last [NODE VALUE] [flags]",
  about:
    "Answers what a run asks a person; without NODE it lists what is asked. A text is taken as it is, other values are true and false, words of a choice, numbers and JSON. An answer holds for the question as it was asked, an approval for its arguments only; until the run goes on, a later one takes its place.",
  flags: { "--resume": "go on with the run at once; the flags below are those of `tantra resume`", ...resumeFlags },
};

/** `tantra answer RUN|last [NODE VALUE]` */
export async function answer(words: readonly string[], terminal: Terminal): Promise<number> {
  const { operands, flags, help } = readSimple(simple, words.map(guarded));
  if (help) {
    await terminal.out(helpOfSimple(simple, terminal.outLayout()));
    return exitCodes.done;
  }
  const [named, node, typed, ...more] = operands.map(bare);
  if (named === undefined) throw usageError("There is no run to answer.", "tantra answer last, or the id of a run: `tantra runs` lists them");
  if (more.length > 0) throw usageError("There are too many words.", "A value with blanks stands in quotes: tantra answer RUN NODE 'two words'");
  const { resume, ...own } = flags;
  const root = projectRoot(typeof own["root"] === "string" ? own["root"] : undefined);
  const store = runStore(root);
  const id = store.find(named);
  if (node === undefined) {
    await terminal.out(listed(id, store.read(id), terminal));
    return exitCodes.done;
  }
  if (resume === true) keepYoungGenerationSmall();
  const taken = store.take(id);
  try {
    const { kept } = taken;
    const question = questionAt(node, kept);
    if (typed === undefined)
      throw usageError(`There is no answer to "${visible(node, true)}".`, `It is ${spellSchema(question.schema)}: tantra answer ${id} ${quoted(node)} VALUE`);
    const given = await fitting(question, typed);
    const { path, asked = "" } = question;
    const { value, reason } = given;
    const event: EventOf<"ask.answered"> = {
      ...{ seq: kept.seq + 1, at: Date.now(), runId: id, path, type: "ask.answered", answer: value, asked },
      ...(reason === undefined ? {} : { reason }),
    };
    await taken.add(event);
    const left = questionsOf(kept).filter((one) => one.path !== path && !isAnswered(one, kept));
    if (resume !== true) {
      terminal.err(`${said(id, left, terminal)}\n`);
      return exitCodes.done;
    }
  } finally {
    taken.release();
  }
  return goOn({ taken: store.take(id), root, own: ownValues(own), terminal, strict: false, dropped: [] });
}

/** A negative number is no flag. */
function guarded(word: string): string {
  return /^-\.?\d/.test(word) ? ` ${word}` : word;
}
function bare(word: string): string {
  return word.replace(/^ (?=-)/, "");
}

/** What the run waited for when it was suspended last. */
function questionsOf(kept: KeptRun): readonly Question[] {
  const end = endOf(kept);
  return end?.type === "run.failed" ? (end.questions ?? []) : [];
}

function isAnswered({ path, asked }: Question, { events }: KeptRun): boolean {
  return events.some((one) => isOf(one, "ask.answered") && one.path === path && one.event.asked === asked);
}

function listed(id: string, kept: KeptRun, terminal: Terminal): string {
  const questions = questionsOf(kept);
  const open = questions.filter((one) => !isAnswered(one, kept));
  if (questions.length === 0) return "The run asks nobody anything.\n";
  if (open.length === 0) return `Everything is answered. To go on: tantra resume ${quoted(id)}\n`;
  return `${openQuestions(id, open, terminal.outLayout())}\n`;
}

function said(id: string, open: readonly Question[], terminal: Terminal): string {
  const { paint } = terminal.errLayout();
  const next = `To go on: ${paint("hint", `tantra resume ${quoted(id)}`)}`;
  if (open.length === 0) return `The answer is kept. ${next}`;
  return `The answer is kept. ${open.length === 1 ? "1 question is" : `${open.length} questions are`} open still:\n\n${openQuestions(id, open, terminal.errLayout())}\n\n${next}`;
}

/** Throws T653 where the run does not ask that. */
function questionAt(node: string, kept: KeptRun): Question {
  const questions = questionsOf(kept);
  const question = questions.find(({ path }) => path === node);
  const { run } = kept.head;
  if (questions.length === 0) {
    throw new RunError("invalid_request", `The run ${run} asks nobody anything.`, { code: "T653", hint: `\`tantra runs show ${run}\` shows how it stands.` });
  }
  if (question === undefined) {
    const near = suggest(
      node,
      questions.map(({ path }) => path),
    );
    const hint = near === undefined ? `It asks at ${questions.map(({ path }) => visible(path, true)).join(", ")}.` : `Did you mean ${quoted(near)}?`;
    throw new RunError("invalid_request", `The run ${run} asks nothing at "${visible(node, true)}".`, { code: "T653", hint });
  }
  const { until } = question;
  if (until !== undefined && until <= Date.now()) {
    const over = new Date(until).toISOString();
    throw new RunError("invalid_request", `The time to answer "${node}" was over at ${over}.`, {
      code: "T653",
      hint: `tantra resume ${run} goes on without an answer.`,
    });
  }
  return question;
}

async function fitting(question: Question, typed: string): Promise<Exclude<Typed, { readonly wrong: string }>> {
  const { path, schema } = question;
  const read = readAnswer(question, typed);
  const wrong = "wrong" in read ? read.wrong : await (await validatorOf(schema))(read.value);
  if ("value" in read && wrong === undefined) return read;
  const why = "wrong" in read ? read.wrong : `${wrong}.`;
  throw usageError(`This is no answer to "${visible(path, true)}". ${why}`, `It is ${spellSchema(schema)}.`);
}
