/** What a piece of output is; how that looks is the terminal's business. */
export type Role = "error" | "warning" | "good" | "strong" | "place" | "dim" | "mark" | "hint" | "name";

/** Gives a text its look. The text's width must not change. */
export type Paint = (role: Role, text: string) => string;

/** Without colour. */
export const unpainted: Paint = (_role, text) => text;
