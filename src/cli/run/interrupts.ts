import { RunError } from "../../diagnostics/errors.ts";

type Interrupt = "SIGINT" | "SIGTERM";
const codes: { readonly [S in Interrupt]: number } = { SIGINT: 130, SIGTERM: 143 };

/** Ctrl-C and the system's wish that the process ends. */
export interface Interrupts {
  /** Aborts at the first. */
  readonly signal: AbortSignal;
  /** The exit code of what interrupted the run, if something did. */
  code(): number | undefined;
  /** Ends the run as if it had been interrupted: there is nobody left to run for. */
  giveUp(): void;
  stop(): void;
}

/** The first one winds the run down (`first` is told), the second leaves at once (`last` may still tidy up). */
export function watchInterrupts(first: (interrupt: Interrupt) => void, last: () => void): Interrupts {
  const controller = new AbortController();
  let interrupted: Interrupt | undefined;
  const handlers = (Object.keys(codes) as Interrupt[]).map((interrupt) => {
    const handler = (): void => {
      if (interrupted !== undefined) {
        last();
        process.exit(codes[interrupt]);
      }
      interrupted = interrupt;
      first(interrupt);
      controller.abort(new RunError("cancelled", "The run was interrupted."));
    };
    process.on(interrupt, handler);
    return [interrupt, handler] as const;
  });
  return {
    signal: controller.signal,
    code: () => (interrupted === undefined ? undefined : codes[interrupted]),
    giveUp: () => controller.abort(new RunError("cancelled", "Nobody reads what the run writes.")),
    stop() {
      for (const [interrupt, handler] of handlers) process.off(interrupt, handler);
    },
  };
}
