import { errorInfo } from "../agent/failure.ts";
import type { Journal } from "../agent/journal.ts";
import { createRedactor } from "../agent/redact.ts";
import { RunError } from "../diagnostics/errors.ts";
import type { Json } from "../diagnostics/json.ts";
import type { OpenToolServer, RunOptions, ServerTool } from "../interpreter/options.ts";

/** Keeps what servers list, so that a replay starts none. Of nothing that opens servers it makes nothing. */
export function keepListings(open: OpenToolServer | undefined, journal: Pick<Journal, "note">, secrets: readonly string[]): Pick<RunOptions, "openToolServer"> {
  return open === undefined ? {} : { openToolServer: keeping(open, journal, secrets) };
}

function keeping(open: OpenToolServer, journal: Pick<Journal, "note">, secrets: readonly string[]): OpenToolServer {
  const redactor = createRedactor(secrets);
  const note = (path: string, asked: string, value: object): void => journal.note({ path, of: "listing", asked, value: redactor.value(value) as Json });
  return async (key, node, context) => {
    const server = await open(key, node, context).catch((error: unknown) => {
      if (error instanceof RunError && error.class !== "cancelled") note(key, "", { failed: errorInfo(error) });
      throw error;
    });
    let last: readonly ServerTool[] | undefined;
    let since = "";
    return {
      async tools() {
        const tools = await server.tools();
        if (tools !== last) {
          const listed = tools.map(({ name, description, parameters }) => ({ name, ...(description === undefined ? {} : { description }), parameters }));
          note(key, since, { tools: listed });
        }
        last = tools;
        return tools;
      },
      async call(tool, args, options) {
        try {
          return await server.call(tool, args, options);
        } finally {
          since = options.path ?? since;
        }
      },
      close: () => server.close(),
    };
  };
}
