import { describe, expect, test } from "vitest";
import type { Expr } from "../../src/graph/expressions.ts";
import type { SessionStore } from "../../src/interpreter/options.ts";
import { agent, bind, block, branch, flow, give, lit, parallel, place, race, read, say, spread } from "./build.ts";
import { finish } from "./world.ts";

const analyst = agent("analyst", { params: [], messages: [], callable: false });
const chat = (session: Expr): Expr => ({ kind: "chat", place: "t:3:3", path: "w/chat", agent: "t#analyst", args: {}, session });
const send = (name: string, text: Expr): Expr => ({ kind: "chat_send", place, path: `w/${name}`, chat: name, text, options: {} });
/** A conversation that is opened under a name, and asked once. */
const talk = (session: Expr): Expr => block(bind("c", chat(session)), send("c", lit("a")));
const nowhere = (): SessionStore => ({
  open: async (name) => ({ file: `kept/${name}.jsonl`, text: undefined, write: async () => undefined, close: async () => undefined }),
});
const replies = { analyst: [{ text: "x", times: "always" }] };
const settings = () => ({ sessions: nowhere(), replies });

describe("a session that two branches of one block would use", () => {
  const refused = {
    code: "T627",
    class: "invalid_request",
    place: "t:3:3",
    message: 'The session "s" is used by another branch of the same block.',
    hint: "Put into its name what tells the branches apart, or open it before the block and give each branch a copy: `fork(c)`.",
  };

  test.each<readonly [string, Expr]>([
    ["of a parallel block", parallel({}, branch("a", talk(lit("s"))), branch("b", talk(lit("s"))))],
    ["of a parallel for", spread(lit(["s", "s"]), talk(read("x")))],
    ["of a race", race(undefined, branch("a", talk(lit("s"))), branch("b", talk(lit("s"))))],
    ["of a block within a branch", parallel({}, branch("a", talk(lit("s"))), branch("b", spread(lit(["s"]), talk(read("x")))))],
    ["that run one after the other, whatever time they take", spread(lit(["s", "s"]), talk(read("x")), { max: lit(1) })],
  ])("%s is refused where the second opens it", async (_what, body) => {
    const { error, of } = await finish(flow([body], { agents: [analyst] }), settings());
    const failed = error?.message === refused.message ? error : error?.others[0];
    if (body.kind === "race") expect(of("step.failed").map(({ error: told }) => told.message)).toContain(refused.message);
    else expect(failed).toMatchObject(refused);
  });

  test("is refused nothing where each has a name of its own, or the block is over", async () => {
    const each = flow([give(spread(lit(["a", "b", "c"]), talk(say("s-", read("x")))))], { agents: [analyst] });
    expect((await finish(each, settings())).value).toEqual(["x", "x", "x"]);
    const after = flow([parallel({}, branch("a", talk(lit("s")))), spread(lit(["s"]), talk(read("x"))), give(talk(lit("s")))], { agents: [analyst] });
    expect((await finish(after, settings())).value).toBe("x");
  });

  test("may be the one that was opened around the block", async () => {
    const around = flow([bind("c", chat(lit("s"))), bind("a", send("c", lit("a"))), spread(lit(["s"]), talk(read("x")))], { agents: [analyst] });
    expect((await finish(around, settings())).error).toBeUndefined();
  });
});
