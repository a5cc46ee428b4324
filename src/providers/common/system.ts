import { type Message, ProviderError } from "../../agent/provider.ts";
import { misplacedSystem } from "../../diagnostics/system-places.ts";

type System = Extract<Message, { readonly role: "system" }>;

/**
 * The system texts of a conversation, for an API that has one place for them. Throws where one stands further on: it would
 * say something else up there, and left out it would say nothing.
 */
export function systemTexts(messages: readonly Message[]): readonly System[] {
  const wrong = misplacedSystem(
    messages.map(({ role }) => role),
    "leading",
  );
  if (wrong !== undefined) {
    throw new ProviderError("invalid_request", `Message ${wrong.index + 1} is a system text out of place, for this vendor ${wrong.rule}`, { hint: wrong.hint });
  }
  return messages.filter((message) => message.role === "system");
}
