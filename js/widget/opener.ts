/**
 * Opens the viewer's place in the click, fills it when the kernel says with what, and reports what becomes of it. One
 * per model, with one place at a time. Browsers let a page open windows only just after a click, but a visitor may take
 * half a minute to accept, and a busy kernel longer: so the click opens a page that waits.
 */
import type { ViewerReport } from "../protocol/messages";
import { parseViewerMessage } from "../protocol/viewer_events";
import type { ViewerForm } from "./pad";
import type { Phrases } from "./phrases";
import type { Traits } from "./traits";
import { findPlace, openFrame, openWindow, postForm, type ViewerPlace } from "./viewer_place";
import type { WaitingWords } from "./waiting_page";

/** Where the opener stands: `waiting` for the form, `posted`, or `silent` (a frame in which nobody speaks up). */
export type Phase = "none" | "waiting" | "posted" | "silent";

/** What the opener tells its owner. */
export interface OpenerEvents {
  readonly report: (event: ViewerReport, reason?: string) => void;
  readonly changed: () => void;
}

const WATCH_EVERY = 1_000;
const SPEAKS_WITHIN = 5_000;
const MAX_REPORTS = 20;
const REASON = /^[\w .:-]{1,100}$/;

/** One per model. */
export class Opener {
  phase: Phase = "none";
  /** Whether the browser refused the last window. */
  blocked = false;
  /** The id of a frame that was asked for and is not in the page. */
  missingFrame = "";
  readonly #client: string;
  readonly #on: OpenerEvents;
  #place: ViewerPlace | null = null;
  #watch: AbortController | null = null;
  #count = 0;

  constructor(client: string, on: OpenerEvents) {
    this.#client = client;
    this.#on = on;
  }

  /** Opens a place, closing the one before. To be called in the click itself; `false` when the browser refuses. */
  open(traits: Traits, slot: HTMLElement, phrases: Phrases, words: WaitingWords): boolean {
    const where = this.phase === "silent" ? "tab" : traits.openlocation;
    this.close();
    this.#count += 1;
    const name = `glance-${this.#client}-${this.#count}`;
    const found = where === "iframe" ? findPlace(traits.iframeid, slot) : null;
    this.missingFrame = where === "iframe" && !found ? traits.iframeid : "";
    this.#place =
      where === "iframe"
        ? openFrame(found, slot, name, phrases, words)
        : openWindow(where, name, phrases, words);
    this.blocked = this.#place === null;
    this.#setPhase(this.#place ? "waiting" : "none");
    if (this.#place) this.#watchPlace(this.#place);
    return !this.blocked;
  }

  /** Posts the form into the waiting place; reports `closed` when it is no longer there. */
  post(form: ViewerForm, phrases: Phrases): void {
    const place = this.#place;
    if (!place || this.phase !== "waiting" || place.gone()) {
      this.#on.report("closed");
      this.release();
      return;
    }
    place.say({
      heading: phrases.say("waiting.loading"),
      message: "",
      advice: phrases.say("waiting.loadingAdvice"),
    });
    this.#listen(place, form.action.origin);
    postForm(form, place.name, document);
    this.#setPhase("posted");
    this.#on.report("opened");
  }

  /** Changes what the waiting page says. */
  say(words: WaitingWords): void {
    if (this.phase === "waiting") this.#place?.say(words);
  }

  /** Closes the place, whatever is in it. */
  close(): void {
    const place = this.#place;
    this.#forget();
    place?.close();
  }

  /** The session is over: a window is left to its viewer, which says so; a frame in the page is taken away. */
  release(): void {
    if (this.#place?.kind === "frame") this.close();
    else this.#forget();
    this.blocked = false;
  }

  /** Ends all timers and listeners; a page that still waits would wait for ever, so it is closed. */
  dispose(): void {
    if (this.phase === "waiting") this.close();
    else this.#forget();
  }

  #forget(): void {
    this.#watch?.abort();
    this.#watch = null;
    this.#place = null;
    this.#setPhase("none");
  }

  #setPhase(phase: Phase): void {
    if (phase === this.phase) return;
    this.phase = phase;
    this.#on.changed();
  }

  #watchPlace(place: ViewerPlace): void {
    const watch = new AbortController();
    this.#watch = watch;
    const timer = setInterval(() => {
      if (!place.gone()) return;
      // A frame that was taken out of the page would come back empty.
      this.close();
      this.#on.report("closed");
    }, WATCH_EVERY);
    watch.signal.addEventListener("abort", () => clearInterval(timer));
  }

  #listen(place: ViewerPlace, origin: string): void {
    const signal = this.#watch?.signal;
    if (!signal) return;
    let left = MAX_REPORTS;
    const silent = setTimeout(() => this.#isSilent(place), SPEAKS_WITHIN);
    signal.addEventListener("abort", () => clearTimeout(silent));
    const hear = (event: MessageEvent<unknown>): void => {
      if (event.origin !== origin || event.source !== place.window()) return;
      const message = parseViewerMessage(event.data);
      if (!message || left <= 0) return;
      left -= 1;
      clearTimeout(silent);
      if (this.phase === "silent") this.#setPhase("posted");
      const { reason } = message.data;
      this.#on.report(
        message.glanceEvent,
        typeof reason === "string" && REASON.test(reason) ? reason : undefined,
      );
    };
    window.addEventListener("message", hear, { signal });
  }

  #isSilent(place: ViewerPlace): void {
    if (place.kind !== "frame") return;
    this.#setPhase("silent");
    this.#on.report("blocked", "silent");
  }
}
