import type { Message } from "../agent/provider.ts";
import type { SessionHold } from "./sessions.ts";
import type { Speaker } from "./speaker.ts";

/** What a conversation has come to: what was said, and who speaks from here on. */
export interface Said {
  /** Never changed afterwards. */
  readonly messages: readonly Message[];
  readonly speaker: Speaker;
}

/** A conversation of a program. It is no value: variables hold it beside the values, and only its own methods change it. */
export class Chat {
  said: Said;
  /** Where it is kept, if it is. */
  readonly session: SessionHold | undefined;
  /** A reply is on its way. */
  busy = false;

  constructor(said: Said, session?: SessionHold) {
    this.said = said;
    this.session = session;
  }
}
