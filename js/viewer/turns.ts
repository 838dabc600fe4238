/** The events that wait for their turn. */

/** Milliseconds of work after which the agent's own clicks have their turn. */
const SLICE = 60;
/** Events that may wait; a page that sends more has to begin anew. */
const MAX_WAITING = 20_000;

export interface TurnsHandlers {
  /** Applies one event; `first` is the first one of a page. */
  onevent(event: unknown, first: boolean): void;
  /** Milliseconds for which no page may begin yet. */
  rest(): number;
  /** More wait than may wait; all of them are forgotten. */
  onoverflow(): void;
}

/** Hands events on in turns: a page that never stops changing must not keep the agent from the controls. */
export class Turns {
  readonly #handlers: TurnsHandlers;
  #waiting: { readonly event: unknown; readonly first: boolean }[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(handlers: TurnsHandlers) {
    this.#handlers = handlers;
  }

  /** Adds events; with `fresh` they begin a page, and what waited for the one before is forgotten. */
  add(events: readonly unknown[], fresh: boolean): void {
    if (fresh) this.clear();
    for (const [index, event] of events.entries()) this.#waiting.push({ event, first: fresh && index === 0 });
    if (this.#waiting.length > MAX_WAITING) {
      this.clear();
      this.#handlers.onoverflow();
    } else if (this.#timer === undefined) this.#work();
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting = [];
  }

  #work(): void {
    this.#timer = undefined;
    const begun = performance.now();
    const waiting = this.#waiting;
    let done = 0;
    for (const { event, first } of waiting) {
      const wait = first ? this.#handlers.rest() : performance.now() - begun - SLICE;
      if (wait > 0) {
        this.#timer = setTimeout(() => this.#work(), first ? wait : 1);
        break;
      }
      done += 1;
      this.#handlers.onevent(event, first);
      // What was handed on may have led to all others being forgotten.
      if (waiting !== this.#waiting) return;
    }
    this.#waiting = waiting.slice(done);
  }
}
