import { Choices } from "../fuzz/choices.ts";

/**
 * A program of nested branches from a row of numbers. What time decides in the language is left no choice: of a `race` one
 * branch can succeed, of a `need` just as many as it needs, and all that fails fails alike.
 */
export function branching(row: readonly number[]): string {
  const choices = new Choices(row, 14);
  const workflows: string[] = [];
  let names = 0;
  const fresh = (prefix: string): string => `${prefix}${++names}`;

  /** A text that says something of what is in scope. */
  function text(scope: readonly string[]): string {
    const word = fresh("t");
    return scope.length === 0 ? `"${word}"` : `"${word} \${${choices.of(scope)}}"`;
  }
  /** How often what is being written runs. */
  let times = 1;
  /** A body over a list. */
  function over(write: (list: string) => string[]): string[] {
    const length = 1 + choices.below(Math.max(1, Math.min(4, Math.floor(16 / times))));
    times *= length;
    const lines = write(`[${Array.from({ length }, () => `"${fresh("e")}"`).join(", ")}]`);
    times /= length;
    return lines;
  }
  function call(scope: readonly string[]): string {
    const about = text(scope);
    return choices.of([
      `say(${about})`,
      `say(${about})`,
      `shout(${about})`,
      `asking(${about})`,
      `"\${fussy(${about}).n}"`,
      `match kind(${about}) { "a" => say(${about}), _ => ${about} }`,
    ]);
  }
  /** A call of a workflow of its own, or of an agent: an expression that can stand anywhere. */
  function called(scope: readonly string[], mayFail: boolean): string {
    if (!choices.canGrow || choices.below(3) === 0) return mayFail && choices.below(4) === 0 ? `boom(${text(scope)})` : call(scope);
    const name = fresh("w");
    workflows.push(`workflow ${name}(given: string) -> string {\n${block(["given"], "  ", mayFail)}\n}`);
    return `${name}(${text(scope)})`;
  }
  /** Statements and a value. */
  function block(scope: readonly string[], pad: string, mayFail: boolean): string {
    const known = [...scope];
    const lines: string[] = [];
    const count = 1 + choices.below(3);
    for (let i = 0; i < count; i++) lines.push(...statement(known, pad, mayFail));
    return [
      ...lines,
      `${pad}"${known
        .slice(-3)
        .map((name) => `\${${name}}`)
        .join(" ")}"`,
    ].join("\n");
  }

  /** Adds what it binds to `known`. */
  function statement(known: string[], pad: string, mayFail: boolean): string[] {
    const scope = [...known];
    const v = fresh("v");
    const inner = `${pad}  `;
    known.push(v);
    if (!choices.canGrow) return [`${pad}let ${v} = ${call(scope)}`];
    return choices.grow(() => {
      const max = choices.maybe(() => `max: ${1 + choices.below(3)}`);
      const opts = (...more: readonly (string | undefined)[]): string => {
        const all = [max, ...more].filter((each) => each !== undefined);
        return all.length === 0 ? "" : `(${all.join(", ")})`;
      };
      const x = fresh("x");
      const many = fresh("l");
      switch (choices.below(12)) {
        case 0:
          return [`${pad}let ${v} = ${call(scope)}`];
        case 1:
          return over((list) => [
            `${pad}let ${many} = parallel${opts()} for ${x} in ${list} {`,
            block([...scope, x], inner, mayFail),
            `${pad}}`,
            `${pad}let ${v} = join(${many}, "|")`,
          ]);
        case 2:
          return over((list) => [
            `${pad}let ${many} = parallel${opts("on_error: continue")} for ${x} in ${list} {`,
            block([...scope, x], inner, true),
            `${pad}}`,
            `${pad}let ${v} = join(compact(${many}), "|")`,
          ]);
        case 3:
          return over((list) => [
            `${pad}let ${many} = parallel${opts("on_error: collect")} for ${x} in ${list} {`,
            block([...scope, x], inner, true),
            `${pad}}`,
            `${pad}let ${v} = join(for r in ${many} { if r.ok { r.value } else { r.error.class } }, "|")`,
          ]);
        case 4: {
          const [a, b] = [fresh("b"), fresh("b")];
          return [
            `${pad}parallel${opts()} {`,
            `${inner}let ${a} = ${called(scope, mayFail)}`,
            `${inner}let ${b} = ${called(scope, mayFail)}`,
            `${pad}}`,
            `${pad}let ${v} = ${a} + ${b}`,
          ];
        }
        case 5: {
          const [a, b] = [fresh("b"), fresh("b")];
          return [
            `${pad}parallel${opts("on_error: continue")} {`,
            `${inner}let ${a} = ${called(scope, true)}`,
            `${inner}let ${b} = ${called(scope, true)}`,
            `${pad}}`,
            `${pad}let ${v} = "\${${a} ?? "none"} \${${b} ?? "none"}"`,
          ];
        }
        case 6: {
          const [a, b, c] = [fresh("b"), fresh("b"), fresh("b")];
          return [
            `${pad}parallel(need: 2) {`,
            `${inner}let ${a} = ${called(scope, false)}`,
            `${inner}let ${b} = boom(${text(scope)})`,
            `${inner}let ${c} = ${called(scope, false)}`,
            `${pad}}`,
            `${pad}let ${v} = "\${${a} ?? "none"} \${${b} ?? "none"} \${${c} ?? "none"}"`,
          ];
        }
        case 7: {
          const branches = [called(scope, false), `boom(${text(scope)})`, `hang(${text(scope)})`];
          const turned = choices.below(3);
          return [`${pad}let ${v} = race {`, ...[0, 1, 2].map((i) => `${inner}${branches[(i + turned) % 3]}`), `${pad}}`];
        }
        case 8:
          return over((list) => [
            `${pad}let ${many} = for ${x} in ${list} {`,
            block([...scope, x], inner, mayFail),
            `${pad}}`,
            `${pad}let ${v} = join(${many}, "|")`,
          ]);
        case 9:
          return [
            `${pad}let ${v} = if contains(${text(scope)}, "${choices.below(10)}") {`,
            block(scope, inner, mayFail),
            `${pad}} else {`,
            block(scope, inner, mayFail),
            `${pad}}`,
          ];
        case 10:
          return [`${pad}let ${v} = ${called(scope, true)} catch err { "caught \${err.class}" }`];
        default: {
          const c = fresh("c");
          return [
            `${pad}let ${c} = chat talker("${c}")`,
            `${pad}let ${many} = ${c}.send(${text(scope)})`,
            `${pad}let ${v} = say("${c} \${len(${c}.messages)} \${${many}}")`,
          ];
        }
      }
    });
  }

  const body = block([], "  ", true);
  return `${declarations}\n${workflows.join("\n")}\nworkflow main_one() -> string {\n${body}\n}\n`;
}

const agent = (name: string, more: string): string => `agent ${name}(about: string)${more}, system: "${name}" }\n`;
const declarations = `provider llm = simulator { limit: { concurrent: 1000 } }
model small = llm("sim-small") { retry: none, max_tokens: 100, price: { input: $1.00, output: $2.00 } }
type Number { n: int }
template fix(output: string, error: string) "Again: \${output} \${error}"
tool shout(text: string) -> string from "./tools.ts" { effect: read }
${agent("say", " { model: small, prompt: about")}${agent("boom", " { model: small, prompt: about")}${agent("hang", " { model: small, prompt: about")}
/// Helps.
${agent("helper", " { model: small, prompt: about")}${agent("asking", " { model: small, prompt: about, tools: [shout, helper]")}
${agent("kind", ' -> "a" | "b" { model: small, prompt: about')}${agent("fussy", " -> Number { model: small, prompt: about, repair: fix")}${agent("talker", " { model: small")}`;
