import type { ProviderError } from "../../agent/provider.ts";
import type { Usage } from "../../agent/usage.ts";
import { brokeOff, cutShort, type FailureContext, quoted } from "./failure.ts";

/** Where something else answers in the vendor's place, and what to look at then. */
export interface Place {
  readonly context: FailureContext;
  readonly hint: string;
}

/** `what` came where a reply was to come: "JSON that is no message". */
export function foreignReply(what: string, { context, hint }: Place, usage?: Usage): ProviderError {
  return brokeOff({ errorClass: "server_error", said: `${context.host} answered with ${what}.`, hint }, context, usage);
}

/** This text came where JSON was to come. `cut`: it is what was left when the stream ended. */
export function noJson(text: string, cut: boolean, place: Place, usage?: Usage): ProviderError {
  return cut ? cutShort(place.context, usage) : foreignReply(`${quoted(text, place.context)}, which is no JSON`, place, usage);
}
