import type { ErrorClass } from "../diagnostics/classes.ts";
import { RunError, type RunErrorOptions } from "../diagnostics/errors.ts";
import { abortReason, onAbort } from "./abort.ts";
import { addCost, addUsage, type Cost, noCost, noUsage, type Usage } from "./usage.ts";

/** What a budget is spent from. One object for each pot that exists: a named one per run, a literal one per run of what it stands on. */
export interface Pot {
  readonly name: string;
  readonly maxUsd: number;
  readonly onExceed: "stop" | "warn";
  /** What earlier processes of the run have spent of it is in it from the start. */
  readonly whole?: true;
}

/** One model request that was sent, for the report. */
export interface RequestRecord {
  /** The turn's path. */
  readonly path: string;
  readonly agent: string;
  /** The model's declared name (its key), and the vendor's id. */
  readonly model: string;
  readonly modelId: string;
  readonly provider: string;
  readonly attempt: number;
  /** All but "replied" gave nothing that was used; "unknown": it was sent, and nothing was heard of it. */
  readonly outcome: "replied" | "failed" | "aborted" | "unknown";
  readonly class?: ErrorClass;
  readonly usage: Usage;
  readonly cost: Cost;
  readonly durationMs: number;
  /** What it was paid from, where that is read from a run's file. */
  readonly pots?: readonly Pick<Pot, "name" | "maxUsd">[];
}

/** What a pot stands at after a request was settled. */
export interface PotState {
  readonly name: string;
  readonly spentUsd: number;
  readonly maxUsd: number;
  /** A `warn` pot that this request took over its limit. */
  readonly justExceeded: boolean;
}

/** Money set aside for a request that is about to be sent. */
export interface Reservation {
  /** Puts what it cost in its place, once. Gives how its pots stand. */
  settle(spentUsd: number): readonly PotState[];
}

export interface ReserveOptions {
  readonly signal: AbortSignal;
  /** The turn's path, for the error. */
  readonly path?: string;
  /** It does not fit beside what is in flight: called once, before the wait. */
  readonly onWait?: (budget: string, needsUsd: number, availableUsd: number) => void;
}

/** Everything spent in a run, shared by all of its branches and agents. */
export interface Ledger {
  readonly usage: Usage;
  readonly cost: Cost;
  /** In the order in which they were settled. */
  readonly requests: readonly RequestRecord[];
  /**
   * Sets `worstUsd` aside in all pots or in none. Undefined: no worst case is known, and the pots are checked against
   * what was spent. Waits, first come first served, while something in flight could free enough; throws a `RunError` of
   * class `budget` when nothing could, and the signal's reason when it aborts. Gives the reservation at once where it can.
   */
  reserve(pots: readonly Pot[], worstUsd: number | undefined, options: ReserveOptions): Reservation | Promise<Reservation>;
  /** Takes what an earlier process of the run has spent. It is not in the totals yet: `record` puts it there. */
  spend(pots: readonly Pot[], usd: number): void;
  /** Adds a request to the totals. */
  record(request: RequestRecord): void;
  /** What was spent from a pot so far. */
  spentFrom(pot: Pot): number;
}

interface PotBook {
  readonly pot: Pot;
  spent: number;
  reserved: number;
  inFlight: number;
  /** How many wait for it. */
  waiting: number;
  warned: boolean;
}
interface Waiter {
  readonly books: readonly PotBook[];
  readonly worst: number | undefined;
  readonly path: string;
  readonly grant: (reservation: Reservation) => void;
  readonly fail: (error: RunError) => void;
}

/** Sums of money in floating point: a millionth of a cent is no difference. */
const speck = 1e-8;

export function createLedger(): Ledger {
  const books = new Map<Pot, PotBook>();
  const requests: RequestRecord[] = [];
  const waiters = new Set<Waiter>();
  let usage = noUsage;
  let cost = noCost;

  function bookOf(pot: Pot): PotBook {
    let book = books.get(pot);
    if (book === undefined) {
      book = { pot, spent: 0, reserved: 0, inFlight: 0, waiting: 0, warned: false };
      books.set(pot, book);
    }
    return book;
  }

  /** Each once: an agent may name the pot that a workflow around it names already. */
  function booksOf(pots: readonly Pot[]): readonly PotBook[] {
    return pots.length < 2 ? pots.map(bookOf) : [...new Set(pots)].map(bookOf);
  }

  /** The first pot that can never take this, whatever is given back to it. */
  function hopeless(wanted: readonly PotBook[], worst: number | undefined): PotBook | undefined {
    return wanted.find(({ pot, spent }) => pot.onExceed === "stop" && (worst === undefined ? spent >= pot.maxUsd : spent + worst > pot.maxUsd + speck));
  }
  /** The first pot that cannot take this beside what is in flight. */
  function lacking(wanted: readonly PotBook[], worst: number | undefined): PotBook | undefined {
    if (worst === undefined) return undefined;
    return wanted.find(({ pot, spent, reserved }) => pot.onExceed === "stop" && spent + reserved + worst > pot.maxUsd + speck);
  }

  function take(wanted: readonly PotBook[], worst: number): Reservation {
    for (const book of wanted) {
      book.reserved += worst;
      book.inFlight++;
    }
    let settled = false;
    return {
      settle(spentUsd) {
        if (settled) return [];
        settled = true;
        const states = wanted.map((book): PotState => {
          book.spent += spentUsd;
          book.inFlight--;
          book.reserved = book.inFlight === 0 ? 0 : book.reserved - worst;
          const justExceeded = book.pot.onExceed === "warn" && !book.warned && book.spent > book.pot.maxUsd + speck;
          if (justExceeded) book.warned = true;
          return { name: book.pot.name, spentUsd: book.spent, maxUsd: book.pot.maxUsd, justExceeded };
        });
        if (waiters.size > 0) serve();
        return states;
      },
    };
  }

  function leave(waiter: Waiter): void {
    waiters.delete(waiter);
    for (const book of waiter.books) book.waiting--;
  }

  /** Goes through those who wait, in their order. None overtakes an earlier one that wants of the same pot. */
  function serve(): void {
    const claimed = new Set<PotBook>();
    for (const waiter of waiters) {
      const never = hopeless(waiter.books, waiter.worst);
      if (never !== undefined) {
        leave(waiter);
        waiter.fail(usedUp(never, waiter.worst, waiter.path));
      } else if (!waiter.books.some((book) => claimed.has(book)) && lacking(waiter.books, waiter.worst) === undefined) {
        leave(waiter);
        waiter.grant(take(waiter.books, waiter.worst ?? 0));
      } else {
        for (const book of waiter.books) claimed.add(book);
        // All want of this one: the rest need not be looked at, however many they are.
        if (waiter.books.some((book) => book.waiting === waiters.size)) return;
      }
    }
  }

  function wait(wanted: readonly PotBook[], worst: number | undefined, signal: AbortSignal, path: string): Promise<Reservation> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        books: wanted,
        worst,
        path,
        grant: (reservation) => {
          letGo();
          resolve(reservation);
        },
        fail: (error) => {
          letGo();
          reject(error);
        },
      };
      waiters.add(waiter);
      for (const book of wanted) book.waiting++;
      const letGo = onAbort(signal, () => {
        leave(waiter);
        reject(abortReason(signal));
        // Those behind it may have waited for it alone.
        serve();
      });
    });
  }

  return {
    get usage() {
      return usage;
    },
    get cost() {
      return cost;
    },
    requests,
    reserve(pots, worst, { signal, path = "", onWait }) {
      if (signal.aborted) throw abortReason(signal);
      const wanted = booksOf(pots);
      const never = hopeless(wanted, worst);
      if (never !== undefined) throw usedUp(never, worst, path);
      const short = lacking(wanted, worst) ?? wanted.find((book) => book.waiting > 0);
      if (short === undefined) return take(wanted, worst ?? 0);
      onWait?.(short.pot.name, worst ?? 0, Math.max(0, short.pot.maxUsd - short.spent - short.reserved));
      return wait(wanted, worst, signal, path);
    },
    spend(pots, usd) {
      for (const book of booksOf(pots)) book.spent += usd;
    },
    record(request) {
      requests.push(request);
      usage = addUsage(usage, request.usage);
      cost = addCost(cost, request.cost);
    },
    spentFrom: (pot) => books.get(pot)?.spent ?? 0,
  };
}

/** Class `budget`. `pot` is the one that cannot pay: whoever stands inside its scope cannot go on without it. */
export class BudgetError extends RunError {
  readonly pot: Pot;
  constructor(pot: Pot, message: string, options: RunErrorOptions) {
    super("budget", message, options);
    this.pot = pot;
  }
}

function usedUp({ pot, spent }: PotBook, worst: number | undefined, path: string): BudgetError {
  const left = Math.max(0, pot.maxUsd - spent);
  const need = worst === undefined ? "" : ` and the next request may cost up to ${dollars(worst)}`;
  return new BudgetError(pot, `The budget "${pot.name}" of ${dollars(pot.maxUsd)} has ${dollars(left)} left${need}.`, {
    path,
    hint: "Raise the budget, lower max_tokens, or shorten the prompt.",
  });
}

/** `$0.50`; more digits for small sums. */
function dollars(usd: number): string {
  return `$${usd === 0 || usd >= 0.01 ? usd.toFixed(2) : usd.toPrecision(2)}`;
}
