/** The viewer's socket (ours; drawn in `docs/architecture.md`). */
import { parseToViewer, type ToViewer, type ViewerFrame } from "../protocol/live_view";

/** Seconds before each attempt to reconnect; the last is repeated. */
const BACK_OFF = [1, 2, 4, 8, 10] as const;
/** Milliseconds that an attempt may take until the service says its first word. */
const OPEN_TIMEOUT = 10_000;

export interface LinkHandlers {
  onframe(frame: ToViewer): void;
  /** The connection was lost or could not be made; the next attempt comes in so many seconds. */
  onlost(seconds: number, attempt: number): void;
  onattempt(): void;
}

/** Keeps the connection until the session has ended or the service refuses. */
export class ViewerLink {
  readonly #address: string;
  readonly #ticket: string;
  readonly #handlers: LinkHandlers;
  #socket: WebSocket | null = null;
  #answered = false;
  #ending = false;
  #failures = 0;
  #closed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(address: string, ticket: string, handlers: LinkHandlers) {
    this.#address = address;
    this.#ticket = ticket;
    this.#handlers = handlers;
    window.addEventListener("online", () => this.#hurry());
    // The browser itself notices a lost network long before the socket does.
    window.addEventListener("offline", () => this.#socket && this.#failed());
    this.#dial();
  }

  /** Sends a frame; `false` while there is no connection. */
  send(frame: ViewerFrame): boolean {
    if (!this.#answered || !this.#socket) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** Ends the session, now or as soon as the service can be reached again. */
  end(): void {
    this.#ending = true;
    this.send({ type: "end" });
  }

  #dial(): void {
    clearTimeout(this.#timer);
    this.#handlers.onattempt();
    const socket = new WebSocket(this.#address);
    this.#socket = socket;
    const current = () => this.#socket === socket;
    this.#timer = setTimeout(() => current() && this.#failed(), OPEN_TIMEOUT);
    socket.onopen = () =>
      socket.send(JSON.stringify({ type: "hello", ticket: this.#ticket } satisfies ViewerFrame));
    socket.onmessage = ({ data }) => current() && this.#received(data);
    socket.onclose = ({ code }) => current() && this.#closedBy(code);
  }

  /** A viewer that waits is let go without a word when its agent ends the waiting. */
  #closedBy(code: number): void {
    if (code === 1000 && this.#ending) this.#received('{"type":"ended","reason":"agent"}');
    else this.#failed();
  }

  #received(data: unknown): void {
    const frame = parseToViewer(data);
    if (!frame) return;
    const first = !this.#answered;
    this.#answered = true;
    this.#failures = 0;
    clearTimeout(this.#timer);
    if (frame.type === "ended" || frame.type === "refused") this.#close();
    this.#handlers.onframe(frame);
    if (first && this.#ending) this.send({ type: "end" });
  }

  #close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #failed(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#answered = false;
    socket?.close();
    clearTimeout(this.#timer);
    const seconds = BACK_OFF[Math.min(this.#failures, BACK_OFF.length - 1)] ?? 10;
    this.#failures += 1;
    this.#timer = setTimeout(() => this.#dial(), seconds * 1000);
    this.#handlers.onlost(seconds, this.#failures);
  }

  #hurry(): void {
    if (!this.#socket && !this.#closed) this.#dial();
  }
}
