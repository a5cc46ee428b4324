import { type Random, random } from "./random.ts";

/** A program whose agents and workflows spend, and what each may spend. */
export interface Spending {
  readonly text: string;
  /** Over the whole run. */
  readonly maxCostUsd: number | undefined;
  /** By the name of an agent or a workflow, or of the `let` whose call says otherwise: dollars, or the name of a pot. */
  readonly budgets: ReadonlyMap<string, number | string>;
  /** By name. */
  readonly pots: ReadonlyMap<string, number>;
  /** By the vendor's id. */
  readonly prices: ReadonlyMap<string, Price>;
}
export interface Price {
  readonly input: number;
  readonly cached: number | undefined;
  readonly write: number | undefined;
  readonly output: number;
}

/** A random tree of agents as tools, workflows and branches. A token costs up to a dollar. */
export function spending(seed: number): Spending {
  const choose = random(seed);
  const { below, chance, of } = choose;
  const budgets = new Map<string, number | string>();
  const pots = new Map<string, number>();
  const prices = new Map<string, Price>();
  const lines: string[] = [
    "provider llm = simulator { limit: { concurrent: 100 } }",
    "retry twice { attempts: 2, delay: 1s, jitter: none, on: [server_error] }",
  ];

  for (let pot = 0; pot < below(3); pot++) {
    pots.set(`pot${pot}`, amount(choose));
    lines.push(`budget pot${pot} { max: $${pots.get(`pot${pot}`)}.00 }`);
  }
  const models = Array.from({ length: 1 + below(3) }, (_, index) => `model${index}`);
  for (const model of models) {
    const price = {
      input: cents(choose),
      cached: chance(0.5) ? cents(choose) : undefined,
      write: chance(0.5) ? cents(choose) : undefined,
      output: cents(choose),
    };
    prices.set(model, price);
    const said = [`input: ${dollars(price.input)}`, `output: ${dollars(price.output)}`];
    if (price.cached !== undefined) said.push(`cached_input: ${dollars(price.cached)}`);
    if (price.write !== undefined) said.push(`cache_write: ${dollars(price.write)}`);
    lines.push(`model ${model} = llm("${model}") { max_tokens: ${1 + below(300)}, retry: ${of(["none", "twice"])}, price: { ${said.join(", ")} } }`);
  }
  if (models.length > 1 && chance(0.3)) {
    lines.push("model either = fallback(model0, model1)");
    models.push("either");
  }
  function budget(name: string): string {
    if (chance(0.4)) return "";
    const named = chance(0.4) ? of([...pots.keys(), ""]) : "";
    budgets.set(name, named === "" ? amount(choose) : named);
    return named === "" ? `, budget: $${budgets.get(name)}.00` : `, budget: ${named}`;
  }

  const agents = Array.from({ length: 2 + below(4) }, (_, index) => `agent${index}`);
  for (const [index, name] of agents.entries()) {
    const tools = agents.slice(index + 1).filter(() => chance(0.4));
    lines.push(`/// Helps.\nagent ${name}(q: string = "go") { model: ${of(models)}, prompt: q, max_turns: 3, tools: [${tools.join(", ")}]${budget(name)} }`);
  }

  let names = 0;
  const called = [...agents];
  /** One call, as a `let` of its own. */
  function call(): readonly [string, string] {
    const name = `v${++names}`;
    const callee = of(called);
    if (!chance(0.15)) return [name, `${callee}()`];
    budgets.set(name, amount(choose));
    return [name, `${callee}() with { budget: $${budgets.get(name)}.00 }`];
  }
  function statement(): string {
    const [name, value] = call();
    const [other, more] = call();
    const option = of(["", "(on_error: continue)", "(max: 2)"]);
    return of([
      `  let ${name} = ${value}`,
      `  let ${name} = ${value} catch err { err.class }`,
      `  let many${name} = parallel${option} for x in range(${1 + below(4)}) {\n    let ${name} = ${value}\n    ${name}\n  }`,
      `  parallel${option} {\n    let ${name} = ${value}\n    let ${other} = ${more}\n  }`,
      `  for i in range(${1 + below(3)}) {\n    let ${name} = ${value}\n  }`,
    ]);
  }
  const workflows = Array.from({ length: below(3) }, (_, index) => `work${index}`);
  for (const name of [...workflows, "main"]) {
    const said = budget(name).slice(2);
    lines.push(
      `workflow ${name}() -> string {\n${said === "" ? "" : `  ${said}\n`}${Array.from({ length: 2 + below(4) }, statement).join("\n")}\n  return "done"\n}`,
    );
    called.push(name);
  }
  return { text: `${lines.join("\n")}\n`, maxCostUsd: chance(0.7) ? amount(choose) : undefined, budgets, pots, prices };
}

function amount({ below, of }: Random): number {
  return 1 + below(of([100, 1000, 5000, 20_000]));
}

/** Of one token. */
function cents({ below }: Random): number {
  return below(101);
}

/** Of a million of them. */
function dollars(price: number): string {
  return `$${price * 10_000}.00`;
}

export function costOf(
  { input, cached, write, output }: Price,
  usage: { readonly input: number; readonly cachedInput: number; readonly cacheWrite: number; readonly output: number },
): number {
  const plain = usage.input - usage.cachedInput - usage.cacheWrite;
  return (plain * input + usage.cachedInput * (cached ?? input) + usage.cacheWrite * (write ?? input) + usage.output * output) / 100;
}
