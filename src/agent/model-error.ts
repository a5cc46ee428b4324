import type { ErrorClass } from "../diagnostics/classes.ts";
import { RunError } from "../diagnostics/errors.ts";
import { nameOfKey, withoutStop } from "./failure.ts";
import type { ProviderError } from "./provider.ts";
import type { Model } from "./spec.ts";

/** What to do about a model that failed, where the provider has no better word. */
const hints: Partial<Record<ErrorClass, string>> = {
  rate_limit: "Lower `limit` on the provider, raise `attempts` in a `retry`, or add a model with fallback(…).",
  quota: "Check the plan and the billing of the account that the key belongs to.",
  auth: "Check the key that the provider is given.",
  not_found: "Check the model's id, and that the key may use it.",
  context_length: "Shorten the prompt, or take a model with a longer context.",
  timeout: "Raise `timeout` on the model, or lower its `max_tokens`.",
  connection: "Check the provider's `base_url` and the network.",
};

/** What stops an agent after its model failed for good. */
export function modelError(model: Model, error: ProviderError, attempts: number, path: string, others: readonly RunError[] = []): RunError {
  const name = nameOfKey(model.key);
  const called = name === model.id ? `"${name}"` : `"${name}" (${model.id})`;
  const tries = attempts > 1 ? ` after ${attempts} attempts` : "";
  const said = withoutStop(error.message);
  const hint = error.hint ?? hints[error.class];
  return new RunError(error.class, `The model ${called} failed${tries}${said === "" ? "" : `: ${said}`}.`, {
    path,
    cause: error,
    others,
    ...(hint === undefined ? {} : { hint }),
  });
}
