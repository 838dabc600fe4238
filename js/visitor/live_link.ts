/** The socket by which a visitor's page speaks to the session server (ours; drawn in `docs/architecture.md`). */
import {
  MAX_TITLE_LENGTH,
  type Page,
  parseToVisitor,
  plainHref,
  type ToVisitor,
  type VisitorFrame,
} from "../protocol/live_view";
import { remark } from "./log";
import { shownTitle } from "./masks";

/** Milliseconds before each attempt to reconnect: ten of 2 s, then ten of 4 s (wire sheet, section 6.4). */
const RECONNECT_DELAYS = [...Array<number>(10).fill(2000), ...Array<number>(10).fill(4000)];
/** Milliseconds that an attempt may take. */
const OPEN_TIMEOUT = 10_000;

export interface LiveHandlers {
  /** Every frame but `refused` and `ended`, which end the link. */
  onframe(frame: Exclude<ToVisitor, { type: "refused" | "ended" }>): void;
  onconnection(status: "ok" | "reconnecting"): void;
  /** The session is over, or the service refused the hello; the link is closed. */
  onended(reason: string, refusal?: { code: string; message: string }): void;
  /** All attempts failed; the link is closed. */
  onlost(): void;
}

export interface LiveSession {
  /** `ws:` or `wss:`. */
  readonly scheme: string;
  readonly server: string;
  readonly ssnid: string;
  readonly tok: string;
}

/** The page as it may be told: without query and hash. */
export function currentPage(): Page {
  return { href: plainHref(location.href), title: shownTitle().slice(0, MAX_TITLE_LENGTH) };
}

/** One session's link: says hello on every connection, and reconnects by itself. */
export class LiveLink {
  readonly #session: LiveSession;
  readonly #handlers: LiveHandlers;
  #socket: WebSocket | null = null;
  #ready = false;
  #ending = false;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #online = () => this.#hurry();

  constructor(session: LiveSession, handlers: LiveHandlers) {
    this.#session = session;
    this.#handlers = handlers;
    window.addEventListener("online", this.#online);
    this.#dial();
  }

  /** Bytes that the browser has not sent yet. */
  get backlog(): number {
    return this.#socket?.bufferedAmount ?? 0;
  }

  /** Whether the service has accepted this connection's hello. */
  get ready(): boolean {
    return this.#ready;
  }

  /** Sends a frame; `false` when there is no connection that was accepted. */
  send(frame: VisitorFrame | string): boolean {
    if (!this.#ready || !this.#socket) return false;
    this.#socket.send(typeof frame === "string" ? frame : JSON.stringify(frame));
    return true;
  }

  /** Tells the service that the visitor ends the session, now or as soon as it can be reached again. */
  end(): void {
    this.#ending = true;
    if (this.send({ type: "end" })) this.close();
  }

  close(): void {
    window.removeEventListener("online", this.#online);
    clearTimeout(this.#timer);
    this.#ready = false;
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #dial(): void {
    clearTimeout(this.#timer);
    const { scheme, server, ssnid, tok } = this.#session;
    const socket = new WebSocket(`${scheme}//${server}/live/visitor`);
    this.#socket = socket;
    const current = () => this.#socket === socket;
    this.#timer = setTimeout(() => current() && this.#failed(), OPEN_TIMEOUT);
    socket.onopen = () => socket.send(JSON.stringify({ type: "hello", ssnid, token: tok, ...currentPage() }));
    socket.onmessage = ({ data }) => current() && this.#received(data);
    socket.onclose = () => current() && this.#failed();
  }

  #failed(): void {
    const known = this.#failures === 0;
    const delay = RECONNECT_DELAYS[this.#failures++];
    this.#ready = false;
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    clearTimeout(this.#timer);
    if (delay === undefined) {
      this.close();
      this.#handlers.onlost();
      return;
    }
    this.#timer = setTimeout(() => this.#dial(), delay);
    if (known) this.#handlers.onconnection("reconnecting");
  }

  #hurry(): void {
    if (!this.#socket) this.#dial();
  }

  #received(data: unknown): void {
    const frame = parseToVisitor(data);
    if (frame === null) {
      remark("An unknown frame of the service was left out.");
      return;
    }
    if (frame.type === "ended" || frame.type === "refused") {
      this.close();
      if (frame.type === "ended") this.#handlers.onended(frame.reason);
      else this.#handlers.onended("error", frame);
      return;
    }
    if (frame.type === "ready") this.#accepted();
    if (this.#socket) this.#handlers.onframe(frame);
  }

  /** Only an accepted hello proves the connection, so only here does the count of failures start again. */
  #accepted(): void {
    clearTimeout(this.#timer);
    this.#ready = true;
    this.#failures = 0;
    if (this.#ending) this.end();
    else this.#handlers.onconnection("ok");
  }
}
