/** Notices when something may have come into sight. */
import { HOST_ID } from "./ui_host";

/** Milliseconds between two looks at what is held back. */
export const PAUSE = 200;
const SIGNS =
  "transitionrun transitionend animationstart animationend toggle pointerover pointerup focusin change load error fullscreenchange".split(
    " ",
  );

export class VisibilityWatch {
  readonly #look: () => void;
  readonly #soon = ({ target }: Event) => {
    // Our own dialog and bar move nothing of the page.
    if ((target as Partial<Element> | null)?.id !== HOST_ID) this.soon();
  };
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running = false;

  constructor(look: () => void) {
    this.#look = look;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    window.addEventListener("resize", this.#soon);
    for (const name of SIGNS) document.addEventListener(name, this.#soon, { capture: true, passive: true });
  }

  stop(): void {
    this.#running = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    window.removeEventListener("resize", this.#soon);
    for (const name of SIGNS) document.removeEventListener(name, this.#soon, { capture: true });
  }

  /** Something happened: looks a moment later, once for all that happens until then. */
  soon(): void {
    if (!this.#running) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#look();
    }, PAUSE);
  }
}
