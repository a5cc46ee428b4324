import type { Question } from "./ask-model.ts";
import type { ModelReply } from "./events.ts";
import { callHook } from "./hook-call.ts";
import type { ModelRequest } from "./provider.ts";
import type { Cost, Usage } from "./usage.ts";

/** The request as the hook `beforeModel` wants it. */
export async function hooked<T>({ runtime, spec, path, call: { signal } }: Question<T>, request: ModelRequest): Promise<ModelRequest> {
  const decision = await callHook("beforeModel", { path, agent: spec.name, signal, request }, runtime);
  return decision?.request ?? request;
}

/** The reply as the hook `afterModel` wants it. */
export async function hookedReply<T>(
  { runtime, spec, path, call: { signal } }: Question<T>,
  request: ModelRequest,
  { reply, usage, cost }: { readonly reply: ModelReply; readonly usage: Usage; readonly cost: Cost },
): Promise<ModelReply> {
  const decision = await callHook("afterModel", { path, agent: spec.name, signal, request, reply, usage, cost }, runtime);
  return decision?.reply ?? reply;
}
