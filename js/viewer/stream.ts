/** The order of the visitor's events: what may be shown, and when the replica needs a fresh start. */
import type { eventWithTime } from "@rrweb/types";
import { EVENT } from "../protocol/recording";

/** Milliseconds after which a fresh start that did not come is asked for again. */
const PATIENCE = 4000;

export interface StreamHandlers {
  /** Events that follow what was shown; with `fresh` they begin with Meta and FullSnapshot. */
  onevents(events: eventWithTime[], fresh: boolean): void;
  /** Asks the visitor for a snapshot; `false` when that is not possible now. */
  ask(): boolean;
}

/**
 * Lets through only what the replica can build on. Each batch of a page has a number one above the last; a missing one
 * would silently break everything after it, so from there on nothing is shown until a fresh start.
 */
export class EventStream {
  readonly #handlers: StreamHandlers;
  /** Number of the next batch; `null` until there is a fresh start. */
  #expected: number | null = null;
  #asked: ReturnType<typeof setTimeout> | undefined;

  constructor(handlers: StreamHandlers) {
    this.#handlers = handlers;
  }

  receive(seq: number, events: eventWithTime[]): void {
    const start = freshStart(events);
    if (start !== null) {
      clearTimeout(this.#asked);
      this.#asked = undefined;
      this.#expected = seq + 1;
      this.#handlers.onevents(events.slice(start), true);
    } else if (seq === this.#expected) {
      this.#expected = seq + 1;
      this.#handlers.onevents(events, false);
    } else {
      this.restart();
    }
  }

  /** Shows nothing more until a fresh start, and asks for one. */
  restart(): void {
    this.#expected = null;
    if (this.#asked !== undefined) return;
    this.#handlers.ask();
    this.#asked = setTimeout(() => {
      this.#asked = undefined;
      if (this.#expected === null) this.restart();
    }, PATIENCE);
  }

  /** Shows nothing more until a fresh start; the service asks for one by itself. */
  stop(): void {
    clearTimeout(this.#asked);
    this.#asked = undefined;
    this.#expected = null;
  }
}

/** Where the last fresh start among the events begins: a Meta with a FullSnapshot behind it. */
function freshStart(events: readonly eventWithTime[]): number | null {
  const types = events.map(({ type }) => type);
  const snapshot = types.lastIndexOf(EVENT.snapshot);
  const meta = snapshot < 0 ? -1 : types.lastIndexOf(EVENT.meta, snapshot);
  return meta < 0 ? null : meta;
}
