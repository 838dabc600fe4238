/**
 * A real link to the viewer, for where the browser lets nobody but the agent open a window. Its address has no login key:
 * it holds a ticket that is good once and not for long, so the kernel is asked for a new one while the link is shown.
 */
import { newPad, toBase64, unseal } from "./pad";

/** Milliseconds after which an address is replaced. Tickets are good for twice as long. */
const FRESH = 60_000;

/** One per model. */
export class ViewerLink {
  /** Where it leads; empty while there is no address that can be used. */
  href = "";
  readonly #ask: (pad: string) => string;
  readonly #changed: () => void;
  #asked: { readonly req: string; readonly pad: Uint8Array; readonly at: number } | null = null;

  /** `ask` sends a request for an address and gives its name. */
  constructor(ask: (pad: string) => string, changed: () => void) {
    this.#ask = ask;
    this.#changed = changed;
  }

  /** The link is shown: sees to it that its address is good. */
  keepFresh(): void {
    if (this.#asked && performance.now() - this.#asked.at < FRESH) return;
    const pad = newPad();
    this.#asked = { pad, at: performance.now(), req: this.#ask(toBase64(pad)) };
  }

  /** Takes the answer to its own request; `false` when it is another's. */
  take(req: string, sealed: string): boolean {
    if (this.#asked?.req !== req) return false;
    this.#show(unseal(sealed, this.#asked.pad)?.action.href ?? "");
    return true;
  }

  /** There is no address to be had; `false` when the refusal is another's. */
  refused(req: string): boolean {
    if (this.#asked?.req !== req) return false;
    this.#show("");
    return true;
  }

  /** The address was used, or is needed no longer. */
  drop(): void {
    this.#asked = null;
    this.#show("");
  }

  #show(href: string): void {
    if (href === this.href) return;
    this.href = href;
    this.#changed();
  }
}
