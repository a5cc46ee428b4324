import type { FinishReason } from "../../../agent/provider.ts";
import type { Case } from "../case.ts";
import { collect, request } from "../collect.ts";
import { same } from "../expect.ts";
import { withSession } from "../session.ts";

const reasons: readonly Exclude<FinishReason, "tool_calls">[] = ["stop", "max_tokens", "content_filter", "refusal", "other"];

export const finishCases: readonly Case[] = reasons.map((reason) => ({
  name: `a reply may end with ${reason}`,
  group: "finish",
  needs: (abilities) => abilities.finishReasons.includes(reason),
  run: (subject) =>
    withSession(subject, [{ reply: { text: ["Some text."], finish: reason } }], async ({ provider }) => {
      const { finish, error } = await collect(provider, request());
      if (error !== undefined) throw error;
      same("The reason of the end", finish?.reason, reason);
    }),
}));
