/** One visitor's cobrowse session: started, carried on over page changes, ended (wire sheet, sections 6.3 to 6.5). */
import { CONSENT_VERSION, type ToVisitor } from "../protocol/live_view";
import { type BarState, barState } from "./bar";
import { currentPage, type LiveHandlers, LiveLink } from "./live_link";
import type { Agreement, Running, SessionParts } from "./session_parts";
import {
  forgetSession,
  holdSession,
  type Pauser,
  type StoredSession,
  storedSession,
  storeSession,
} from "./session_store";
import {
  KEYTYPE_RANDOM,
  newToken,
  StartError,
  type StartParams,
  startAtService,
  startBody,
} from "./start_session";

/** Milliseconds between two looks at the address: pages that change it by themselves do not say so. */
const PAGE_LOOK = 1000;
const NOBODY = { count: 0, agentlist: [] };

export class VisitorSession {
  readonly #parts: SessionParts;
  #running: Running | null = null;
  #starting: Promise<void> | null = null;
  /** Counts the ends: one that is asked for while a session is being started holds for that. */
  #ends = 0;
  /** The page asked for a pause before there was anything to pause. */
  #early = false;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  /** The running session; `null` when there is none. */
  get current(): StoredSession | null {
    return this.#running?.stored ?? null;
  }

  /**
   * Starts a session. A second call while one is being started gets that one; a running one is ended first.
   *
   * @throws StartError with a sentence for the visitor.
   */
  start(params: StartParams, agreement: Agreement): Promise<void> {
    this.#starting ??= this.#start(params, agreement).finally(() => {
      this.#starting = null;
    });
    return this.#starting;
  }

  async #start(params: StartParams, agreement: Agreement): Promise<void> {
    const { settings, events, presence } = this.#parts;
    this.stop();
    const ends = this.#ends;
    events.emit("sessionstarting");
    const body = startBody(params, settings);
    const { callId, ssnid, server, sessionKey } = await startAtService(body, settings).catch(
      (error: unknown) => {
        this.#failed(error instanceof StartError ? error : new StartError("service", String(error)));
        throw error;
      },
    );
    const random = body["sessionKey"] === KEYTYPE_RANDOM;
    const groupid = params.groupid ?? settings.groupid;
    const terms = agreement === "dialog" ? CONSENT_VERSION : agreement;
    const stored = {
      ssnid,
      tok: newToken(),
      server,
      sessionKey,
      callId,
      groupid,
      random,
      tellKey: random || params.remote !== true,
      terms,
      since: Date.now(),
    };
    storeSession(stored);
    void holdSession(ssnid);
    this.#run(stored);
    events.emit("sessionstart");
    presence()?.fire("visitorsessionstart");
    if (ends !== this.#ends) this.stop();
  }

  /** Goes on with the session of the page before. `false` when there is none, or when another tab has it. */
  async resume(): Promise<boolean> {
    const stored = storedSession();
    if (!stored || this.#running) return false;
    if (!(await holdSession(stored.ssnid))) {
      forgetSession();
      return false;
    }
    if (this.#running) return false;
    this.#run(stored);
    this.#parts.events.emit("sessioncontinue");
    return true;
  }

  /** The visitor ends the session. */
  stop(): void {
    const running = this.#running;
    this.#ends++;
    if (!running) return;
    running.link.end();
    this.#finish("visitor");
  }

  /** Whether nothing of the page is sent for now. */
  get paused(): boolean {
    return this.current?.pause !== undefined;
  }

  /** Pauses or goes on. What the visitor paused, the page's own code does not resume; a session that is not there yet begins so. */
  pause(paused: boolean, by: Pauser): void {
    const running = this.#running;
    if (!running) this.#early = paused;
    const before = running?.stored.pause;
    if (!running || (!paused && by === "page" && before === "visitor")) return;
    // Two who pause are both heard: the visitor's word stays.
    this.#paused(running, paused ? (before === "visitor" ? before : by) : undefined);
    running.link.send({ type: "pause", paused });
  }

  /** The visitor takes remote assist back. */
  endAssist(): void {
    this.#running?.assist.end();
  }

  /** An agent took the invitation with this key back: the session that came of it ends, unless somebody watches. */
  withdraw(key: string): void {
    const running = this.#running;
    if (running?.stored.sessionKey !== key || running.watching.count > 0) return;
    running.link.end();
    this.#finish("agent");
  }

  /** An agent asked again for what the visitor already shares: the answers are repeated. */
  repeatAnswers(): void {
    const presence = this.#parts.presence();
    presence?.terms("accepted");
    presence?.fire("visitorsessionstart");
  }

  #run(session: StoredSession): void {
    const stored = this.#early ? { pause: "page" as const, ...session } : session;
    this.#early = false;
    const { settings, recorder } = this.#parts;
    // The handlers of an old link must not touch a newer session.
    const own = () => this.#running?.stored.tok === stored.tok;
    const handlers: LiveHandlers = {
      onframe: (frame) => own() && this.#received(frame),
      onconnection: (status) => own() && this.#connection(status),
      onended: (reason, refusal) => own() && this.#ended(reason, refusal),
      onlost: () => own() && this.#lost(),
    };
    const link = new LiveLink({ scheme: settings.service.socket, ...stored }, handlers);
    const pages = recorder(
      (frame) => link.send(frame),
      () => link.backlog,
    );
    const look = setInterval(() => this.#lookAtPage(), PAGE_LOOK);
    const assist = this.#parts.assist({
      send: (frame) => link.send(frame),
      changed: () => own() && this.#show(),
    });
    this.#running = {
      stored,
      link,
      recorder: pages,
      look,
      assist,
      watching: NOBODY,
      connection: "ok",
      page: currentPage(),
    };
    this.#show();
  }

  #received(frame: Parameters<LiveHandlers["onframe"]>[0]): void {
    const running = this.#running;
    if (!running) return;
    if (frame.type === "ready") this.#ready(running, frame);
    else if (frame.type === "agents")
      this.#watched(running, { count: frame.count, agentlist: frame.agentlist });
    else if (frame.type === "snapshot") running.recorder.snapshot();
    else if (frame.type !== "paused") running.assist.received(frame);
    // In another page of the visitor's: who pressed there is not told, so it counts as the visitor.
    else if (frame.paused !== this.paused) this.#paused(running, frame.paused ? "visitor" : undefined);
  }

  /** A pause that never reached the service is told now: of two opinions the one holds that shows less. */
  #ready(running: Running, { consent, paused, assist }: Extract<ToVisitor, { type: "ready" }>): void {
    const { link, stored } = running;
    if (!consent) {
      const version = stored.terms;
      link.send({ type: "consent", power: "view", status: "accepted", version, language: "en" });
    }
    if (this.paused && !paused) link.send({ type: "pause", paused: true });
    if (paused) this.#paused(running, stored.pause ?? "visitor");
    running.assist.grant(this.paused ? null : assist);
  }

  /** Stops the recording in this page at once, without waiting for the service. */
  #paused(running: Running, pause: Pauser | undefined): void {
    const changed = this.paused !== (pause !== undefined);
    running.stored = { ...running.stored, pause };
    storeSession(running.stored);
    if (pause) running.assist.stop();
    // The recorder that begins again hears anew who watches.
    this.#watched(running, running.watching);
    if (changed) this.#parts.events.emit("sessionpaused", { paused: this.paused });
  }

  #watched(running: Running, watching: Running["watching"]): void {
    running.watching = watching;
    this.#record(running);
    this.#parts.events.emit("agents", watching);
    this.#show();
  }

  /** Records while somebody watches and nobody paused, and no longer. */
  #record({ recorder, watching }: Running): void {
    const wanted = watching.count > 0 && !this.paused;
    if (wanted && !recorder.running) {
      recorder.start();
      // The title may be told as soon as it is known what is masked.
      setTimeout(() => this.#lookAtPage(), 50);
    }
    if (!wanted) recorder.stop();
  }

  #connection(status: BarState["connection"]): void {
    const running = this.#running;
    if (!running) return;
    running.connection = status;
    // Nobody can watch now; who does is told anew after the next hello.
    if (status === "reconnecting") {
      running.watching = NOBODY;
      this.#record(running);
      running.assist.stop();
    }
    this.#parts.events.emit("connection", { status });
    this.#show();
  }

  #lookAtPage(): void {
    const running = this.#running;
    if (!running) return;
    // Whatever the page did to our bar: it is there again.
    this.#show();
    if (this.paused) return;
    const page = currentPage();
    const { href, title } = running.page;
    if ((page.href !== href || page.title !== title) && running.link.send({ type: "page", ...page }))
      running.page = page;
  }

  #ended(reason: string, refusal: { code: string; message: string } | undefined): void {
    if (refusal) {
      const { code, message } = refusal;
      this.#parts.events.emit("error", { code: "service", msg: message, params: { code } });
    }
    this.#finish(reason || "error");
  }

  #lost(): void {
    this.#failed({ code: "conndrop", message: "The connection to the session was lost." });
    this.#finish("conndrop");
  }

  #failed({ code, message }: { readonly code: string; readonly message: string }): void {
    const problem = { code, msg: message };
    this.#parts.events.emit("error", problem);
    this.#parts.presence()?.fire("visitorerror", problem);
  }

  #finish(reason: string): void {
    const running = this.#running;
    if (!running) return;
    this.#running = null;
    clearInterval(running.look);
    running.recorder.stop();
    running.assist.stop();
    forgetSession();
    this.#parts.ended(reason);
    this.#parts.events.emit("sessionend", { reason });
    this.#parts.presence()?.fire("visitorsessionend", { reason });
  }

  #show(): void {
    if (this.#running) this.#parts.show(barState(this.#running));
  }
}
