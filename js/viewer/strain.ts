/** Notices when the replica makes the whole window slow. */

/** Milliseconds between two pictures of the screen from which on the window counts as stuck. */
const STUCK = 800;
/** Milliseconds of being stuck, within the last ones, that are too much; several times, as a computer may have slept. */
const TOO_MUCH = 4000;
const WITHIN = 15_000;
const TIMES = 3;

/** Watches the pictures of the screen while a page is shown. */
export class Strain {
  readonly #ontoomuch: () => void;
  #stuck: { readonly at: number; readonly time: number }[] = [];
  #last: number | null = null;
  #frame: number | null = null;

  constructor(ontoomuch: () => void) {
    this.#ontoomuch = ontoomuch;
  }

  start(): void {
    this.#stuck = [];
    this.#last = null;
    this.#frame ??= requestAnimationFrame((now) => this.#look(now));
  }

  stop(): void {
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#frame = null;
  }

  #look(now: number): void {
    // A hidden window draws nothing: that it did not is no sign.
    const visible = document.visibilityState === "visible";
    const time = this.#last === null || !visible ? 0 : now - this.#last;
    this.#last = visible ? now : null;
    this.#frame = requestAnimationFrame((next) => this.#look(next));
    if (time >= STUCK) this.#note(now, Math.min(time, TOO_MUCH / 2));
  }

  #note(at: number, time: number): void {
    this.#stuck = [...this.#stuck.filter((entry) => at - entry.at < WITHIN), { at, time }];
    const sum = this.#stuck.reduce((total, entry) => total + entry.time, 0);
    if (this.#stuck.length >= TIMES && sum >= TOO_MUCH) this.#ontoomuch();
  }
}
