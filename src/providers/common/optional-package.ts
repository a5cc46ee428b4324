export { optionalPackage } from "../../diagnostics/optional-package.ts";
