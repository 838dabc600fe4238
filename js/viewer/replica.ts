/** The copy of the visitor's page: built anew from each fresh start, changed by each event, never active by itself. */
import { Replayer } from "@rrweb/replay";
import type { eventWithTime, incrementalData } from "@rrweb/types";
import { CANVAS_TAG } from "../protocol/live_view";
import { CHANGE, EVENT } from "../protocol/recording";
import { parseCanvasPicture, reserve, showPicture } from "./canvas_pictures";
import { sanitized } from "./sanitize";

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface ReplicaHandlers {
  /** A fresh start is built and can be seen. */
  onshown(): void;
  onresize(size: Size): void;
  /** The replica may no longer be what the visitor sees. */
  onfault(): void;
}

/** Events of the replayer's own clock; any number above zero does. */
const CLOCK_START = 1_000_000;
/** Events that the replayer may remember before it is made to forget: it keeps all of them for rewinding. */
const MEMORY = 200;
/** Milliseconds after a fresh start at which the page is scrolled again: images give it its height only now. */
const SCROLL_AGAIN = [60, 300, 1000];
/** What moves the pointer is drawn with the next picture of the screen; everything else is applied at once. */
const POINTER: ReadonlySet<incrementalData["source"]> = new Set([
  CHANGE.mouseMove,
  CHANGE.touchMove,
  CHANGE.drag,
  CHANGE.mouseInteraction,
  CHANGE.selection,
]);

interface Playing {
  readonly replayer: Replayer;
  /** `performance.now()` when its clock was started. */
  readonly started: number;
  readonly timers: ReturnType<typeof setTimeout>[];
  readonly pictures: Map<number, string>;
  scroll: { top: number; left: number };
}

export class Replica {
  readonly #place: HTMLElement;
  readonly #handlers: ReplicaHandlers;
  /** What gets the events. */
  #playing: Playing | null = null;
  /** That, and the page before it until the next one can be seen. */
  readonly #all: Playing[] = [];

  constructor(place: HTMLElement, handlers: ReplicaHandlers) {
    this.#place = place;
    this.#handlers = handlers;
    // The replayer applies events in tasks of its own, so that what it throws ends up here.
    window.addEventListener("error", () => this.#playing && handlers.onfault());
    window.addEventListener("unhandledrejection", () => this.#playing && handlers.onfault());
  }

  /** Shows events. With `fresh` they begin with Meta and FullSnapshot, and the old page is replaced. */
  show(events: readonly eventWithTime[], fresh: boolean): void {
    const clean = events.map(sanitized).filter((event) => event !== null);
    if (fresh && !clean.some(({ type }) => type === EVENT.snapshot)) this.#handlers.onfault();
    else if (fresh) this.#playing = this.#play();
    for (const event of clean) if (this.#playing) this.#apply(this.#playing, event);
  }

  clear(): void {
    for (const playing of this.#all.splice(0)) stop(playing);
    this.#playing = null;
  }

  /**
   * A replayer for the next page, hidden until it is built: the agent never sees an empty page in between, and nothing of
   * the old one (adopted style sheets, element definitions, remembered events) stays behind.
   */
  #play(): Playing {
    const replayer = new Replayer([], {
      root: this.#place,
      liveMode: true,
      // With the virtual page a live replica stays frozen at its snapshot (measured).
      useVirtualDom: false,
      // Never replays drawing commands: that needs scripts in the frame.
      UNSAFE_replayCanvas: false,
      mouseTail: false,
      // Would take the focus away from the agent's own controls.
      triggerFocus: false,
      pauseAnimation: false,
      showWarning: true,
      logger: { log: () => undefined, warn: () => this.#handlers.onfault() },
      plugins: [{ onBuild: (node) => isCanvas(node as Node) && reserve(node as HTMLCanvasElement) }],
    });
    prepareFrame(replayer);
    const pictures = new Map<number, string>();
    replayer.startLive(CLOCK_START);
    const playing: Playing = {
      replayer,
      started: performance.now(),
      timers: [],
      pictures,
      scroll: { top: 0, left: 0 },
    };
    replayer.on("resize", (size) => this.#playing === playing && this.#handlers.onresize(size as Size));
    replayer.on("custom-event", (event) => this.#custom(playing, event));
    replayer.on("fullsnapshot-rebuilded", () => this.#built(playing));
    this.#all.push(playing);
    return playing;
  }

  #built(playing: Playing): void {
    for (const old of this.#all.splice(0)) if (old !== playing) stop(old);
    this.#all.push(playing);
    playing.replayer.wrapper.classList.remove("hidden");
    for (const delay of SCROLL_AGAIN) {
      playing.timers.push(
        setTimeout(() => playing.replayer.iframe.contentWindow?.scrollTo(playing.scroll), delay),
      );
    }
    this.#handlers.onshown();
  }

  #apply(playing: Playing, event: eventWithTime): void {
    const { replayer } = playing;
    const pointer = event.type === EVENT.change && POINTER.has(event.data.source);
    // A hidden window draws no pictures: pointer moves would pile up until it is shown again.
    if (pointer && document.visibilityState === "hidden") return;
    // Rewritten to the time of arrival, so that neither clocks that differ nor a late start delay anything. What lies
    // before the clock's start is applied at once.
    event.timestamp = pointer ? CLOCK_START + performance.now() - playing.started : CLOCK_START - 1;
    replayer.addEvent(event);
    this.#remember(playing, event);
    const { events } = replayer.service.state.context;
    if (events.length > MEMORY) events.splice(1, events.length - 2);
  }

  /** Keeps what has to be done again: the page's scroll position, and the pictures of restyled canvases. */
  #remember(playing: Playing, event: eventWithTime): void {
    if (event.type === EVENT.snapshot) playing.scroll = { ...event.data.initialOffset };
    if (event.type !== EVENT.change) return;
    const { data } = event;
    if (data.source === CHANGE.scroll) {
      const node = playing.replayer.getMirror().getNode(data.id);
      if (node === playing.replayer.iframe.contentDocument) playing.scroll = { top: data.y, left: data.x };
    }
    if (data.source !== CHANGE.mutation) return;
    for (const { id, attributes } of data.attributes) {
      const dataUrl = "style" in attributes || "width" in attributes ? playing.pictures.get(id) : undefined;
      if (dataUrl) queueMicrotask(() => this.#picture(playing, id, dataUrl));
    }
  }

  #custom(playing: Playing, event: unknown): void {
    const { tag, payload } = (event as { data: { tag: string; payload: unknown } }).data;
    const picture = tag === CANVAS_TAG ? parseCanvasPicture(payload) : null;
    if (picture) this.#picture(playing, picture.id, picture.dataUrl);
  }

  #picture(playing: Playing, id: number, dataUrl: string): void {
    const node = playing.replayer.getMirror().getNode(id);
    if (!isCanvas(node)) return;
    playing.pictures.set(id, dataUrl);
    // A picture that cannot be decoded leaves the one before it.
    showPicture(node, { id, dataUrl }).catch(() => undefined);
  }
}

function stop({ replayer, timers }: Playing): void {
  for (const timer of timers) clearTimeout(timer);
  replayer.timer.clear();
  replayer.destroy();
}

/** Makes the frame unreachable for keyboard, pointer and assistive technology; the words around it stay reachable. */
function prepareFrame({ iframe, wrapper }: Replayer): void {
  iframe.tabIndex = -1;
  iframe.title = "Copy of the visitor's page";
  wrapper.classList.add("hidden");
}

/** Nodes of the replica belong to another window, so `instanceof` does not know them. */
function isCanvas(node: Node | null): node is HTMLCanvasElement {
  return node?.nodeName === "CANVAS";
}
