/** The agent's last request: sent once, shown as waiting until the kernel has taken it, and guarded against repetition. */
import type { Saying } from "../protocol/messages";
import { newName } from "./pad";

/** What the agent can ask for. */
export type Request = Extract<Saying, { type: "join" | "camera" | "viewer" | "cancel" | "end" | "retry" }>;

/** Milliseconds after which a request counts as slow, may be repeated, and is forgotten once taken. */
export const COMMAND_TIMES = { slow: 1_500, again: 3_000, settled: 3_000 };

/** One per model; one request at a time. */
export class Command {
  /** The request under way. */
  request: Request | null = null;
  /** Whether the kernel has kept the request waiting noticeably. */
  slow = false;
  readonly #send: (request: Request, req: string) => boolean;
  readonly #changed: () => void;
  #req = "";
  #taken = false;
  #sentAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(send: (request: Request, req: string) => boolean, changed: () => void) {
    this.#send = send;
    this.#changed = changed;
  }

  /**
   * Whether a press of this kind is a repetition of the request under way. One that nobody took is then sent again
   * under its own name, by which the kernel knows it: the connection may have lost it.
   */
  repeats(type: Request["type"]): boolean {
    if (!this.request || this.request.type !== type) return false;
    const untaken = !this.#taken && performance.now() - this.#sentAt >= COMMAND_TIMES.again;
    if (untaken) this.#send(this.request, this.#req);
    return true;
  }

  /** Sends a request in place of any other; its name, or `null` when there is no kernel. */
  begin(request: Request): string | null {
    this.finish();
    const req = newName();
    if (!this.#send(request, req)) return null;
    this.request = request;
    this.#req = req;
    this.#taken = false;
    this.#sentAt = performance.now();
    this.#after(COMMAND_TIMES.slow, () => {
      this.slow = true;
      this.#changed();
    });
    this.#changed();
    return req;
  }

  /** The kernel has it. Its effect is a new state; should none come, the button is freed again. */
  taken(req: string): void {
    if (!this.request || req !== this.#req || this.#taken) return;
    this.#taken = true;
    this.slow = false;
    this.#after(COMMAND_TIMES.settled, () => this.finish());
    this.#changed();
  }

  /** Whether a request of this name is the one under way. */
  is(req: string): boolean {
    return this.request !== null && req === this.#req;
  }

  /** Whether it is for the viewer of any state, or a wish of which a busy kernel has yet to hear. */
  get outlives(): boolean {
    const type = this.request?.type;
    return type === "viewer" || (!this.#taken && (type === "join" || type === "camera"));
  }

  /** The request is done with: answered, overtaken by a new state, or given up. */
  finish(): void {
    clearTimeout(this.#timer);
    if (!this.request) return;
    this.request = null;
    this.slow = false;
    this.#changed();
  }

  #after(delay: number, run: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(run, delay);
  }
}
