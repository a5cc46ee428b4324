import { expect, test } from "vitest";
import { statusError } from "../../../src/providers/openai/errors.ts";

const context = { secrets: [], host: "api.openai.com", signal: new AbortController().signal };
const headers = { get: () => null };

/** The hint of a refusal with this error object. */
const hint = (error: Readonly<Record<string, unknown>>, status = 400): string | undefined => statusError(status, error, headers, context).hint;

test.each([
  [{ message: "Unsupported value: 'temperature' does not support 0.2 with this model.", param: "temperature", code: "unsupported_value" }, "temperature"],
  [{ message: "Unsupported parameter: 'reasoning.effort' is not supported with this model.", param: "reasoning.effort" }, "reasoning"],
  [{ message: "Unsupported parameter: 'reasoning_effort' is not supported with this model." }, "reasoning"],
  [{ message: "max_tokens is too large: 999999.", param: "max_tokens", code: "invalid_value" }, "max_tokens"],
  [{ message: "Invalid value.", param: "max_output_tokens" }, "max_tokens"],
  [{ message: "Invalid value.", param: "stop" }, "stop"],
])("of a refused field the hint names the parameter: %j", (error, name) => {
  expect(hint(error)).toBe(`Change \`${name}\` of the model, or leave it out.`);
  expect(hint(error, 422)).toBe(`Change \`${name}\` of the model, or leave it out.`);
});

test("the other name of max_tokens is offered where one is not known", () => {
  const message = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.";
  expect(hint({ message, param: "max_tokens", code: "unsupported_parameter" })).toBe("Leave `max_tokens_field` out of the provider.");
  expect(hint({ message: "Unrecognized request argument supplied: max_completion_tokens", param: "max_completion_tokens" })).toBe(
    "Write `max_tokens_field: max_tokens` on the provider.",
  );
});

test("a model that does not reason has nothing to encrypt", () => {
  expect(hint({ message: "Encrypted content is not supported with this model." })).toBe(
    "Leave `reasoning` out of the model, or write `extra: { include: [] }` on it.",
  );
});

test.each([[{ message: "Invalid schema.", param: "response_format" }], [{ message: "Bad.", param: "toString" }], [{ message: "Bad.", param: 7 }]])(
  "what is no parameter of a program has no hint: %j",
  (error) => {
    expect(hint(error)).toBeUndefined();
    expect(hint({ ...error, param: "temperature" }, 500)).toBeUndefined();
  },
);
