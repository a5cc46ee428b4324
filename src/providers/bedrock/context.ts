import type { FailureContext } from "../common/failure.ts";

/** What a failure is seen with, and what its hint depends on. */
export interface BedrockContext extends FailureContext {
  readonly region: string;
  /** What the request is signed with, as the program writes it. */
  readonly signedWith: "api_key" | "access_key_id" | "profile" | "credentials";
}
