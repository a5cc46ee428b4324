import { guardedFetch } from "../../../src/net/guarded-fetch.ts";
import { gemini } from "../../../src/providers/gemini/index.ts";
import type { Subject } from "../../../src/testing/index.ts";
import { failures, generateBackend, geminiSubject as overGeminiApi } from "./gemini.ts";

/** Vertex AI: the same bodies at an address with a project in it, with a token. Facts: https://cloud.google.com/vertex-ai/generative-ai/docs. */
export const geminiVertexSubject: Subject = {
  name: "gemini (Vertex AI)",
  open: (origin, secret) => gemini({ project: "kit-project", access_token: secret, base_url: origin }, { fetch: guardedFetch() }),
  get backend() {
    return generateBackend({ ...failures, auth: [401, "UNAUTHENTICATED"] });
  },
  abilities: { ...overGeminiApi.abilities, errors: [...overGeminiApi.abilities.errors, "content_filter"] },
};
