import type { ErrorInfo, ModelReply } from "../agent/events.ts";
import type { Message, ModelRequest } from "../agent/provider.ts";
import { type Cost, noCost, noUsage, type Usage } from "../agent/usage.ts";
import { validatorOf } from "../agent/validate.ts";
import type { Json, JsonObject } from "../diagnostics/json.ts";
import { unusable } from "./lines.ts";
import { keptMessage } from "./messages.ts";
import { type LineKind, lineSchemas } from "./recording.schema.ts";
import type { Entry, ModelEntry, Recording, RecordingHead, RepliedEnd } from "./recording.ts";
import { agentPath, readRequest, shared } from "./requests.ts";

/** The version of the file's form. */
export const recordingVersion = 1;

/** What of a request was said before in the same run of an agent. */
interface Before {
  readonly messages: readonly Message[];
  readonly rest: string;
}

/** A recording as lines of JSON: the same bytes for the same conversation. */
export function writeRecording({ head, entries }: Recording): string {
  const { file, main, input, profile, simulate, cwd } = head;
  const before = new Map<string, Before>();
  const lines: object[] = [{ tantra: "recording", version: recordingVersion, file, main, profile, simulate, cwd, input }];
  for (const entry of entries) {
    switch (entry.of) {
      case "model":
        lines.push(...modelLines(entry, before));
        break;
      case "tool":
        lines.push({ calls: entry.path, tool: entry.tool, arguments: entry.arguments }, entry.end);
        break;
      case "ask":
        lines.push({ question: entry.question, path: entry.path, hash: entry.hash }, { answer: entry.answer });
        break;
      case "winners":
        lines.push({ winners: entry.path, branches: entry.branches });
        break;
      case "session":
        lines.push({ session: entry.name, path: entry.path, text: entry.text });
        break;
      case "listing":
        lines.push({ server: entry.server, since: entry.since, ...entry.listed });
    }
  }
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

function modelLines({ path, agent, asked, end }: ModelEntry, before: Map<string, Before>): object[] {
  if (asked === undefined) return [{ asks: path, agent }, end];
  const { model, provider, attempt, request, hash } = asked;
  const { messages, origin, tools, toolChoice, output, parameters, extra } = request;
  const { outputMode, resultSchema, wrapped } = origin;
  const rest = { model: request.model, toolChoice, parameters, extra, tools, output, origin: { outputMode, resultSchema, wrapped } };
  const last = before.get(agentPath(path));
  before.set(agentPath(path), { messages, rest: JSON.stringify(rest) });
  const kept = last === undefined ? 0 : shared(last.messages, messages);
  return [
    {
      asks: path,
      agent,
      model,
      provider,
      attempt: attempt === 1 ? undefined : attempt,
      hash,
      after: kept === 0 ? undefined : kept,
      request: last?.rest === JSON.stringify(rest) ? undefined : rest,
    },
    ...messages.slice(kept).map(keptMessage),
    "reply" in end ? replyLine(end) : end,
  ];
}

function replyLine({ reply, usage, cost, pricedAs }: RepliedEnd): object {
  const { text, toolCalls, finish, ...more } = reply;
  const usual = toolCalls.length === 0 ? "stop" : "tool_calls";
  const said = { text, toolCalls: toolCalls.length === 0 ? undefined : toolCalls, finish: finish === usual ? undefined : finish, ...more };
  return { reply: said, usage, cost, pricedAs };
}

/** Whether this is the text of a recording, and not that of a run's file. */
export function isRecording(text: string): boolean {
  return /^\s*\{\s*"tantra"\s*:\s*"recording"/.test(text);
}

interface Line {
  readonly kind: LineKind;
  readonly said: JsonObject;
  readonly place: string;
}

/** Reads a recording, which a person may have edited. Throws a `RunError` (T651) with the line that is wrong, and why. */
export async function readRecording(text: string, file: string): Promise<Recording> {
  const lines: Line[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() !== "") lines.push(await readLine(line, `${file}:${index + 1}:1`, lines.length === 0));
  }
  const [head, ...rest] = lines;
  if (head === undefined) throw unusable("The recording is empty.", `${file}:1:1`, recordAnew);
  const { tantra: _, version: _version, ...said } = head.said;
  return { head: said as unknown as RecordingHead, entries: readEntries(rest, file) };
}

const recordAnew = "`tantra record RUN FILE` writes one from a run that is kept, `tantra run FILE --record FILE` while it runs.";
const seeSchema = "schemas/recording.schema.json says what a line may hold.";

async function readLine(line: string, place: string, first: boolean): Promise<Line> {
  let said: Json;
  try {
    said = JSON.parse(line) as Json;
  } catch (error) {
    throw unusable(`This line is no JSON: ${error instanceof Error ? error.message : String(error)}.`, place, seeSchema);
  }
  const object = typeof said === "object" && said !== null && !Array.isArray(said) ? (said as JsonObject) : {};
  const { version } = object;
  if (first && typeof version === "number" && version > recordingVersion)
    throw unusable(
      `A newer Tantra has written this (version ${version}; this one reads ${recordingVersion}).`,
      place,
      "Replay it there: `npm install tantra@latest`.",
    );
  const kind = (Object.keys(lineSchemas) as LineKind[]).find((key) => Object.hasOwn(object, key));
  if (kind === undefined || first !== (kind === "tantra"))
    throw unusable(first ? "This is no recording: its first line says so." : "This is no line of a recording.", place, seeSchema);
  const wrong = (await validatorOf(lineSchemas[kind]))(object);
  if (wrong !== undefined) throw unusable(`This line is not as a recording has it: ${wrong}.`, place, seeSchema);
  return { kind, said: object, place };
}

function readEntries(lines: readonly Line[], file: string): Entry[] {
  const entries: Entry[] = [];
  const before = new Map<string, ModelRequest>();
  let at = 0;
  const next = (of: readonly LineKind[], after: Line): Line => {
    const line = lines[at++];
    if (line !== undefined && of.includes(line.kind)) return line;
    const wanted = of.map((kind) => `"${kind}"`).join(" or ");
    throw unusable(`After line ${numberOf(after.place)} comes a line with ${wanted}.`, line?.place ?? after.place, seeSchema);
  };

  while (at < lines.length) {
    const line = lines[at++] as Line;
    const { kind, said, place } = line;
    const read = said as never;
    switch (kind) {
      case "asks":
        entries.push(readModel(line));
        break;
      case "calls": {
        const { calls, tool, arguments: args } = read as { calls: string; tool: string; arguments: Json };
        entries.push({ of: "tool", path: calls, tool, arguments: args, end: next(["result", "failed"], line).said as never });
        break;
      }
      case "question": {
        const { question, path, hash } = read as { question: string; path: string; hash: string };
        entries.push({ of: "ask", path, question, hash, answer: next(["answer"], line).said["answer"] as Json });
        break;
      }
      case "winners": {
        const { winners, branches } = read as { winners: string; branches: readonly number[] };
        entries.push({ of: "winners", path: winners, branches });
        break;
      }
      case "session": {
        const { session, path, text } = read as { session: string; path: string; text: string | null };
        entries.push({ of: "session", path, name: session, text });
        break;
      }
      case "server": {
        const { server, since, ...listed } = read as { server: string; since?: string; tools: Json };
        entries.push({ of: "listing", server, ...(since === undefined ? {} : { since }), listed });
        break;
      }
      case "tantra":
        throw unusable("A recording has one first line, and this is another.", place, "Keep each recording in a file of its own.");
      default:
        throw unusable(`A line with "${kind}" belongs to one before it, and there is none.`, place, seeSchema);
    }
  }
  return entries;

  function readModel(line: Line): ModelEntry {
    const { asks: path, agent, model, provider, attempt = 1, hash, after = 0, request } = line.said as unknown as AskLine;
    const messages: JsonObject[] = [];
    while (lines[at]?.kind === "role") messages.push((lines[at++] as Line).said);
    const end = next(["reply", "failed"], line);
    const ended = end.kind === "failed" ? (end.said as unknown as { failed: ErrorInfo }) : readReply(end.said as unknown as ReplyLine);
    const step = { of: "model", path, agent, end: ended } as const;
    if (model === undefined) return step;
    const last = before.get(agentPath(path));
    const rest = request ?? last;
    if (rest === undefined || provider === undefined || after > (last?.messages.length ?? 0))
      throw unusable(
        rest === undefined || provider === undefined
          ? `"${path}" lacks its ${provider === undefined ? "provider" : "request"}, and no line before it has one.`
          : `"${path}" goes on after ${after} messages, and the request before it in ${file} has ${last?.messages.length ?? 0}.`,
        line.place,
        seeSchema,
      );
    const whole = readRequest({ path, runId: "", agent, attempt, request: { after, messages, ...(request === undefined ? {} : { rest: request }) } }, last);
    before.set(agentPath(path), whole);
    return { ...step, asked: { model, provider, attempt, request: whole, ...(hash === undefined ? {} : { hash }) } };
  }
}

interface AskLine {
  readonly asks: string;
  readonly agent: string;
  readonly model?: string;
  readonly provider?: string;
  readonly attempt?: number;
  readonly hash?: string;
  readonly after?: number;
  readonly request?: JsonObject;
}
interface ReplyLine {
  readonly reply: Partial<ModelReply> & { readonly text: string };
  readonly usage?: Usage;
  readonly cost?: Cost;
  readonly pricedAs?: string;
}

/** What a person need not write is what is usual. */
function readReply({ reply, usage = noUsage, cost = noCost, pricedAs }: ReplyLine): RepliedEnd {
  const { toolCalls = [], finish = toolCalls.length === 0 ? "stop" : "tool_calls" } = reply;
  return { reply: { ...reply, toolCalls, finish }, usage, cost, ...(pricedAs === undefined ? {} : { pricedAs }) };
}

function numberOf(place: string): string {
  return /:(\d+):1$/.exec(place)?.[1] ?? "";
}
