/**
 * One per model and browser tab: holds what is known, acts on what the agent presses, and tells the views. Views come
 * and go, and there may be several of one model; windows, timers and messages must not be theirs.
 */
import type { ToBrowser } from "../protocol/messages";
import { type Cleanup, listen, type Model } from "./afm";
import { Bridge, type Link } from "./bridge";
import type { Invitation } from "./camera_form";
import { Command, type Request } from "./command";
import { type Face, faceOf } from "./face";
import { translatedProblem, translatedTraits } from "./kernel_words";
import { toBase64 } from "./pad";
import { type Phrases, phrasesFor } from "./phrases";
import { SamlSignIn } from "./saml";
import { type Problem, readTraits, type State, TRAIT_NAMES, type Traits, UNDER_WAY } from "./traits";
import { type Known, ViewerAccess } from "./viewer_access";
import { VisitorName } from "./visitor_name";
import { waitingWords } from "./waiting_words";

const TICK = 1_000;
/** The states in which a key to be read out is heard of. */
const WAITED_FOR: readonly State[] = ["inviting", "joining"];

/** What a view hears of. */
export interface ViewHooks {
  /** Where a frame for the viewer can be. */
  readonly slot: HTMLElement;
  readonly root: HTMLElement;
  /** Something that is shown may have changed. */
  readonly draw: () => void;
  /** A request came to nothing: back to where the agent was. */
  readonly refused: () => void;
}

/** One per model. */
export class Controller {
  readonly #model: Model;
  readonly #bridge: Bridge;
  readonly #command: Command;
  readonly #viewer: ViewerAccess;
  readonly #saml: SamlSignIn;
  readonly #visitor = new VisitorName();
  readonly #views = new Set<ViewHooks>();
  readonly #cleanups: Cleanup[] = [];
  #phrases!: Phrases;
  #traits!: Traits;
  #refusal: Problem | null = null;
  #invitation: Invitation | null = null;
  #ticker: ReturnType<typeof setInterval> | undefined;
  #stale = false;
  #disposed = false;

  constructor(model: Model) {
    this.#model = model;
    this.#read();
    this.#bridge = new Bridge(model, {
      link: (link) => this.#linked(link),
      message: (it) => this.#receive(it),
      trace: (...words) => this.#trace(...words),
    });
    this.#command = new Command(
      (request, req) => this.#bridge.send(request, req),
      () => this.#draw(),
    );
    this.#viewer = new ViewerAccess(this.#bridge, {
      known: () => this.#known(),
      changed: () => this.#draw(),
      unreadable: (problem) => {
        this.#refusal = problem;
      },
      unasked: () => this.#openUnasked(),
      trace: (...words) => this.#trace(...words),
    });
    this.#saml = new SamlSignIn({
      report: (saying) => this.#bridge.send(saying),
      changed: () => this.#draw(),
      place: () => [...this.#views].find(({ root }) => root.isConnected)?.root ?? document.body,
    });
  }

  /** The phrases of the widget's language. */
  get phrases(): Phrases {
    return this.#phrases;
  }

  /** What stands in the traits. */
  get traits(): Traits {
    return this.#traits;
  }

  /** Whether it is known if a kernel answers, so that what is shown will hold. */
  get settled(): boolean {
    return this.#bridge.link !== "waiting";
  }

  /** Begins. Synchronous and quick: hosts deliver no message before `initialize` is done. */
  start(): void {
    for (const name of TRAIT_NAMES) {
      this.#cleanups.push(listen(this.#model, `change:${name}`, () => this.#markStale()));
    }
    const life = new AbortController();
    window.addEventListener("languagechange", () => this.#markStale(), { signal: life.signal });
    this.#cleanups.push(() => life.abort());
    this.#bridge.start();
  }

  /** Ends everything that was begun. */
  dispose(): void {
    this.#disposed = true;
    this.#views.clear();
    clearInterval(this.#ticker);
    for (const cleanup of this.#cleanups.splice(0)) cleanup();
    this.#command.finish();
    this.#viewer.dispose();
    this.#saml.end();
    this.#bridge.dispose();
  }

  /** Adds a view; returns what removes it. */
  subscribe(view: ViewHooks): Cleanup {
    this.#views.add(view);
    this.#ticker ??= setInterval(() => this.#draw(), TICK);
    return () => {
      this.#views.delete(view);
      if (this.#views.size > 0) return;
      clearInterval(this.#ticker);
      this.#ticker = undefined;
    };
  }

  /** What is to be shown now. */
  face(): Face {
    const facts = {
      traits: this.#traits,
      name: this.#name,
      link: this.#bridge.link,
      request: this.#command.request,
      slow: this.#command.slow,
      ...this.#viewer.facts,
      ...this.#saml.facts,
      invitation: this.#invitation,
      refusal: this.#refusal,
      now: Date.now(),
    };
    return faceOf(facts, this.phrases);
  }

  /** Asks to join, by invitation or with a key. To be called in the click itself, for it opens the viewer's place. */
  join(slot: HTMLElement, key?: string): void {
    this.#askWithPlace(slot, { type: "join", ...(key && { key }) });
  }

  /** Asks for a phone's camera, by a message to its number or by key alone. To be called in the click itself. */
  camera(slot: HTMLElement, phone?: string): void {
    this.#askWithPlace(slot, { type: "camera", ...(phone && { phone }) });
  }

  /**
   * Opens the viewer of the running session. To be called in the click itself; `false` when the browser does not let us
   * open anything, and the link that was clicked had better be followed.
   */
  openViewer(slot: HTMLElement): boolean {
    if (this.#command.repeats("viewer")) return true;
    const pad = this.#viewer.open(slot);
    if (pad) this.#begin({ type: "viewer", pad: toBase64(pad) }, pad);
    else if (this.#traits.openedByPython) this.#begin({ type: "viewer" }, null);
    else this.#bridge.send({ type: "viewer_event", event: "blocked" });
    return pad !== null || this.#traits.openedByPython;
  }

  /** The agent followed the link, whose address is good once. */
  followedLink(): void {
    this.#viewer.followedLink();
  }

  /** Opens the sign-in window, or sees to it that a link opens it. To be called in the click itself. */
  signIn(byLink = false): void {
    if (byLink) this.#saml.followed();
    else this.#saml.press();
  }

  /** Asks for one of the things that need no window. */
  ask(type: "cancel" | "end" | "retry"): void {
    if (!this.#command.repeats(type)) this.#begin({ type }, null);
  }

  get #name(): string {
    return this.#visitor.of(this.#traits);
  }

  #askWithPlace(slot: HTMLElement, request: Extract<Request, { type: "join" | "camera" }>): void {
    if (this.#command.repeats(request.type)) return;
    const pad = this.#viewer.open(slot);
    this.#begin({ ...request, ...(pad && { pad: toBase64(pad) }) }, pad);
    if (this.#viewer.facts.blocked) this.#bridge.send({ type: "viewer_event", event: "blocked" });
  }

  #begin(request: Request, pad: Uint8Array | null): void {
    this.#refusal = null;
    this.#viewer.expect(this.#command.begin(request), pad);
  }

  #known(): Known {
    const [traits, phrases] = [this.#traits, this.#phrases];
    const words = waitingWords(traits, this.#name, this.#command, this.#invitation, phrases);
    return { traits, phrases, words };
  }

  /** With the kernel, whatever a window waits for is gone too. */
  #linked(link: Link): void {
    if (link === "gone") {
      this.#command.finish();
      this.#saml.end();
      this.#viewer.giveUp();
    }
    this.#draw();
  }

  #receive(message: ToBrowser): void {
    if (message.type === "taken") for (const its of [this.#command, this.#viewer]) its.taken(message.req);
    if (message.type === "viewer") this.#fill(message.req, message.sealed);
    if (message.type === "refused") this.#refused(message.req, message);
    if (message.type === "invitation") this.#invited(message);
    if (message.type === "saml") this.#saml.begin(message);
    if (message.type === "saml_over") this.#saml.end(message.req);
  }

  #fill(req: string, sealed: string): void {
    if (!this.#viewer.take(req, sealed)) return;
    if (this.#command.is(req)) this.#command.finish();
    this.#draw();
  }

  #refused(req: string, problem: Problem): void {
    if (!this.#viewer.refused(req) && !this.#command.is(req)) return;
    this.#command.finish();
    this.#refusal = translatedProblem(problem, this.#phrases);
    this.#draw();
    for (const view of [...this.#views]) view.refused();
  }

  /** May come before the traits, and again; one that comes late is of an invitation that is over. */
  #invited(invitation: Invitation): void {
    if (!WAITED_FOR.includes(this.#traits.state)) return;
    this.#invitation = invitation;
    this.#draw();
  }

  /** Hosts set traits one by one; they are read when all have come. */
  #markStale(): void {
    if (this.#stale) return;
    this.#stale = true;
    queueMicrotask(() => {
      this.#stale = false;
      if (!this.#disposed) this.#refresh();
    });
  }

  #refresh(): void {
    const before = this.#traits;
    this.#read();
    const { state, status, error } = this.#traits;
    if (state !== before.state || status.reason !== before.status.reason)
      this.#trace("state", state, status.reason);
    if (error && error.message !== before.error?.message) this.#trace("error", error.message);
    if (state !== before.state) this.#moved(before.state, state);
    this.#draw();
  }

  #read(): void {
    const traits = readTraits(this.#model);
    this.#phrases = phrasesFor(traits.language, traits.told);
    this.#traits = translatedTraits(traits, this.#phrases);
    this.#visitor.learn(this.#traits);
  }

  #moved(before: State, state: State): void {
    if (!this.#command.outlives) this.#command.finish();
    if (UNDER_WAY.includes(state)) this.#refusal = null;
    if (before === "joining") this.#invitation = null;
    this.#viewer.moved(before, state);
  }

  #draw(): void {
    if (this.#disposed) return;
    this.#viewer.update();
    for (const view of [...this.#views]) view.draw();
  }

  #openUnasked(): void {
    const [view] = this.#views;
    if (view) this.openViewer(view.slot);
  }

  #trace(...words: string[]): void {
    // biome-ignore lint/suspicious/noConsole: the property `debugmode` asks for it
    if (this.#traits.debugmode) console.info("[glance]", ...words);
  }
}
