/**
 * How the agent gets at the viewer: through a place that is opened in the click and filled when the kernel answers, or
 * through a link where the browser opens none. Knows which answer is meant for which, and when none is waited for any more.
 */
import type { Bridge } from "./bridge";
import type { Facts } from "./face";
import { Opener } from "./opener";
import { newName, newPad, unseal } from "./pad";
import type { Phrases } from "./phrases";
import { type Problem, type State, type Traits, UNDER_WAY } from "./traits";
import { ViewerLink } from "./viewer_link";
import { isEditor } from "./viewer_place";
import type { WaitingWords } from "./waiting_page";

/** Milliseconds within which another tab, in which the agent clicked, says that it has the viewer. */
const OTHERS_FIRST = 1_000;

/** What is known at the moment. */
export interface Known {
  readonly traits: Traits;
  readonly phrases: Phrases;
  /** What a place that waits says. */
  readonly words: WaitingWords;
}

/** What the access needs of its owner. */
export interface AccessOwner {
  readonly known: () => Known;
  readonly changed: () => void;
  /** What the kernel sent for the place is no form. */
  readonly unreadable: (problem: Problem) => void;
  /** A session is there that nobody asked for here, and the viewer may be shown. */
  readonly unasked: () => void;
  readonly trace: (...words: string[]) => void;
}

/** One per model. */
export class ViewerAccess {
  readonly #bridge: Bridge;
  readonly #owner: AccessOwner;
  readonly #opener: Opener;
  readonly #link: ViewerLink;
  /** The request whose answer fills the place. */
  #wanted: { readonly req: string; readonly pad: Uint8Array; taken: boolean } | null = null;
  #wasOpen = false;
  #unasked: ReturnType<typeof setTimeout> | undefined;

  constructor(bridge: Bridge, owner: AccessOwner) {
    this.#bridge = bridge;
    this.#owner = owner;
    this.#link = new ViewerLink((pad) => {
      const req = newName();
      bridge.send({ type: "link", pad }, req);
      return req;
    }, owner.changed);
    this.#opener = new Opener(bridge.client, {
      report: (event, reason) => {
        owner.trace("viewer", event);
        bridge.send({ type: "viewer_event", event, ...(reason && { reason }) });
      },
      changed: owner.changed,
    });
  }

  /** What a face shows of it. */
  get facts(): Pick<Facts, "viewer" | "blocked" | "missingFrame" | "address" | "editor"> {
    const { phase, blocked, missingFrame } = this.#opener;
    return { viewer: phase, blocked, missingFrame, address: this.#link.href, editor: isEditor() };
  }

  /**
   * Opens the place that waits for the viewer, and gives the pad to ask for it with; `null` when there is none to be
   * filled: the browser refuses, or Python opens the viewer. To be called in the click itself.
   */
  open(slot: HTMLElement): Uint8Array | null {
    const { traits, phrases, words } = this.#owner.known();
    if (traits.openedByPython) return null;
    return this.#opener.open(traits, slot, phrases, words) ? newPad() : null;
  }

  /** A request went out, with the place's pad or none, under a name; without one there is no kernel, and no viewer. */
  expect(req: string | null, pad: Uint8Array | null): void {
    if (req === null) this.#opener.close();
    if (pad) this.#wanted = req === null ? null : { req, pad, taken: false };
  }

  /** The kernel has the request: what the state says from now on is said of it, too. */
  taken(req: string): void {
    if (this.#wanted?.req === req) this.#wanted.taken = true;
  }

  /** Takes what the kernel sent, for the link or the place; whether it was the place's. */
  take(req: string, sealed: string): boolean {
    if (this.#link.take(req, sealed)) return false;
    const wanted = this.#takeWanted(req);
    if (!wanted) return false;
    const { phrases } = this.#owner.known();
    const form = unseal(sealed, wanted.pad);
    if (form) this.#opener.post(form, phrases);
    else {
      this.#opener.close();
      this.#owner.unreadable({
        message: phrases.say("viewer.failed"),
        hint: phrases.say("viewer.failedHint"),
      });
      this.#bridge.send({ type: "viewer_event", event: "joinFailed", reason: "unreadable" });
    }
    return true;
  }

  /** Takes a refusal, of the link or of the place, which is then closed; whether it was the place's. */
  refused(req: string): boolean {
    if (this.#link.refused(req) || !this.#takeWanted(req)) return false;
    this.#opener.close();
    return true;
  }

  /** Nobody will fill the place any more. */
  giveUp(): void {
    this.#wanted = null;
    if (this.#opener.phase === "waiting") this.#opener.close();
  }

  /** The state is another. */
  moved(before: State, state: State): void {
    clearTimeout(this.#unasked);
    if (state === "in_session") this.#unasked = setTimeout(() => this.#showUnasked(), OTHERS_FIRST);
    const over = !UNDER_WAY.includes(state) && (UNDER_WAY.includes(before) || state === "failed");
    // A busy kernel has yet to hear of the request that the place waits for.
    if (!over || this.#wanted?.taken === false) return;
    // Even if the answer that says so was lost.
    this.giveUp();
    this.#opener.release();
  }

  /** Something is known anew: brings the place's words and the link up to date. */
  update(): void {
    const { traits, words } = this.#owner.known();
    const open = traits.session?.viewer === "open";
    // The link was followed.
    if (open && !this.#wasOpen) this.#opener.blocked = false;
    this.#wasOpen = open;
    this.#opener.say(words);
    this.#followLink(traits);
  }

  /** The agent followed the link, whose address is good once. */
  followedLink(): void {
    // Not at once: the browser reads the address after the click.
    setTimeout(() => this.#link.drop());
  }

  /** Ends all timers and listeners. */
  dispose(): void {
    clearTimeout(this.#unasked);
    this.#opener.dispose();
  }

  #takeWanted(req: string): { readonly pad: Uint8Array } | null {
    const wanted = this.#wanted;
    if (wanted?.req !== req) return null;
    this.#wanted = null;
    return wanted;
  }

  /** A frame needs no click: a session that Python joined is shown on the page that is looked at. */
  #showUnasked(): void {
    const { openlocation, openedByPython, session } = this.#owner.known().traits;
    const free = session?.viewer === "closed" && this.#opener.phase === "none";
    const seen = openlocation === "iframe" && document.visibilityState === "visible";
    if (free && seen && !openedByPython) this.#owner.unasked();
  }

  /** A link is there while the browser keeps the viewer from being opened. */
  #followLink({ state, session, openedByPython }: Traits): void {
    const refused = this.#opener.blocked || this.#opener.phase === "silent" || session?.viewer === "blocked";
    if (state === "in_session" && refused && !openedByPython && this.#bridge.link === "live")
      this.#link.keepFresh();
    else this.#link.drop();
  }
}
