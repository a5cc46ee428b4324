/** What a provider of somebody's own is proved with: `import { conformance } from "tantra/testing"`. */
export type { Attachment, FinishChunk, FinishReason, Message, ModelChunk, ModelRequest, Provider, ToolChoice, ToolSpec } from "../agent/provider.ts";
export { ProviderError } from "../agent/provider.ts";
export type { Usage } from "../agent/usage.ts";
export type { ErrorClass } from "../diagnostics/classes.ts";
export type { Json, JsonObject, JsonSchema } from "../diagnostics/json.ts";
export type { Case, Group } from "./conformance/case.ts";
export { cases, casesFor, conformance, type Standing, standing, type TestFunction } from "./conformance/conformance.ts";
export {
  type Abilities,
  type Backend,
  type ReceivedRequest,
  type Rendered,
  type ScriptedCall,
  type ScriptedFailure,
  type ScriptedReply,
  type Seen,
  type SeenMessage,
  type Subject,
  someUsage,
} from "./conformance/subject.ts";
