import type { ContentPart, Message } from "../agent/provider.ts";
import { unpaired, withoutOpening } from "../agent/sequence.ts";
import { validatorOf } from "../agent/validate.ts";
import { RunError } from "../diagnostics/errors.ts";
import type { Json, JsonObject } from "../diagnostics/json.ts";
import { conformArguments } from "../graph/complete.ts";
import type { AgentNode, Graph } from "../graph/graph.ts";
import type { Said } from "./chat.ts";
import type { Run } from "./frame.ts";
import { headSchema, messageSchemas } from "./session.schema.ts";
import type { Speaker } from "./speaker.ts";

/** A session as JSON Lines that a person can read and edit: what it is, then a message a line. The system text is the program's. */
export function writeSession({ name, opener, said }: { readonly name: string; readonly opener: Speaker; readonly said: Said }): string {
  const { speaker, messages } = said;
  const now = speaker.key === opener.key ? {} : { now: { agent: speaker.node.name, args: speaker.args } };
  const head = { session: name, agent: opener.node.name, ...now };
  const lines = [head, ...withoutOpening(messages).map(lineOf)];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

/** One message as it stands in a file: the bytes of images and files among it. */
export function lineOf(message: Message): unknown {
  if (!("parts" in message) || message.parts === undefined) return message;
  return {
    ...message,
    parts: message.parts.map((part: ContentPart) => (part.type === "text" || part.data === undefined ? part : { ...part, data: part.data() })),
  };
}

export interface SessionSource {
  readonly name: string;
  readonly text: string;
  /** What messages call it. */
  readonly file: string;
  /** The agent that opens it. */
  readonly opener: Speaker;
}

/** What a session holds. Throws a `RunError` (T627) at the first line that is damaged, with its place. */
export async function readSession(source: SessionSource, run: Run): Promise<Said> {
  const { name, text, file, opener } = source;
  const lines = text.split("\n").flatMap((line, index) => (line.trim() === "" ? [] : [{ line, place: `${file}:${index + 1}:1` }]));
  const [first, ...rest] = lines;
  if (first === undefined) return { speaker: opener, messages: [] };
  const messages: Message[] = [];
  const head = await parsed(first.line, first.place, headSchema, name);
  if (head["session"] !== name) {
    throw unusable(
      `This is the session "${String(head["session"])}", and not "${name}".`,
      "Names that differ in capitals only cannot be told apart on every disk: choose another.",
      first.place,
    );
  }
  for (const { line, place } of rest) {
    const message = messageOf(await parsed(line, place, undefined, name));
    if (message.role === "system" && messages.length === 0) {
      throw damaged(name, "It begins with a system text.", place, "Take the line out: that text is the agent's own, and is read from the program.");
    }
    messages.push(message);
  }
  const wrong = unpaired(messages);
  if (wrong !== undefined) throw damaged(name, wrong.message, rest[wrong.index]?.place ?? file, wrong.hint);
  return { speaker: speakerOf(head, source, first.place, run), messages };
}

async function parsed(line: string, place: string, schema: JsonObject | undefined, name: string): Promise<JsonObject> {
  let value: Json;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw damaged(name, `This line is no JSON: ${error instanceof Error ? error.message : String(error)}.`, place);
  }
  const wrong = await (await validatorOf(schema ?? schemaOf(value, name, place)))(value);
  if (wrong !== undefined) throw damaged(name, `This line is not as it should be: ${wrong}.`, place);
  return value as JsonObject;
}

function schemaOf(value: Json, name: string, place: string): JsonObject {
  const role = typeof value === "object" && value !== null && "role" in value ? value["role"] : undefined;
  if (typeof role === "string" && Object.hasOwn(messageSchemas, role)) return messageSchemas[role as keyof typeof messageSchemas];
  throw damaged(
    name,
    "This line is no message.",
    place,
    'Write `{"role":"user","content":"…"}`, with the role user, assistant, tool or system, or take the line out.',
  );
}

/** T627. */
export function unusable(message: string, hint: string, place?: string): RunError {
  return new RunError("invalid_request", message, { code: "T627", hint, ...(place === undefined ? {} : { place }) });
}

function damaged(name: string, what: string, place: string, hint = "Mend the line, or take it out; to begin anew, delete the file."): RunError {
  return unusable(`The session "${name}" cannot be read. ${what}`, hint, place);
}

/** A line that fits its schema, as a message. */
function messageOf(line: JsonObject): Message {
  const message = line as unknown as Message;
  if (!("parts" in message) || message.parts === undefined) return message;
  const parts = (line["parts"] as readonly JsonObject[]).map((part) => {
    const { data, ...rest } = part;
    return (typeof data === "string" ? { ...rest, data: () => data } : part) as unknown as ContentPart;
  });
  return { ...message, parts } as Message;
}

/** Who speaks in it: the agent that opens it, or one that it has handed over to. */
function speakerOf(head: JsonObject, { name, opener, file }: SessionSource, place: string, { graph }: Run): Speaker {
  const { agent, now } = head as { readonly agent: string; readonly now?: { readonly agent: string; readonly args: JsonObject } };
  if (agent !== opener.node.name) {
    throw unusable(
      `The session "${name}" was begun with the agent "${agent}", and "${opener.node.name}" opens it.`,
      `Give it a session of its own, or write "${opener.node.name}" for "${agent}" in the first line of ${file}.`,
      place,
    );
  }
  if (now === undefined) return opener;
  const taker = takersOf(opener.key, graph).find(([, node]) => node.name === now.agent);
  if (taker === undefined) {
    throw damaged(
      name,
      `It speaks with "${now.agent}", which "${agent}" cannot hand over to.`,
      place,
      `Take \`now\` out of the line: "${agent}" goes on itself.`,
    );
  }
  const [key, node] = taker;
  const given = conformArguments(
    node.params.filter((param) => Object.hasOwn(now.args, param.name)),
    now.args,
    graph.types,
  );
  if (!given.ok) throw damaged(name, given.problems.map(({ message }) => message).join(" "), place);
  return { key, node, args: given.value };
}

/** Every agent that handing over can lead to, the first one too. */
function takersOf(key: string, graph: Graph): readonly (readonly [string, AgentNode])[] {
  const found = new Map<string, AgentNode>();
  const visit = (each: string): void => {
    const node = graph.agents[each];
    if (node === undefined || found.has(each)) return;
    found.set(each, node);
    for (const { agent } of node.handoffs) visit(agent);
  };
  visit(key);
  return [...found];
}
