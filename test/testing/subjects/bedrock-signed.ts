import { guardedFetch } from "../../../src/net/guarded-fetch.ts";
import { bedrock } from "../../../src/providers/bedrock/index.ts";
import type { Subject } from "../../../src/testing/index.ts";
import { bedrockSubject as withKey } from "./bedrock.ts";

/** The same API, with requests that are signed (SigV4) in the place of a key that is sent. */
export const bedrockSignedSubject: Subject = {
  ...withKey,
  name: "bedrock (signed)",
  open: (origin, secret) =>
    bedrock({ region: "eu-central-1", access_key_id: "AKIAIOSFODNN7EXAMPLE", secret_access_key: secret, base_url: origin }, { fetch: guardedFetch() }),
};
