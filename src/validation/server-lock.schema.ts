import type { JsonSchema } from "../diagnostics/json.ts";

const schema = { type: "object", description: "As the server gave it." };

/** What `mcp.lock.json` holds. */
export const lockSchema: JsonSchema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "The tools of a project's MCP servers",
  type: "object",
  required: ["version", "servers"],
  additionalProperties: false,
  properties: {
    version: { const: 1 },
    servers: {
      type: "object",
      description: "By the key of the declaration: file#name.",
      additionalProperties: {
        type: "object",
        required: ["tools"],
        additionalProperties: false,
        properties: {
          server: {
            type: "object",
            required: ["name", "version"],
            additionalProperties: false,
            properties: { name: { type: "string" }, version: { type: "string" } },
          },
          tools: {
            type: "array",
            items: {
              type: "object",
              required: ["name", "inputSchema"],
              additionalProperties: false,
              properties: { name: { type: "string" }, description: { type: "string" }, inputSchema: schema, outputSchema: schema },
            },
          },
        },
      },
    },
  },
};
