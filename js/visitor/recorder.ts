/** Records the page while somebody watches, and no longer. */
import { record } from "@rrweb/record";
import type { eventWithTime, serializedNodeWithId } from "@rrweb/types";
import { CANVAS_TAG, plainHref, type WatchingAgent } from "../protocol/live_view";
import { CHANGE, EVENT, NODE } from "../protocol/recording";
import { Canvases } from "./canvases";
import type { Emitter } from "./emitter";
import { remark } from "./log";
import { asksForAgents, type Masking, masking } from "./masking";
import { holdMasks } from "./masks";
import { Outbox, type OutboxHandlers } from "./outbox";
import { Resources } from "./resources";
import { Scrubber } from "./scrub";
import type { Released } from "./scrub_nodes";
import type { Settings } from "./settings";
import { HOST_ID } from "./ui_host";
import { VisibilityWatch } from "./visibility_watch";

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
  readonly settings: Settings;
  /** Tells `agents`, and is told of errors. */
  readonly events: Emitter;
}

/** One page's recorder; may be started and stopped any number of times. */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #outbox: Outbox;
  readonly #canvases: Canvases;
  /** Kept when nobody watches for a while: the page's images need not be read twice. */
  #resources: Resources | null = null;
  #scrubber: Scrubber | null = null;
  /** The recording that goes on, or waits for what is masked; `null` when there is none. */
  #run: object | null = null;
  #masking: Masking | null = null;
  #agents: readonly WatchingAgent[] = [];
  #href = "";
  #stop: (() => void) | undefined;
  #snapshotTimer: ReturnType<typeof setTimeout> | undefined;
  #lastSnapshot = 0;
  /** The page was too large: nothing is sent until the next snapshot is asked for. */
  #muted = false;
  readonly #watch = new VisibilityWatch(
    () => this.#scrubber && this.#guarded(() => this.#scrubber?.recheck()),
  );
  readonly #onagents = (data: unknown) =>
    this.#watched((data as { agentlist: readonly WatchingAgent[] }).agentlist);

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
      isOpen: (element) => !this.#moved() && this.#guarded(() => this.#scrubber?.isOpen(element)) === true,
      send: (id, dataUrl) =>
        this.#add({
          type: EVENT.custom,
          data: { tag: CANVAS_TAG, payload: { id, dataUrl } },
          timestamp: Date.now(),
        }),
    });
  }

  get running(): boolean {
    return this.#run !== null;
  }

  /** Starts, as soon as it is known what is masked. */
  start(): void {
    if (this.running) return;
    this.#options.events.on("agents", this.#onagents);
    this.#begin();
  }

  #begin(): void {
    const run = {};
    this.#run = run;
    // Who watches is told in the same moment.
    const { settings, events } = this.#options;
    void Promise.resolve()
      .then(() => (this.#run === run ? masking(settings, this.#agents, events) : null))
      .then((found) => {
        if (this.#run !== run) return;
        this.#masking = found;
        this.#record();
      });
  }

  /** Other agents may be shown another page. */
  #watched(agents: readonly WatchingAgent[]): void {
    const same = JSON.stringify(agents) === JSON.stringify(this.#agents);
    this.#agents = agents;
    if (same || !this.running || !asksForAgents()) return;
    this.#halt();
    this.#begin();
  }

  #record(): void {
    if (!this.#masking) return;
    this.#resources ??= new Resources();
    const resources = this.#resources;
    this.#href = location.href;
    const policy = this.#masking.at(this.#href);
    holdMasks(policy);
    this.#muted = false;
    const scrubber = new Scrubber({
      node: (id) => record.mirror.getNode(id),
      id: (node) => record.mirror.getId(node),
      own: this.#options.own(),
      resources,
      policy,
      canvas: (id) => this.#canvases.found(id),
      // An image may arrive when its page is recorded anew, and masked otherwise.
      release: (released) => scrubber === this.#scrubber && this.#release(released),
      changed: () => this.#watch.soon(),
      stale: () => this.#snapshotSoon(),
    });
    this.#scrubber = scrubber;
    this.#watch.start();
    this.#stop = record({
      emit: (event) => this.#emit(event),
      blockSelector: `#${HOST_ID}`,
      sampling: SAMPLING,
      // A fault of the recorder is not the page's.
      errorHandler: (error: unknown) => {
        remark("The recorder failed:", error);
        return true;
      },
    });
  }

  #halt(): void {
    clearTimeout(this.#snapshotTimer);
    this.#snapshotTimer = undefined;
    this.#watch.stop();
    this.#stop?.();
    this.#stop = undefined;
    this.#scrubber = null;
    holdMasks(null);
    this.#canvases.stop();
    this.#outbox.clear();
  }

  stop(): void {
    this.#run = null;
    this.#options.events.off("agents", this.#onagents);
    this.#halt();
  }

  /** Sends a full snapshot, as soon as the last one is long enough ago. One that waits to be sent serves as well. */
  snapshot(): void {
    if (!this.running || this.#outbox.begins) return;
    this.#muted = false;
    // A page that was too large may have changed.
    if (this.#resources) this.#resources.lean = false;
    this.#snapshotSoon();
  }

  #snapshotSoon(): void {
    if (this.#snapshotTimer !== undefined || !this.#stop || this.#muted) return;
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
    if (this.#moved() || this.#muted) return;
    if (event.type === EVENT.meta) this.#canvases.reset();
    if (event.type === EVENT.snapshot) this.#lastSnapshot = performance.now();
    const clean = this.#guarded(() => this.#scrubber?.scrub(event));
    if (clean) this.#outbox.add(clean);
  }

  /** A page without loading may come to an address at which something else is masked. */
  #moved(): boolean {
    if (location.href === this.#href || !this.#masking) return false;
    const whole = this.#masking.at(this.#href).page;
    this.#href = location.href;
    if (this.#masking.at(this.#href).page === whole) return false;
    this.#halt();
    queueMicrotask(() => this.#run && !this.#stop && this.#record());
    return true;
  }

  /** What the gate fails on does not pass it; the recorder, half way through a snapshot, must not notice. */
  #guarded<Result>(work: () => Result): Result | null {
    try {
      return work();
    } catch (error) {
      remark("An event was held back:", error);
      return null;
    }
  }

  /** What the recorder does not tell by itself. */
  #add(event: eventWithTime): void {
    if (this.#stop && !this.#moved() && !this.#muted) this.#outbox.add(event);
  }

  /** What was held back until now, as the recorder would have told it. */
  #release(released: Released): void {
    const data = { ...released, source: CHANGE.mutation, removes: [], adds: [] };
    this.#add({ type: EVENT.change, data, timestamp: Date.now() });
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
  const textContent = "This page is too large to be shown. The session goes on with the next page.";
  const element = (id: number, tagName: string, child: serializedNodeWithId): serializedNodeWithId => ({
    type: NODE.element,
    id,
    tagName,
    attributes: { style: "margin:9vh auto;max-width:32em" },
    childNodes: [child],
  });
  const body = element(3, "body", { type: NODE.text, id: 4, textContent });
  const node: serializedNodeWithId = { type: NODE.document, id: 1, childNodes: [element(2, "html", body)] };
  const timestamp = Date.now();
  const { innerWidth: width, innerHeight: height } = window;
  return [
    { type: EVENT.meta, data: { href: plainHref(location.href), width, height }, timestamp },
    { type: EVENT.snapshot, data: { node, initialOffset: { top: 0, left: 0 } }, timestamp },
  ];
}
