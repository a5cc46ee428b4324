import type { Form, Option } from "./form.ts";

/** Options that mean the same wherever they stand. */
export const retryOption: Option = { form: { of: "name", kinds: ["RetryDecl"], want: "a retry policy", words: ["none"] } };
export const timeoutOption: Option = { form: { of: "duration" } };
const pot: Form = {
  of: "either",
  forms: [
    { of: "money", positive: true },
    { of: "name", kinds: ["BudgetDecl"], want: "a budget" },
  ],
};
export const budgetOption: Option = { form: pot };
