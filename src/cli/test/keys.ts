/** Has `heard` told of every key that is pressed, without Enter; gives what lets go of the keyboard. */
export type Keys = (heard: (key: string) => void) => () => void;

/** The keyboard of a terminal; undefined: there is none. */
export function keysOf(input: NodeJS.ReadStream): Keys | undefined {
  if (!input.isTTY) return undefined;
  return (heard) => {
    const read = (data: Buffer): void => {
      for (const key of data.toString("utf8")) heard(key);
    };
    input.setRawMode(true);
    input.on("data", read);
    return () => {
      input.off("data", read);
      input.setRawMode(false);
      input.pause();
    };
  };
}
