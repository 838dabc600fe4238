/** Notices when the visitor uses the page by hand, while an agent may use it as well: the visitor always wins. */

/** Milliseconds after the last of it at which the agent may go on. */
const QUIET = 1500;
const INPUT = ["pointerdown", "keydown", "wheel", "touchmove", "input", "blur"];

export class OwnHand {
  readonly #changed: (held: boolean) => void;
  #watched = new WeakSet<Document>();
  #watching: AbortController | null = null;
  #quiet: ReturnType<typeof setTimeout> | undefined;
  #acting = false;

  constructor(changed: (held: boolean) => void) {
    this.#changed = changed;
  }

  /** Whether the visitor uses the page now. */
  get held(): boolean {
    return this.#quiet !== undefined;
  }

  start(): void {
    this.stop();
    this.#watching = new AbortController();
    this.#watch(window);
  }

  stop(): void {
    this.#watching?.abort();
    this.#watching = null;
    this.#watched = new WeakSet();
    clearTimeout(this.#quiet);
    this.#quiet = undefined;
  }

  /** Does what the agent does. Some events that come of it are trusted ones; they are not the visitor's. */
  lend(action: () => void): void {
    this.#watch(window);
    this.#acting = true;
    try {
      action();
    } finally {
      this.#acting = false;
    }
  }

  /** Listens in a window and in the frames inside it; those of other sites cannot be reached, from either side. */
  #watch(view: Window): void {
    try {
      for (const { contentWindow } of view.document.querySelectorAll("iframe"))
        if (contentWindow) this.#watch(contentWindow);
      // By document: a frame that goes to another page keeps its window, but not its listeners.
      if (this.#watched.has(view.document) || !this.#watching) return;
      this.#watched.add(view.document);
      const options = { capture: true, passive: true, signal: this.#watching.signal };
      for (const name of INPUT) view.addEventListener(name, (event) => this.#noticed(event), options);
    } catch {
      // A frame of another site.
    }
  }

  #noticed({ isTrusted, type, target, currentTarget }: Event): void {
    // Only the window's own blur, as when a frame of another site gets the focus, is the visitor's.
    if (!isTrusted || this.#acting || (type === "blur" && target !== currentTarget)) return;
    const { held } = this;
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => {
      this.#quiet = undefined;
      this.#changed(false);
    }, QUIET);
    if (!held) this.#changed(true);
  }
}
