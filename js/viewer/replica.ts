/** The copy of the visitor's page: built anew from each fresh start, changed by each event, never active by itself. */
import type { eventWithTime } from "@rrweb/types";
import { EVENT } from "../protocol/recording";
import { TooLarge } from "./budget";
import type { Inside } from "./hit";
import { PageCopy, type Size } from "./page_copy";
import { say } from "./phrases";
import { Strain } from "./strain";
import { Turns } from "./turns";

export type { Size } from "./page_copy";

export interface ReplicaHandlers {
  /** A fresh start is built and can be seen. */
  onshown(): void;
  onresize(size: Size): void;
  /** A sentence stands in place of the page, or, empty, no longer. The copy itself is unreachable for a screen reader. */
  ontold(sentence: string): void;
  /** The replica may no longer be what the visitor sees. */
  onfault(): void;
}

/** A fresh start rests this many times as long as the last one took: a page that always begins anew leaves room. */
const REST = 3;
/** Milliseconds for which a page that was too heavy is not tried again; twice as long each time, up to the last. */
const PENALTY = 5000;
const LONGEST_PENALTY = 60_000;
/** The size of the sentence that stands for a page. */
const NOTICE: Size = { width: 720, height: 240 };
const NOTICE_LOOK =
  "margin:0;padding:80px 48px;font:18px/1.5 system-ui,sans-serif;color:#1d2b2f;text-align:center;text-wrap:balance";

export class Replica {
  readonly #place: HTMLElement;
  readonly #handlers: ReplicaHandlers;
  readonly #strain = new Strain(() => this.#tooHeavy());
  readonly #turns: Turns;
  /** What gets the events. */
  #playing: PageCopy | null = null;
  /** That, and the page before it until the next one can be seen. */
  readonly #all = new Set<PageCopy>();
  #notice: HTMLElement | null = null;
  /** `performance.now()` before which no page is begun. */
  #restUntil = 0;
  #penalty = PENALTY;

  constructor(place: HTMLElement, handlers: ReplicaHandlers) {
    this.#place = place;
    this.#handlers = handlers;
    this.#turns = new Turns({
      onevent: (event, first) => this.#apply(event, first),
      rest: () => this.#restUntil - performance.now(),
      onoverflow: () => this.#lose(),
    });
    // The replayer does some things in tasks of its own, so that what it throws ends up here.
    window.addEventListener("error", () => this.#playing && handlers.onfault());
    window.addEventListener("unhandledrejection", () => this.#playing && handlers.onfault());
  }

  /** What can be found in the page that is shown. */
  get inside(): Inside | null {
    return this.#playing?.inside ?? null;
  }

  /** Shows events. With `fresh` they begin with Meta and FullSnapshot, and the old page is replaced. */
  show(events: readonly unknown[], fresh: boolean): void {
    this.#turns.add(events, fresh);
  }

  clear(): void {
    this.#turns.clear();
    this.#drop();
  }

  /** A page for the events that follow, hidden until it is built: the agent never sees an empty page in between. */
  #begin(): PageCopy {
    for (const unseen of [...this.#all].filter(({ built }) => !built)) this.#remove(unseen);
    const page = new PageCopy(this.#place, {
      onresize: (size) => this.#playing === page && this.#handlers.onresize(size),
      onbuilt: () => this.#built(page),
      onfault: () => this.#handlers.onfault(),
    });
    this.#all.add(page);
    return page;
  }

  #built(page: PageCopy): void {
    for (const old of [...this.#all]) if (old !== page) this.#remove(old);
    this.#tellNothing();
    page.reveal();
    this.#strain.start();
    this.#handlers.onshown();
  }

  #apply(event: unknown, first: boolean): void {
    if (first) this.#playing = this.#begin();
    if (!this.#playing) {
      // The page was lost, and what was asked for then has not come; one that has its sentence is not asked for.
      if (!this.#notice) this.#handlers.onfault();
      return;
    }
    const snapshot = (event as eventWithTime | null)?.type === EVENT.snapshot;
    const begun = performance.now();
    try {
      this.#playing.apply(event);
      // What has no page cannot be changed.
      if (snapshot && !this.#playing.built) this.#lose();
    } catch (error) {
      if (snapshot && error instanceof TooLarge) this.#tell(say("page.tooLarge"));
      else this.#lose();
    }
    const now = performance.now();
    if (snapshot) this.#restUntil = now + REST * (now - begun);
  }

  /** The page cannot be followed any more: nothing of it is applied until its next fresh start, which is asked for. */
  #lose(): void {
    if (this.#playing && !this.#playing.built) this.#remove(this.#playing);
    this.#playing = null;
    this.#turns.clear();
    this.#handlers.onfault();
  }

  #tooHeavy(): void {
    this.#tell(say("page.tooHeavy"));
    this.#restUntil = performance.now() + this.#penalty;
    this.#penalty = Math.min(LONGEST_PENALTY, 2 * this.#penalty);
  }

  /** A sentence in place of the page, until the next one. */
  #tell(sentence: string): void {
    this.#turns.clear();
    this.#drop();
    const notice = document.createElement("p");
    const words = `${sentence} The visitor still sees it; the session goes on with the next page.`;
    notice.textContent = words;
    notice.style.cssText = NOTICE_LOOK;
    this.#place.append(notice);
    this.#notice = notice;
    this.#handlers.ontold(words);
    this.#handlers.onresize(NOTICE);
    this.#handlers.onshown();
  }

  #tellNothing(): void {
    this.#notice?.remove();
    this.#notice = null;
    this.#handlers.ontold("");
  }

  #drop(): void {
    this.#strain.stop();
    for (const page of [...this.#all]) this.#remove(page);
    this.#playing = null;
    this.#tellNothing();
  }

  #remove(page: PageCopy): void {
    this.#all.delete(page);
    page.remove();
  }
}
