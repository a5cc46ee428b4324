/**
 * How many strands of a run can still go on by themselves: its work splits where branches or tool calls run at the same time,
 * and a strand that waits for a person is none of them. Counted by the constructs that split, never by watching time pass.
 */
export interface Strands {
  /** Work begins that nobody else has split off: a run, or one message of a conversation. Call `end` when it is over. */
  begin(): void;
  end(): void;
  /** The strand that calls this splits into parts. */
  split(): Split;
  /** The strand waits for a person until it says that it goes on. */
  wait(): void;
  goOn(): void;
}

/**
 * Who splits is the first part, and ends when the others have begun. The last part to end is the strand that was split: it
 * is never counted out, so nothing stands still between the end of a block and what comes after it.
 */
export interface Split {
  begin(): void;
  end(): void;
}

/** `still` is called at the moment at which none can go on, inside of the `wait` or `end` that makes it so. */
export function createStrands(still: () => void): Strands {
  let going = 0;
  const less = (): void => {
    going--;
    if (going <= 0) still();
  };
  const more = (): void => {
    going++;
  };
  return {
    begin: more,
    end: () => void going--,
    split() {
      let parts = 1;
      return {
        begin() {
          parts++;
          more();
        },
        end() {
          parts--;
          if (parts > 0) less();
        },
      };
    },
    wait: less,
    goOn: more,
  };
}
