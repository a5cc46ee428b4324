/** The kinds of provider that this runner knows, by name: what `check` is given. */
export { kinds } from "../providers/kinds.ts";
