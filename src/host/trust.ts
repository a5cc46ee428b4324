import { RunError } from "../diagnostics/errors.ts";
import type { McpNode, ProviderNode, Setting } from "../graph/graph.ts";
import { type Environment, isEnvNode, variablesIn } from "./environment.ts";
import { kinds } from "./kinds.ts";

/** A key of the user's that a program would send to a host that its author wrote down. */
export interface KeyLeaving {
  readonly host: string;
  /** Names of the variables that would be sent there. */
  readonly variables: readonly string[];
  /** Where the host is written, as far as that is known: the provider's or the server's place. */
  readonly place: string;
  /** An MCP server's host: there is no vendor that it could be the host of. */
  readonly server?: true;
}

/**
 * The hosts that a program names itself, that are not the vendor's, and that it would send variables of the environment
 * to. A host that comes from the environment is the user's own word. A provider from a module is code of its own.
 */
export function keysLeaving(providers: readonly ProviderNode[], environment: Environment): readonly KeyLeaving[] {
  return providers.flatMap((provider) => {
    const host = literalHost(provider, environment);
    if (host === undefined || isVendors(host, provider)) return [];
    const sent = variablesIn(provider.options).filter(({ option, variable }) => option !== "base_url" && environment(variable.name) !== undefined);
    const variables = [...new Set(sent.map(({ variable }) => variable.name))];
    return variables.length === 0 ? [] : [{ host, variables, place: provider.place }];
  });
}

/** As `keysLeaving`, of MCP servers that are reached by an address written in the program. */
export function keysToServers(servers: readonly McpNode[], environment: Environment): readonly KeyLeaving[] {
  return servers.flatMap(({ options, place }) => {
    const host = hostOf(options["url"], environment);
    if (host === undefined) return [];
    const sent = variablesIn(options).filter(({ option, variable }) => option !== "url" && environment(variable.name) !== undefined);
    const variables = [...new Set(sent.map(({ variable }) => variable.name))];
    return variables.length === 0 ? [] : [{ host, variables, place, server: true as const }];
  });
}

/** Why it is asked, as the end of a sentence. */
export function reasonFor({ host, server }: KeyLeaving): string {
  return server ? `${host}, a host that its author wrote down` : `${host}, which is not the vendor's host`;
}

/** Whether the user has vouched for a host, with or without its port. */
export function isTrusted({ host }: KeyLeaving, trusted: readonly string[]): boolean {
  return trusted.some((one) => one === host || one === host.replace(/:\d+$/, ""));
}

/** The error for a host that nobody has vouched for: what to type, in one line (T625). */
export function untrusted(leaving: KeyLeaving): RunError {
  const { host, variables, place } = leaving;
  return new RunError("denied", `This program would send ${listed(variables)} to ${reasonFor(leaving)}.`, {
    code: "T625",
    place,
    hint: `If you trust it, say so with --trust ${host}`,
  });
}

export function listed(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? "") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** Whether a host is the kind's own: of a kind that names none, and of one that is not known, any is. */
function isVendors(host: string, { of }: ProviderNode): boolean {
  if (!("kind" in of) || !Object.hasOwn(kinds, of.kind)) return true;
  const hosts: readonly string[] = kinds[of.kind as keyof typeof kinds].hosts;
  return hosts.length === 0 || hosts.some((own) => (own.startsWith("*.") ? host.endsWith(own.slice(1)) : own === host));
}

/** With its port, where it has one. */
function literalHost(provider: ProviderNode, environment: Environment): string | undefined {
  return hostOf(provider.options["base_url"], environment);
}

function hostOf(setting: Setting | undefined, environment: Environment): string | undefined {
  const url = isEnvNode(setting) ? (environment(setting.name) === undefined ? setting.default : undefined) : setting;
  return typeof url === "string" && URL.canParse(url) ? new URL(url).host : undefined;
}
