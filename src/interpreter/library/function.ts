import type { Json } from "../../diagnostics/json.ts";
import type { TypeNode } from "../../graph/types.ts";
import type { Program } from "../program.ts";
import { asCount, asList, asNumber, asString } from "../values/kinds.ts";

/** One call of a library function, its arguments evaluated. */
export interface LibraryCall {
  readonly name: string;
  readonly args: readonly Json[];
  readonly named: Readonly<Record<string, Json>>;
  /** The type argument of `parse_json`, `as` and `schema`. */
  readonly of?: TypeNode;
  readonly place: string;
  readonly program: Program;
}

/** Pure, and total but for `bad_value`. */
export type LibraryFunction = (call: LibraryCall) => Json;

export function argument({ args }: LibraryCall, index: number): Json {
  return args[index] ?? null;
}

export function has({ args }: LibraryCall, index: number): boolean {
  return index < args.length;
}

export function listArgument(call: LibraryCall, index: number): readonly Json[] {
  return asList(argument(call, index), which(call, index), call.place);
}

export function stringArgument(call: LibraryCall, index: number): string {
  return asString(argument(call, index), which(call, index), call.place);
}

export function numberArgument(call: LibraryCall, index: number): number {
  return asNumber(argument(call, index), which(call, index), call.place);
}

export function countArgument(call: LibraryCall, index: number): number {
  return asCount(argument(call, index), which(call, index), call.place);
}

function which({ name, args }: LibraryCall, index: number): string {
  return args.length === 1 ? `The argument of \`${name}\`` : `Argument ${index + 1} of \`${name}\``;
}
