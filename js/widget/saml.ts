/**
 * Signs in by SAML when the kernel asks for it: the browser has the identity provider's cookie, the kernel has not. The
 * page answers in a hidden frame, or in a window that opens in a click. One request at a time, the latest.
 */
import type { Saying, ToBrowser } from "../protocol/messages";
import { parseSamlMessage, type SamlMessage } from "../protocol/saml";
import { make } from "./dom";
import type { Facts } from "./face";
import type { PhraseName } from "./phrases";

/** Where signing in stands: `press` waits for the agent, `open` for what they do in the window. */
export type SignInPhase = "none" | "frame" | "press" | "open" | "closed" | "blocked";

/** What is said of signing in once the agent has begun; none where it is told how to begin. */
export function signInPhrase(phase: SignInPhase, editor: boolean): PhraseName | null {
  if (phase === "blocked") return editor ? "signIn.blockedEditor" : "signIn.blocked";
  if (phase === "closed") return "signIn.closed";
  return phase === "open" ? "signIn.open" : null;
}

/** The kernel's request. */
export type SamlRequest = Extract<ToBrowser, { type: "saml" }>;

/** Milliseconds after which a frame is given up, and between two looks at the window. */
export const SAML_TIMES = { frame: 15_000, look: 500 };

const FEATURES = "popup,width=480,height=640";

/** What the flow needs of its owner. */
export interface SignInOwner {
  readonly report: (saying: Extract<Saying, { type: "saml_event" }>) => void;
  readonly changed: () => void;
  /** Where a frame can stand. */
  readonly place: () => HTMLElement;
}

/** One per model. */
export class SamlSignIn {
  phase: SignInPhase = "none";
  readonly #owner: SignInOwner;
  #request: SamlRequest | null = null;
  #attempt: AbortController | null = null;
  #window: Window | null = null;

  constructor(owner: SignInOwner) {
    this.#owner = owner;
  }

  /** What a face shows of it. Where the browser blocks the window, a link leads to the page. */
  get facts(): Pick<Facts, "signIn" | "signInAddress"> {
    return { signIn: this.phase, signInAddress: this.phase === "blocked" ? (this.#request?.url ?? "") : "" };
  }

  /** Takes a request up, in place of any other. */
  begin(request: SamlRequest): void {
    this.end();
    this.#request = request;
    this.#report({ event: "started" });
    if (request.way === "frame") this.#openFrame(request.url);
    else this.#setPhase("press");
  }

  /** Opens the window. To be called in the click itself. */
  press(): void {
    const request = this.#request;
    if (request?.way !== "popup") return;
    if (this.#window && !this.#window.closed) {
      this.#window.focus();
      return;
    }
    this.#attempt?.abort();
    const opened = window.open(request.url, `glance-sign-in-${request.req}`, FEATURES);
    if (!opened || opened.closed) {
      this.#setPhase("blocked");
      return;
    }
    const attempt = this.#listen(request.url, (source) => source === opened);
    const timer = setInterval(() => {
      // Also when the identity provider cuts the tie between the two windows. It is listened to on, as it may still speak.
      if (opened.closed) this.#setPhase("closed");
    }, SAML_TIMES.look);
    attempt.addEventListener("abort", () => {
      clearInterval(timer);
      opened.close();
    });
    this.#window = opened;
    this.#setPhase("open");
  }

  /** The agent follows the link to the page: the window that opens is known by its opener, which is this page. */
  followed(): void {
    const request = this.#request;
    if (!request) return;
    this.#attempt?.abort();
    this.#listen(request.url, (source) => source.opener === window && source.top === source);
    // Not at once: the browser reads the address after the click.
    setTimeout(() => this.#request === request && this.#setPhase("open"));
  }

  /** The request is over, or with `req` that one, if it is the present one. */
  end(req = this.#request?.req): void {
    if (!this.#request || this.#request.req !== req) return;
    this.#attempt?.abort();
    this.#attempt = this.#window = this.#request = null;
    this.#setPhase("none");
  }

  #openFrame(url: string): void {
    // The page answers whoever its Referer names; hosts may have switched that off.
    const frame = make("iframe", { referrerpolicy: "origin", src: url });
    // Not only out of sight: nothing in it is to be reached with the Tab key.
    frame.style.display = "none";
    const attempt = this.#listen(url, (source) => source === frame.contentWindow);
    const timer = setTimeout(() => this.#finish({ event: "timedout" }), SAML_TIMES.frame);
    attempt.addEventListener("abort", () => {
      clearTimeout(timer);
      frame.remove();
    });
    this.#setPhase("frame");
    this.#owner.place().append(frame);
  }

  #listen(url: string, isPage: (source: Window) => boolean): AbortSignal {
    this.#attempt = new AbortController();
    const { signal } = this.#attempt;
    const { origin } = new URL(url);
    const hear = (event: MessageEvent<unknown>): void => {
      const source = event.source as Window | null;
      if (event.origin !== origin || !source || !isPage(source)) return;
      const message = parseSamlMessage(event.data);
      if (!message) return;
      this.#finish(message);
      // A frame is gone already, and a window that was opened here too.
      source.close();
    };
    window.addEventListener("message", hear, { signal });
    return signal;
  }

  #finish(what: SamlMessage | { readonly event: "timedout" }): void {
    this.#report(what);
    this.end();
  }

  #report(what: SamlMessage | { readonly event: "started" | "timedout" }): void {
    if (this.#request) this.#owner.report({ type: "saml_event", ask: this.#request.req, ...what });
  }

  #setPhase(phase: SignInPhase): void {
    if (phase === this.phase) return;
    this.phase = phase;
    this.#owner.changed();
  }
}
