/** Recorded events on their way to the service: numbered batches that fit, and that stop when the line is full. */
import type { eventWithTime } from "@rrweb/types";
import { MAX_FRAME } from "../protocol/live_view";
import { EVENT } from "../protocol/recording";

/** Milliseconds for which events are gathered into one batch: about one picture of the screen. */
const BATCH_TIME = 16;
/** Bytes that may wait in the browser before events are dropped, beyond the last snapshot itself. */
const MAX_BACKLOG = 2 * 1024 * 1024;
/** Bytes that may still wait when a fresh snapshot is worth taking. */
const DRAINED = 64 * 1024;
/** Milliseconds between two looks at a full line. */
const DRAIN_LOOK = 100;
/** Bytes for the frame around the events. */
const ENVELOPE = 64;

export interface Line {
  /** Sends a frame; `false` when there is no connection. */
  send(frame: string): boolean;
  /** Bytes not sent yet. */
  readonly backlog: number;
}

export interface OutboxHandlers {
  /** Events were lost: the stream needs a fresh snapshot. */
  onlost(): void;
  /** One snapshot alone is larger than a frame may be. */
  ontoolarge(bytes: number): void;
}

/** Bytes of a text in UTF-8. */
export function byteLength(text: string): number {
  // Nearly every text is plain, and looking is ten times faster than encoding.
  return /^[ -~]*$/.test(text) ? text.length : new TextEncoder().encode(text).length;
}

interface Item {
  readonly json: string;
  readonly bytes: number;
  readonly type: eventWithTime["type"];
}

export class Outbox {
  readonly #line: Line;
  readonly #handlers: OutboxHandlers;
  /** Counts up by one with each batch of this page. */
  #seq = 0;
  #items: Item[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #drain: ReturnType<typeof setInterval> | undefined;
  #snapshotBytes = 0;

  constructor(line: Line, handlers: OutboxHandlers) {
    this.#line = line;
    this.#handlers = handlers;
  }

  /** Whether what waits to be sent holds a snapshot. */
  get begins(): boolean {
    return this.#items.some(({ type }) => type === EVENT.snapshot);
  }

  /** Takes an event. While the line is full, it is dropped. */
  add(event: eventWithTime): void {
    if (this.#drain !== undefined) return;
    const json = JSON.stringify(event);
    const bytes = byteLength(json);
    // What came before a fresh start is of no use after it.
    if (event.type === EVENT.meta) this.flush();
    this.#items.push({ json, bytes, type: event.type });
    if (event.type === EVENT.snapshot) this.#snapshotBytes = bytes;
    this.#timer ??= setTimeout(() => this.flush(), BATCH_TIME);
  }

  /** Sends what has gathered. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const items = this.#items.splice(0);
    if (items.length === 0) return;
    if (this.#line.backlog > MAX_BACKLOG + this.#snapshotBytes) {
      this.#waitForDrain();
      return;
    }
    for (const batch of batches(items)) if (!this.#send(batch)) return;
  }

  /** Drops everything that has not been sent. */
  clear(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#drain);
    this.#timer = undefined;
    this.#drain = undefined;
    this.#items = [];
  }

  #send(batch: readonly Item[]): boolean {
    const bytes = batch.reduce((sum, item) => sum + item.bytes + 1, ENVELOPE);
    if (bytes > MAX_FRAME) {
      const snapshot = batch.some(({ type }) => type === EVENT.snapshot);
      if (snapshot) this.#handlers.ontoolarge(bytes);
      else this.#handlers.onlost();
      return false;
    }
    const events = batch.map(({ json }) => json).join(",");
    return this.#line.send(`{"type":"events","seq":${++this.#seq},"events":[${events}]}`);
  }

  #waitForDrain(): void {
    this.#drain = setInterval(() => {
      if (this.#line.backlog > DRAINED) return;
      this.clear();
      this.#handlers.onlost();
    }, DRAIN_LOOK);
  }
}

/** Splits events into batches that fit a frame. A fresh start, Meta and FullSnapshot, is never torn apart. */
export function batches(items: readonly Item[], limit = MAX_FRAME): Item[][] {
  const result: Item[][] = [];
  let batch: Item[] = [];
  let bytes = ENVELOPE;
  for (const item of items) {
    const joined = item.type === EVENT.snapshot && batch.at(-1)?.type === EVENT.meta;
    if (batch.length > 0 && !joined && bytes + item.bytes + 1 > limit) {
      result.push(batch);
      batch = [];
      bytes = ENVELOPE;
    }
    batch.push(item);
    bytes += item.bytes + 1;
  }
  if (batch.length > 0) result.push(batch);
  return result;
}
