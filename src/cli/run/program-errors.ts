import type { ErrorInfo } from "../../agent/events.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { LoadedProgram } from "../../host/load-program.ts";
import type { Warning } from "../../report/warnings.ts";

/** The errors of a program as the one error that `--json` has room for: the first, and the others under it. */
export function programErrors(program: LoadedProgram): ErrorInfo {
  const [first, ...others] = program.diagnostics.filter(({ severity }) => severity === "error").map((diagnostic) => asInfo(diagnostic, program));
  const whole = first ?? { code: "T600", class: "internal", message: "This is a bug in Tantra: a program without errors did not compile.", path: "" };
  return others.length === 0 ? whole : { ...whole, others };
}

/** What the checker warns of, as `--json` shows it. */
export function programWarnings(program: LoadedProgram): Warning[] {
  return program.diagnostics
    .filter(({ severity }) => severity === "warning")
    .map((diagnostic) => {
      const { class: _class, path: _path, others: _others, ...warning } = asInfo(diagnostic, program);
      return warning;
    });
}

function asInfo({ code, message, span, hint }: Diagnostic, { source }: LoadedProgram): ErrorInfo {
  const place = source(span.file)?.place(span) ?? span.file;
  return { code, class: "invalid_request", message, path: "", place, ...(hint === undefined ? {} : { hint }) };
}
