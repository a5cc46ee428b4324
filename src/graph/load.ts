import type { ErrorObject } from "ajv";
import { RunError } from "../diagnostics/errors.ts";
import { cycles } from "./cycles.ts";
import type { Graph } from "./graph.ts";
import { references } from "./references.ts";

/**
 * A graph from JSON that another program, or `tantra compile`, wrote: held to `schemas/graph.schema.json`, and every key
 * and name in it followed to what it means, and never back to itself. What the compiler gives needs none of this. Loads Ajv on first use.
 *
 * Throws `RunError` T624 with the place in the JSON: `$.workflows["main.tantra#research"].body[0].kind`.
 */
export async function loadGraph(json: unknown): Promise<Graph> {
  const [{ Ajv2020 }, { graphSchema }] = await Promise.all([import("ajv/dist/2020.js"), import("./graph.schema.ts")]);
  if (isObject(json) && "version" in json && json["version"] !== 1) {
    throw unfit(
      "$.version",
      `The graph is of version ${JSON.stringify(json["version"])}, and this Tantra reads version 1.`,
      "Compile the program with this Tantra.",
    );
  }
  const validate = new Ajv2020({ discriminator: true, allowUnionTypes: true, strictTypes: false, strictRequired: false }).compile<Graph>(graphSchema());
  if (!validate(json)) {
    const error = furthest(validate.errors ?? []);
    throw unfit(jsonPath(error.instancePath), sentence(error));
  }
  const problem = references(json) ?? cycles(json);
  if (problem !== undefined) throw unfit(problem.path, problem.message, problem.hint);
  return json;
}

function unfit(path: string, message: string, hint?: string): RunError {
  return new RunError("invalid_request", `${message.replace(/\.$/, "")} (at ${path}).`, { code: "T624", ...(hint === undefined ? {} : { hint }) });
}

/** Of the errors of alternatives the one that lies deepest: it says what is wrong, the others that it was no alternative. */
function furthest(errors: readonly ErrorObject[]): ErrorObject {
  const depth = (error: ErrorObject) => error.instancePath.split("/").length;
  const telling = errors.filter((error) => !["if", "anyOf", "oneOf"].includes(error.keyword));
  const sorted = [...(telling.length === 0 ? errors : telling)].sort((a, b) => depth(b) - depth(a));
  const [first] = sorted;
  if (first === undefined) throw new RunError("internal", "This is a bug in Tantra: a graph was refused without a reason.");
  return first;
}

function sentence(error: ErrorObject): string {
  const params = error.params as Readonly<Record<string, unknown>>;
  switch (error.keyword) {
    case "required":
      return `The graph lacks "${params["missingProperty"]}"`;
    case "additionalProperties":
      return `The graph has "${params["additionalProperty"]}", which nothing reads there`;
    case "enum":
      return `The graph has a value that is none of ${JSON.stringify(params["allowedValues"])}`;
    case "const":
      return `The graph has a value that is not ${JSON.stringify(params["allowedValue"])}`;
    case "type":
      return `The graph has a value that is not of type ${Array.isArray(params["type"]) ? params["type"].join(" or ") : params["type"]}`;
    case "discriminator":
      return params["error"] === "mapping"
        ? `The graph has ${JSON.stringify(params["tagValue"])} as "${params["tag"]}", which is not known there`
        : `The graph lacks "${params["tag"]}"`;
    default:
      return `The graph has a value that ${error.message ?? "does not fit"}`;
  }
}

/** A JSON pointer as a path that reads like code: `$.agents["a.tantra#b"].messages[0]`. */
function jsonPath(pointer: string): string {
  const steps = pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  return `$${steps.map((step) => (/^\d+$/.test(step) ? `[${step}]` : /^[A-Za-z_]\w*$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`)).join("")}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
