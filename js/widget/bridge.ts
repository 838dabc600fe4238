/** The wire to the kernel: numbers what is sent, checks what comes, and knows whether anybody answers. */
import { textOf } from "../protocol/json_values";
import {
  EVERY_TAB,
  isToBrowser,
  PROTOCOL,
  type Saying,
  type ToBrowser,
  type ToKernel,
} from "../protocol/messages";
import { type Cleanup, listen, type Model } from "./afm";
import { hasComm } from "./comm";
import { Inlet } from "./inlet";
import { preferredLanguages } from "./language";
import { newName } from "./pad";

/**
 * What is known of the kernel: `waiting` for its first answer, `live`, `quiet` (alive as far as one can tell, but it does
 * not answer: it is busy), `gone` (it was there), `static` (a document without a kernel).
 */
export type Link = "waiting" | "live" | "quiet" | "gone" | "static";

/** Seconds, as milliseconds, of the bridge. */
export const TIMES = { welcome: 2_000, beat: 10_000, quiet: 20_000, patience: 30_000, maxPatience: 240_000 };

/** What the bridge tells its owner. */
export interface BridgeEvents {
  readonly link: (link: Link) => void;
  readonly message: (message: ToBrowser) => void;
  readonly trace: (...words: string[]) => void;
}

/** One per model. */
export class Bridge {
  readonly client = newName();
  link: Link = "waiting";
  readonly #model: Model;
  readonly #on: BridgeEvents;
  readonly #seen = new Set<string>();
  readonly #cleanups: Cleanup[] = [];
  readonly #inlet = new Inlet();
  #seq = 0;
  /** Since when a hello is unanswered. */
  #helloAt: number | null = null;
  #lastHelloAt = 0;
  #patience = TIMES.patience;
  #welcomed = false;
  #closed = false;

  constructor(model: Model, on: BridgeEvents) {
    this.#model = model;
    this.#on = on;
  }

  /** Begins to listen and says hello. Synchronous: a host that waits for it too long never delivers anything. */
  start(): void {
    if (hasComm(this.#model) === false) this.#set("static");
    const verdict = setTimeout(() => this.#judge(), TIMES.welcome);
    const beat = setInterval(() => this.#beat(), TIMES.beat);
    this.#cleanups.push(
      () => clearTimeout(verdict),
      () => clearInterval(beat),
      listen(this.#model, "msg:custom", (content) => this.#receive(content)),
      // ipywidgets says so when the kernel is lost or found; other hosts never do, and the heartbeat notices.
      listen(this.#model, "comm_live_update", () => this.#hello()),
      () => this.#inlet.close(),
    );
    this.#hello();
    if (this.#name && this.link !== "static") void this.#enter();
  }

  /** Ends all timers and listeners. */
  dispose(): void {
    this.#closed = true;
    for (const cleanup of this.#cleanups.splice(0)) cleanup();
  }

  /** Sends a message under a request's name; `false` when there is nobody to send it to. */
  send(saying: Saying, req = newName()): boolean {
    this.#seq += 1;
    const message: ToKernel = { v: PROTOCOL, seq: this.#seq, req, client: this.client, ...saying };
    this.#on.trace("send", saying.type, req);
    if (this.#inlet.send(this.#name, message)) return true;
    try {
      if (!this.#model.send) throw new Error("no comm");
      // marimo answers with a promise, which may be rejected later.
      const sent = this.#model.send(message);
      if (sent instanceof Promise) sent.catch(() => this.#lost());
      return true;
    } catch {
      this.#lost();
      return false;
    }
  }

  /** The widget's name for the comm beside its own; empty where there is no Jupyter kernel. */
  get #name(): string {
    return textOf(this.#model.get("_inlet")) ?? "";
  }

  async #enter(): Promise<void> {
    if (!(await this.#inlet.open(this.#model.widget_manager))) return;
    if (this.#closed) this.#inlet.close();
    else if (!this.#welcomed) this.#hello();
  }

  #hello(): void {
    this.#lastHelloAt = performance.now();
    this.#helloAt ??= this.#lastHelloAt;
    const visible = document.visibilityState === "visible";
    this.send({ type: "hello", languages: preferredLanguages(), visible });
  }

  /** One hello at a time; an unanswered one is repeated ever more rarely, for a busy kernel keeps them all. */
  #beat(): void {
    const now = performance.now();
    if (this.#helloAt !== null && this.link !== "gone") {
      if (this.link === "live" && now - this.#helloAt >= TIMES.quiet) this.#set("quiet");
      if (now - this.#lastHelloAt < this.#patience) return;
      this.#patience = Math.min(this.#patience * 2, TIMES.maxPatience);
    }
    this.#hello();
  }

  /** Where nothing can be learned of a kernel there is none, until one answers. */
  #judge(): void {
    if (this.link === "waiting") this.#set(hasComm(this.#model) ? "quiet" : "static");
  }

  #lost(): void {
    if (!this.#closed) this.#set(this.#welcomed || this.link === "quiet" ? "gone" : "static");
  }

  #receive(content: unknown): void {
    if (!isToBrowser(content) || this.#closed) return;
    if (content.to !== this.client && content.to !== EVERY_TAB) return;
    this.#on.trace("receive", content.type, content.req);
    this.#alive(content.type === "welcome");
    const name = `${content.type} ${content.req}`;
    if (content.type === "welcome" || this.#seen.has(name)) return;
    this.#seen.add(name);
    this.#on.message(content);
  }

  #alive(welcome: boolean): void {
    if (welcome) {
      this.#helloAt = null;
      this.#patience = TIMES.patience;
    }
    this.#welcomed = true;
    this.#set("live");
  }

  #set(link: Link): void {
    if (link === this.link) return;
    this.link = link;
    this.#on.trace("kernel", link);
    this.#on.link(link);
  }
}
