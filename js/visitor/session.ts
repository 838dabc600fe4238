/** One visitor's cobrowse session: started, carried on over page changes, ended (wire sheet, sections 6.3 to 6.5). */
import { CONSENT_VERSION, type Page, type ToVisitor, type WatchingAgent } from "../protocol/live_view";
import type { BarState } from "./bar";
import type { Emitter } from "./emitter";
import { currentPage, type LiveHandlers, LiveLink, type LiveSession } from "./live_link";
import type { Presence } from "./presence";
import { forgetSession, holdSession, type StoredSession, storedSession, storeSession } from "./session_store";
import type { Settings } from "./settings";
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

/** The recorder as the session uses it. */
export interface PageRecorder {
  readonly running: boolean;
  start(): void;
  stop(): void;
  snapshot(): void;
}

/** What a session works with. */
export interface SessionParts {
  readonly settings: Settings;
  readonly events: Emitter;
  readonly presence: () => Presence | null;
  readonly show: (state: BarState) => void;
  readonly ended: (reason: string) => void;
  readonly recorder: (send: (frame: string) => boolean, backlog: () => number) => PageRecorder;
}

/** How the visitor agreed: through the dialog of this script, or through the page's own words. */
export type Agreement = "dialog" | "page";

interface Running {
  readonly stored: StoredSession;
  readonly link: LiveLink;
  readonly recorder: PageRecorder;
  readonly look: ReturnType<typeof setInterval>;
  agents: readonly WatchingAgent[];
  connection: BarState["connection"];
  page: Page;
}

export class VisitorSession {
  readonly #parts: SessionParts;
  #running: Running | null = null;
  #starting: Promise<void> | null = null;

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
    if (!running) return;
    running.link.end();
    this.#finish("visitor");
  }

  /** An agent took the invitation with this key back: the session that came of it ends, unless somebody watches. */
  withdraw(key: string): void {
    const running = this.#running;
    if (running?.stored.sessionKey !== key || running.agents.length > 0) return;
    running.link.end();
    this.#finish("agent");
  }

  /** An agent asked again for what the visitor already shares: the answers are repeated. */
  repeatAnswers(): void {
    const presence = this.#parts.presence();
    presence?.terms("accepted");
    presence?.fire("visitorsessionstart");
  }

  #run(stored: StoredSession): void {
    const { settings, recorder } = this.#parts;
    const session: LiveSession = {
      scheme: settings.service.socket,
      server: stored.server,
      ssnid: stored.ssnid,
      tok: stored.tok,
    };
    // The handlers of an old link must not touch a newer session.
    const own = () => this.#running?.stored === stored;
    const handlers: LiveHandlers = {
      onframe: (frame) => own() && this.#received(frame),
      onconnection: (status) => own() && this.#connection(status),
      onended: (reason, refusal) => own() && this.#ended(reason, refusal),
      onlost: () => own() && this.#lost(),
    };
    const link = new LiveLink(session, handlers);
    const pages = recorder(
      (frame) => link.send(frame),
      () => link.backlog,
    );
    const look = setInterval(() => this.#lookAtPage(), PAGE_LOOK);
    this.#running = {
      stored,
      link,
      recorder: pages,
      look,
      agents: [],
      connection: "ok",
      page: currentPage(),
    };
    this.#show();
  }

  #received(frame: ToVisitor): void {
    const running = this.#running;
    if (!running) return;
    if (frame.type === "ready" && !frame.consent) {
      const version = running.stored.terms;
      running.link.send({ type: "consent", status: "accepted", version, language: "en" });
    } else if (frame.type === "agents") {
      this.#agents(running, frame.count, frame.agentlist);
    } else if (frame.type === "snapshot") {
      running.recorder.snapshot();
    }
  }

  #agents(running: Running, count: number, agentlist: readonly WatchingAgent[]): void {
    running.agents = count > 0 ? agentlist : [];
    const names =
      agentlist.length > 0 ? agentlist : Array<WatchingAgent>(count).fill({ partneruserid: "", name: "" });
    if (count > 0) running.agents = names;
    if (count > 0 && !running.recorder.running) running.recorder.start();
    if (count === 0) running.recorder.stop();
    this.#parts.events.emit("agents", { count, agentlist });
    this.#show();
  }

  #connection(status: BarState["connection"]): void {
    const running = this.#running;
    if (!running) return;
    running.connection = status;
    // Nobody can watch now; who does is told anew after the next hello.
    if (status === "reconnecting") running.recorder.stop();
    this.#parts.events.emit("connection", { status });
    this.#show();
  }

  #lookAtPage(): void {
    const running = this.#running;
    if (!running) return;
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
    const problem = { code: "conndrop", msg: "The connection to the session was lost." };
    this.#parts.events.emit("error", problem);
    this.#parts.presence()?.fire("visitorerror", problem);
    this.#finish("conndrop");
  }

  #failed({ code, message }: StartError): void {
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
    forgetSession();
    this.#parts.ended(reason);
    this.#parts.events.emit("sessionend", { reason });
    this.#parts.presence()?.fire("visitorsessionend", { reason });
  }

  #show(): void {
    const running = this.#running;
    if (!running) return;
    const { agents, connection, stored } = running;
    const names = agents.map(({ name, partneruserid }) => name || partneruserid);
    this.#parts.show({ agents: names, key: stored.tellKey ? stored.sessionKey : null, connection });
  }
}
