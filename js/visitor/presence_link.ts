/** The visitor's presence socket: kept open, kept alive, and opened again (wire sheet, section 5.3). */
import type { JsonObject } from "../protocol/json_values";
import { connectMessage, type PresenceMessage, parseMessage, RECONNECT_DELAYS } from "../protocol/presence";
import { DiscoveryError, findPresence, type Place, type Whose } from "./presence_discovery";

/** Frames that wait for the socket; a page that never gets one must not grow. */
const MAX_WAITING = 100;

export interface PresenceHandlers {
  /** The socket is open and `connect` is sent; what `send` is given now goes before what waits. */
  onopen(): void;
  onmessage(message: PresenceMessage): void;
  /** The service told this page to go away for good. */
  onclose(): void;
  onerror(problem: string, detail: string): void;
}

/** One visitor's socket. `open` and `close` may be called in any order, at any time. */
export class PresenceLink {
  #whose: Whose;
  readonly #handlers: PresenceHandlers;
  #socket: WebSocket | null = null;
  #place: Place | null = null;
  #wanted = false;
  /** Counts the attempts, so that an answer for an earlier one is known as such. */
  #attempt = 0;
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #alive: ReturnType<typeof setInterval> | undefined;
  readonly #waiting: JsonObject[] = [];

  constructor(whose: Whose, handlers: PresenceHandlers) {
    this.#whose = whose;
    this.#handlers = handlers;
  }

  get connected(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  open(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    void this.#connect();
  }

  close(): void {
    this.#wanted = false;
    this.#drop();
  }

  /** Closes and connects under another id, at once (wire sheet, section 5.3). */
  rename(visitorid: string): void {
    this.#whose = { ...this.#whose, visitorid };
    if (this.#wanted) this.reconnect(0);
  }

  /** Sends a frame, or keeps it until the socket is open. */
  send(frame: JsonObject): void {
    if (this.connected) this.#socket?.send(JSON.stringify(frame));
    else if (this.#waiting.length < MAX_WAITING) this.#waiting.push(frame);
  }

  /** Drops the socket and tries again after so many seconds. */
  reconnect(seconds: number): void {
    this.#drop();
    if (this.#wanted) this.#retry = setTimeout(() => void this.#connect(), seconds * 1000);
  }

  #drop(): void {
    this.#attempt += 1;
    clearTimeout(this.#retry);
    clearInterval(this.#alive);
    this.#socket?.close();
    this.#socket = null;
  }

  async #connect(): Promise<void> {
    const attempt = ++this.#attempt;
    try {
      const place = await findPresence(this.#whose);
      if (attempt === this.#attempt) this.#dial(place);
    } catch (error) {
      if (attempt === this.#attempt) this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    const problem = error instanceof DiscoveryError ? error.problem : "error";
    this.#handlers.onerror(problem, error instanceof Error ? error.message : String(error));
    if (error instanceof DiscoveryError && error.final) this.#wanted = false;
    else this.#later();
  }

  #later(): void {
    const last = RECONNECT_DELAYS.length - 1;
    this.reconnect(RECONNECT_DELAYS[Math.min(this.#failures++, last)] ?? 60);
  }

  #dial(place: Place): void {
    this.#place = place;
    const socket = new WebSocket(`${this.#whose.service.socket}//${place.direct}/visitorws`);
    this.#socket = socket;
    const current = () => this.#socket === socket;
    socket.onopen = () => current() && this.#opened(socket);
    socket.onmessage = ({ data }) => current() && this.#received(data);
    // An error is always followed by a close, which is where the next attempt comes from.
    socket.onclose = () => current() && this.#later();
  }

  #opened(socket: WebSocket): void {
    this.#failures = 0;
    socket.send(JSON.stringify(connectMessage(this.#whose.groupid, this.#whose.visitorid)));
    this.#handlers.onopen();
    for (const frame of this.#waiting.splice(0)) this.send(frame);
  }

  #received(data: unknown): void {
    const message = parseMessage(data);
    if (!message) return;
    switch (message.kind) {
      case "connected":
        this.#keepAlive(message.keepalive);
        break;
      case "redirect":
        this.#redirected(message.data);
        return;
      case "serverclose":
        this.#sentAway();
        return;
      case "scaledown":
        this.reconnect(0);
        return;
    }
    this.#handlers.onmessage(message);
  }

  #keepAlive(seconds: number | null): void {
    clearInterval(this.#alive);
    // Without the number real clients send `k` without pause; this one sends none.
    if (seconds === null || seconds <= 0) return;
    this.#alive = setInterval(() => this.send({ type: "k" }), Math.max(1, seconds) * 1000);
  }

  /** The wrong instance: asked again in 5 s, the address in the message is not dialled (wire sheet, section 5.3). */
  #redirected({ direct }: JsonObject): void {
    if (typeof direct === "string" && direct !== this.#place?.direct) this.reconnect(RECONNECT_DELAYS[0]);
  }

  #sentAway(): void {
    const back = this.#place?.loadBalanced === true;
    if (back) this.reconnect(RECONNECT_DELAYS[0]);
    else this.close();
    this.#handlers.onclose();
  }
}
