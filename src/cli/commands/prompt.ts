import { renderDiagnostics } from "../../diagnostics/render.ts";
import { visible } from "../../diagnostics/visible.ts";
import type { ProviderNode } from "../../graph/graph.ts";
import { type Described, describeRequest } from "../../host/describe-request.ts";
import { kinds } from "../../host/kinds.ts";
import { loadProgram } from "../../host/load-program.ts";
import { lockOf } from "../../host/mcp-lock.ts";
import { openAttachment } from "../../host/open-attachment.ts";
import { withProfile } from "../../interpreter/start.ts";
import { agentOf, type RenderedPrompt, type RenderedRequest, renderPrompt } from "../../plan/prompt.ts";
import { firstLook, understand } from "../arguments.ts";
import { exitCodes } from "../exit-codes.ts";
import { helpOfSimple } from "../flags.ts";
import { rendering } from "../layout.ts";
import type { OwnValues } from "../own-flags.ts";
import type { Terminal } from "../terminal.ts";
import { usageError } from "../usage-error.ts";

const simple = {
  usage: "prompt FILE AGENT [--INPUT value …] [flags]",
  about:
    "Prints the messages that open an agent's conversation, and the request that its first turn sends, byte for byte. No network, no key, no variable's value.",
  flags: {
    "--input <file>": "inputs as a JSON object, from a file or from -",
    "--set <name=value>": "one input by its name",
    "--profile <name>": "use this profile's providers and models",
    "--root <folder>": "the project's root, which no path may leave",
    "--json": "print it as one JSON object",
  },
};
const taken: readonly (keyof OwnValues)[] = ["input", "set", "profile", "root", "json", "color"];

/** `tantra prompt FILE AGENT --INPUT …` */
export async function prompt(args: readonly string[], terminal: Terminal): Promise<number> {
  const { file, main: name, own, help } = firstLook(args);
  if (help) {
    await terminal.out(helpOfSimple(simple, terminal.outLayout()));
    return exitCodes.done;
  }
  const stray = (Object.keys(own) as (keyof OwnValues)[]).find((key) => !taken.includes(key));
  if (stray !== undefined)
    throw usageError(
      `tantra prompt runs nothing and takes no --${stray.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.`,
      "--help lists its flags.",
    );
  if (file === undefined) throw usageError("A prompt needs a file and the name of an agent in it.", "tantra prompt FILE.tantra AGENT --INPUT value");
  const program = await loadProgram(file, { cwd: process.cwd(), ...(own.root === undefined ? {} : { root: own.root }) });
  if (program.graph === undefined) {
    terminal.err(`${renderDiagnostics(program.diagnostics, rendering(terminal.errLayout(), program))}\n`);
    return exitCodes.program;
  }
  const graph = withProfile(program.graph, own.profile);
  if (name === undefined) {
    const names = Object.values(graph.agents).map((agent) => agent.name);
    throw usageError(
      "A prompt needs the name of an agent.",
      names.length === 0 ? "The program declares none." : `Name one after the file: ${names.join(", ")}`,
    );
  }
  const { key, node } = agentOf(graph, name);
  const { input } = understand(args, { of: "agent", key, node }, graph, process.cwd());
  const lock = lockOf(program.project);
  const rendered = await renderPrompt(graph, key, input, {
    refusedKeywords,
    openAttachment: (source, of) => openAttachment(source, of, process.cwd()),
    serverTools: (server) => lock?.servers[server]?.tools.map(({ inputSchema, ...tool }) => ({ ...tool, parameters: inputSchema })),
  });
  const requests = await Promise.all(
    rendered.requests.map(async (each): Promise<Shown> => {
      const provider = graph.providers[each.provider];
      const sent = provider === undefined ? undefined : await describeRequest(provider, each.request, program.project);
      return { ...each, sent };
    }),
  );
  if (own.json) await terminal.out(`${JSON.stringify(asJson(rendered, requests), null, 2)}\n`);
  else await terminal.out(asText(rendered, requests, terminal));
  return exitCodes.done;
}

interface Shown extends RenderedRequest {
  readonly sent: Described | undefined;
}

function refusedKeywords({ of }: ProviderNode): readonly string[] {
  return "kind" in of && Object.hasOwn(kinds, of.kind) ? kinds[of.kind as keyof typeof kinds].refusedKeywords : [];
}

/** What is no provider's own form is shown as the runtime has it, without what is never sent. */
function bodyOf({ request, sent }: Shown): unknown {
  const { origin: _origin, ...whole } = request;
  return sent?.body ?? whole;
}

function asJson(rendered: RenderedPrompt, requests: readonly Shown[]): unknown {
  const { agent, messages, tools, unlisted } = rendered;
  return {
    agent,
    messages,
    tools,
    unlisted,
    requests: requests.map((each) => ({
      model: each.model,
      provider: each.provider,
      ...(each.sent === undefined ? {} : { method: each.sent.method, url: each.sent.url }),
      body: bodyOf(each),
      leftOut: each.leftOut,
    })),
  };
}

function asText({ messages, unlisted }: RenderedPrompt, requests: readonly Shown[], terminal: Terminal): string {
  const { paint } = terminal.outLayout();
  const safe = (text: string) => (terminal.outIsTerminal ? visible(text) : text);
  const head = (text: string) => paint("strong", `── ${text} ──`);
  return [
    ...messages.flatMap(({ role, content }) => [head(role), safe(content), ""]),
    ...requests.flatMap((each) => [
      head(`request to ${bare(each.model)}`),
      each.sent === undefined ? "Handed to the provider as it is:" : `${each.sent.method} ${each.sent.url}`,
      ...(each.leftOut.length === 0
        ? []
        : [`Left out, because the vendor refuses it in schemas; the reply is checked for it all the same: ${each.leftOut.join(", ")}`]),
      safe(JSON.stringify(bodyOf(each), null, 2)),
      "",
    ]),
    ...(unlisted.length === 0 ? [] : [`Tools that only their servers can list are not shown: ${unlisted.join(", ")}. \`tantra mcp pull\` asks them.`, ""]),
  ].join("\n");
}

/** The name in a key: `file#name`. */
function bare(key: string): string {
  return key.slice(key.lastIndexOf("#") + 1);
}
