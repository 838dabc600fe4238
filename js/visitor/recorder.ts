/** Records the page while somebody watches, and no longer. */
import { record } from "@rrweb/record";
import type { eventWithTime, serializedNodeWithId } from "@rrweb/types";
import { CANVAS_TAG, plainHref } from "../protocol/live_view";
import { CHANGE, EVENT, NODE } from "../protocol/recording";
import { Canvases } from "./canvases";
import { remark } from "./log";
import { MASK_OPTIONS } from "./masks";
import { Outbox, type OutboxHandlers } from "./outbox";
import { Resources } from "./resources";
import { Scrubber } from "./scrub";

/** Milliseconds between two snapshots, however many are asked for. */
const SNAPSHOT_GAP = 500;

/** Sampling in milliseconds. The default cursor shows 9 places in 3 s, this one about 100 (measured). */
const SAMPLING = { mousemove: 20, mousemoveCallback: 50, scroll: 50 } as const;

export interface RecorderOptions {
  readonly send: (frame: string) => boolean;
  readonly backlog: () => number;
  /** The element of this script's own dialog and bar. */
  readonly own: () => HTMLElement | null;
  /** The page cannot be shown: it is larger than a frame may be. */
  readonly ontoolarge: () => void;
}

/** One page's recorder; may be started and stopped any number of times. */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #outbox: Outbox;
  readonly #canvases: Canvases;
  /** Kept when nobody watches for a while: the page's images need not be read twice. */
  #resources: Resources | null = null;
  #scrubber: Scrubber | null = null;
  #stop: (() => void) | undefined;
  #snapshotTimer: ReturnType<typeof setTimeout> | undefined;
  #lastSnapshot = 0;
  /** The page was too large: nothing is sent until the next snapshot is asked for. */
  #muted = false;

  constructor(options: RecorderOptions) {
    this.#options = options;
    const handlers: OutboxHandlers = {
      onlost: () => this.#snapshotSoon(),
      ontoolarge: () => this.#tooLarge(),
    };
    const line = {
      send: options.send,
      get backlog() {
        return options.backlog();
      },
    };
    this.#outbox = new Outbox(line, handlers);
    this.#canvases = new Canvases({
      node: (id) => record.mirror.getNode(id),
      send: (id, dataUrl) => this.#custom(CANVAS_TAG, { id, dataUrl }),
    });
  }

  get running(): boolean {
    return this.#scrubber !== null;
  }

  start(): void {
    if (this.running) return;
    this.#resources ??= new Resources();
    const resources = this.#resources;
    this.#muted = false;
    this.#scrubber = new Scrubber({
      node: (id) => record.mirror.getNode(id),
      own: this.#options.own(),
      resources,
      canvas: (id) => this.#canvases.found(id),
      image: (id, name, dataUrl) => this.#changeAttribute(id, name, dataUrl),
      stale: () => this.#snapshotSoon(),
    });
    this.#stop = record({
      ...MASK_OPTIONS,
      emit: (event) => this.#emit(event),
      sampling: SAMPLING,
      inlineStylesheet: true,
      // Images are fetched here instead: the recorder draws them anew, and loses those that load late.
      inlineImages: false,
      recordCanvas: false,
      slimDOMOptions: "all",
      recordAfter: "DOMContentLoaded",
      // A fault of the recorder is not the page's.
      errorHandler: (error: unknown) => {
        remark("The recorder failed:", error);
        return true;
      },
    });
  }

  stop(): void {
    clearTimeout(this.#snapshotTimer);
    this.#snapshotTimer = undefined;
    this.#stop?.();
    this.#stop = undefined;
    this.#scrubber = null;
    this.#canvases.stop();
    this.#outbox.clear();
  }

  /** Sends a full snapshot, as soon as the last one is long enough ago. */
  snapshot(): void {
    if (!this.running) return;
    this.#muted = false;
    // A page that was too large may have changed.
    if (this.#resources) this.#resources.lean = false;
    this.#snapshotSoon();
  }

  #snapshotSoon(): void {
    if (this.#snapshotTimer !== undefined || !this.running || this.#muted) return;
    const wait = Math.max(0, this.#lastSnapshot + SNAPSHOT_GAP - performance.now());
    this.#snapshotTimer = setTimeout(() => {
      this.#snapshotTimer = undefined;
      this.#takeSnapshot();
    }, wait);
  }

  #takeSnapshot(): void {
    try {
      record.takeFullSnapshot(true);
    } catch {
      // The document is still loading; the recorder takes the first snapshot by itself.
    }
  }

  #emit(event: eventWithTime): void {
    if (this.#muted) return;
    if (event.type === EVENT.meta) this.#canvases.reset();
    if (event.type === EVENT.snapshot) this.#lastSnapshot = performance.now();
    const clean = this.#scrub(event);
    if (clean) this.#outbox.add(clean);
  }

  /** What the gate fails on does not pass it; the recorder, half way through a snapshot, must not notice. */
  #scrub(event: eventWithTime): eventWithTime | null {
    try {
      return this.#scrubber?.scrub(event) ?? null;
    } catch (error) {
      remark("An event was held back:", error);
      return null;
    }
  }

  #custom(tag: string, payload: unknown): void {
    if (this.running && !this.#muted) {
      this.#outbox.add({ type: EVENT.custom, data: { tag, payload }, timestamp: Date.now() });
    }
  }

  /** An attribute that is known only now, as the recorder would have told it. */
  #changeAttribute(id: number, name: string, value: string): void {
    if (!this.running || this.#muted || !record.mirror.has(id)) return;
    const data = { texts: [], removes: [], adds: [], attributes: [{ id, attributes: { [name]: value } }] };
    this.#outbox.add({
      type: EVENT.change,
      data: { source: CHANGE.mutation, ...data },
      timestamp: Date.now(),
    });
  }

  /** First without images and fonts; when that is still too much, a page that says so. */
  #tooLarge(): void {
    if (this.#resources && !this.#resources.lean) {
      this.#resources.lean = true;
      this.#snapshotSoon();
      return;
    }
    this.#outbox.clear();
    for (const event of placeholder()) this.#outbox.add(event);
    this.#outbox.flush();
    this.#muted = true;
    this.#canvases.reset();
    this.#options.ontoolarge();
  }
}

/** A page that stands for one that cannot be shown. */
function placeholder(): eventWithTime[] {
  let id = 0;
  const element = (
    tagName: string,
    style: string,
    ...childNodes: serializedNodeWithId[]
  ): serializedNodeWithId => ({
    type: NODE.element,
    id: ++id,
    tagName,
    attributes: style ? { style } : {},
    childNodes,
  });
  const text: serializedNodeWithId = {
    type: NODE.text,
    id: ++id,
    textContent:
      "This page is too large to be shown. The visitor still sees it; the session goes on with the next page.",
  };
  const body = element(
    "body",
    "margin:20vh auto;max-width:32em;padding:1em;font:18px/1.5 sans-serif",
    element("p", "", text),
  );
  const node: serializedNodeWithId = {
    type: NODE.document,
    id: ++id,
    childNodes: [element("html", "", element("head", ""), body)],
  };
  const timestamp = Date.now();
  const { innerWidth: width, innerHeight: height } = window;
  return [
    { type: EVENT.meta, data: { href: plainHref(location.href), width, height }, timestamp },
    { type: EVENT.snapshot, data: { node, initialOffset: { top: 0, left: 0 } }, timestamp },
  ];
}
