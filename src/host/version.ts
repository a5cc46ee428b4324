/** As `package.json` has it, which a vendored copy and a bundle do not have beside them. */
export const version = "0.1.0";
