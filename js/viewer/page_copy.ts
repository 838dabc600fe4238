/** One page in the replica: its frame, the replayer that builds it, and what has to be done again later. */
import { Replayer } from "@rrweb/replay";
import type { eventWithTime, incrementalData } from "@rrweb/types";
import { CHANGE, EVENT } from "../protocol/recording";
import { type CanvasPicture, Pictures, reserve } from "./canvas_pictures";
import type { Inside } from "./hit";
import { say } from "./phrases";
import { Gate } from "./sanitize";
import type { Facts } from "./sanitize_mutation";

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface PageHandlers {
  onresize(size: Size): void;
  /** It is there, and hidden. */
  onbuilt(): void;
  /** It may no longer be what the visitor sees. */
  onfault(): void;
}

/** Events of the replayer's own clock; any number above zero does. */
const CLOCK_START = 1_000_000;
/** Events that the replayer may remember before it is made to forget: it keeps all of them for rewinding. */
const MEMORY = 200;
/** Milliseconds after a fresh start at which the page is scrolled again: images give it its height only now. */
const SCROLL_AGAIN = [60, 300, 1000];
const TOUCH_START = 7;
/** The recorder's note on a dialog or a popover that is open. */
const OPEN_MODE = "rr_open_mode";
/** What moves the pointer is drawn with the next picture of the screen; everything else is applied at once. */
const POINTER: ReadonlySet<incrementalData["source"]> = new Set([
  CHANGE.mouseMove,
  CHANGE.touchMove,
  CHANGE.drag,
  CHANGE.mouseInteraction,
  CHANGE.selection,
]);

/** A page, hidden until it is shown. Nothing of another page (adopted sheets, element definitions) is in it. */
export class PageCopy {
  /** Whether its page is there. */
  built = false;
  readonly #replayer: Replayer;
  readonly #gate: Gate;
  readonly #pictures: Pictures;
  /** `performance.now()` when the replayer's clock was started. */
  readonly #started: number;
  readonly #timers: ReturnType<typeof setTimeout>[] = [];
  /** Elements whose popover may have to be opened or closed. */
  readonly #popovers: Node[] = [];
  #scroll = { top: 0, left: 0 };
  #applied = 0;

  constructor(place: HTMLElement, handlers: PageHandlers) {
    const replayer = replayerIn(
      place,
      () => handlers.onfault(),
      (node) => this.#built(node),
    );
    this.#replayer = replayer;
    prepareFrame(replayer);
    const facts: Facts = {
      find: (id) => replayer.getMirror().getNode(id),
      idOf: (node) => Math.max(0, replayer.getMirror().getId(node)) || null,
      count: () => replayer.getMirror().getIds().length,
      forget: (document) => replayer.getMirror().removeNodeFromMap(document),
      doubt: () => handlers.onfault(),
    };
    this.#gate = new Gate(facts);
    this.#pictures = new Pictures((id) => canvasOf(facts.find(id)));
    replayer.startLive(CLOCK_START);
    this.#started = performance.now();
    replayer.on("resize", (size) => handlers.onresize(size as Size));
    replayer.on("custom-event", (event) => this.#pictures.show(pictureIn(event)));
    replayer.on("fullsnapshot-rebuilded", () => {
      this.built = true;
      handlers.onbuilt();
    });
  }

  /** What can be found in it; nothing before it is built. */
  get inside(): Inside | null {
    const { contentDocument } = this.#replayer.iframe;
    if (!contentDocument || !this.built) return null;
    const mirror = this.#replayer.getMirror();
    return {
      document: contentDocument,
      idOf: (node) => mirror.getId(node),
      nodeOf: (id) => mirror.getNode(id),
    };
  }

  reveal(): void {
    this.#replayer.wrapper.classList.remove("hidden");
    for (const delay of SCROLL_AGAIN) {
      this.#timers.push(setTimeout(() => this.#replayer.iframe.contentWindow?.scrollTo(this.#scroll), delay));
    }
  }

  /**
   * Applies an event of the visitor's page, whatever it is.
   *
   * @throws TooLarge and what the replayer throws.
   */
  apply(given: unknown): void {
    const event = this.#gate.pass(given);
    if (event) this.#cast(event);
  }

  #built(node: Node): void {
    if (isCanvas(node)) reserve(node);
    else if ((node as Partial<Element>).getAttribute?.(OPEN_MODE) === "popover") this.#popovers.push(node);
  }

  remove(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#replayer.timer.clear();
    this.#replayer.destroy();
  }

  #cast(event: eventWithTime): void {
    const replayer = this.#replayer;
    const pointer = event.type === EVENT.change && POINTER.has(event.data.source);
    // A hidden window draws no pictures: pointer moves would pile up until it is shown again.
    if (pointer && document.visibilityState === "hidden") return;
    // Rewritten to the time of arrival, so that neither clocks that differ nor a late start delay anything. What lies
    // before the clock's start is applied at once.
    event.timestamp = pointer ? CLOCK_START + performance.now() - this.#started : CLOCK_START - 1;
    if (isTouch(event)) replayer.wrapper.querySelector(".replayer-mouse")?.classList.add("touch-device");
    // Not through `addEvent`, which does it later: what is let through next depends on what this one has made.
    replayer.service.send({ type: "ADD_EVENT", payload: { event } });
    this.#remember(event);
    for (const popover of this.#popovers.splice(0)) toggle(popover as HTMLElement);
    const { events } = replayer.service.state.context;
    if (events.length > MEMORY) events.splice(1, events.length - 2);
    this.#applied += 1;
    // It also keeps every style sheet that it ever adapted.
    if (this.#applied % MEMORY === 0) replayer.resetCache();
  }

  /** Keeps what has to be done again: the page's scroll position, and the pictures of restyled canvases. */
  #remember(event: eventWithTime): void {
    if (event.type === EVENT.snapshot) this.#scroll = { ...event.data.initialOffset };
    if (event.type !== EVENT.change) return;
    const { data } = event;
    if (data.source === CHANGE.scroll) {
      const node = this.#replayer.getMirror().getNode(data.id);
      if (node === this.#replayer.iframe.contentDocument) this.#scroll = { top: data.y, left: data.x };
    }
    if (data.source !== CHANGE.mutation) return;
    for (const { id, attributes } of data.attributes) {
      if ("style" in attributes || "width" in attributes) this.#pictures.again(id);
      const node = OPEN_MODE in attributes && this.#replayer.getMirror().getNode(id);
      if (node) this.#popovers.push(node);
    }
  }
}

/** Opens or closes a popover as its note says: the replayer does so for dialogs only. */
function toggle(popover: HTMLElement): void {
  const open = popover.getAttribute(OPEN_MODE) === "popover";
  // On anything that is no popover, or not in the page, a browser refuses it.
  if (!popover.popover || !popover.isConnected || open === popover.matches(":popover-open")) return;
  if (open) popover.showPopover();
  else popover.hidePopover();
}

function replayerIn(root: HTMLElement, onfault: () => void, onbuilt: (node: Node) => void): Replayer {
  return new Replayer([], {
    root,
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
    logger: { log: () => undefined, warn: onfault },
    plugins: [{ onBuild: (node) => onbuilt(node as Node) }],
  });
}

/** Makes the frame unreachable for keyboard, pointer and assistive technology; the words around it stay reachable. */
function prepareFrame({ iframe, wrapper }: Replayer): void {
  iframe.tabIndex = -1;
  iframe.title = say("page.copy");
  wrapper.classList.add("hidden");
}

/** Nodes of the replica belong to another window, so `instanceof` does not know them. */
function isCanvas(node: Node | null): node is HTMLCanvasElement {
  return node?.nodeName === "CANVAS";
}

function canvasOf(node: Node | null): HTMLCanvasElement | null {
  return isCanvas(node) ? node : null;
}

/** The picture that the gate has let through. */
function pictureIn(event: unknown): CanvasPicture {
  return (event as { data: { payload: CanvasPicture } }).data.payload;
}

/** Whether the visitor uses a finger, for which the pointer looks different. */
function isTouch(event: eventWithTime): boolean {
  if (event.type !== EVENT.change) return false;
  const { data } = event;
  if (data.source === CHANGE.mouseInteraction) return Number(data.type) === TOUCH_START;
  return data.source === CHANGE.touchMove;
}
