/** Remote assist on the visitor's side: asked, granted, held back by the visitor's own hand, taken back. */
import {
  type AssistNews,
  CONSENT_VERSION,
  type VisitorFrame,
  type WatchingAgent,
} from "../protocol/live_view";
import type { AgentPointer } from "./agent_pointer";
import { type AssistQuestion, NOT_RECORDED } from "./assist_question";
import type { Emitter } from "./emitter";
import { OwnHand } from "./own_hand";
import { perform } from "./remote_control";

export interface AssistParts {
  readonly events: Emitter;
  readonly question: Pick<AssistQuestion, "ask" | "close">;
  readonly pointer: Pick<AgentPointer, "show" | "fade" | "hide">;
  /** Whether the page asks the visitor in its own words, by the event `rcrequested`. */
  readonly custom: boolean;
  /** Whether the agent must keep off this element. */
  readonly barred: (element: Element) => boolean;
}

/** What belongs to one session. */
export interface AssistLine {
  send(frame: VisitorFrame): boolean;
  /** Who asks or who has it is another one now. */
  changed(): void;
}

export class Assist {
  readonly #parts: AssistParts;
  readonly #line: AssistLine;
  readonly #hand = new OwnHand((held) => {
    this.#line.send({ type: "assist_hold", held });
    this.#parts.pointer.fade(held);
  });
  #agent: WatchingAgent | null = null;
  #request: {
    readonly req: string;
    readonly name: string;
    readonly timer: ReturnType<typeof setTimeout>;
  } | null = null;

  constructor(parts: AssistParts, line: AssistLine) {
    this.#parts = parts;
    this.#line = line;
  }

  /** Who has it. */
  get helper(): string | null {
    return this.#agent && nameOf(this.#agent);
  }

  /** Who asks for it. */
  get asking(): string | null {
    return this.#request?.name ?? null;
  }

  received(frame: AssistNews): void {
    if (frame.type === "assist_request") this.#ask(frame.req, nameOf(frame.agent), frame.within);
    else if (frame.type === "assist") this.grant(frame.agent);
    else if (frame.type === "control") this.#perform(frame.action);
    else {
      if (frame.req === this.#request?.req) this.#drop(frame.reason);
      // Also where the question went away with the answer.
      if (frame.reason === "norecord") this.#parts.question.close(NOT_RECORDED);
    }
  }

  /** The agent who has it from now on; `null` when nobody has. */
  grant(agent: WatchingAgent | null): void {
    const before = this.helper !== null;
    this.#agent = agent;
    if (agent && !before) this.#hand.start();
    if (!agent) {
      this.#hand.stop();
      this.#parts.pointer.hide();
    }
    if (before !== (agent !== null)) this.#parts.events.emit("rc", { enabled: agent !== null });
    this.#line.changed();
  }

  /** The visitor takes it back. */
  end(): void {
    this.#line.send({ type: "assist_end" });
    this.grant(null);
  }

  /** The session is paused, over, or cut off. */
  stop(): void {
    this.#drop();
    this.#parts.question.close();
    this.grant(null);
  }

  #ask(req: string, name: string, within: number): void {
    this.#drop();
    const timer = setTimeout(() => this.#drop("expired"), within * 1000);
    this.#request = { req, name, timer };
    const { custom, events, question } = this.#parts;
    const answer = (accepted: boolean) => this.#answer(req, accepted);
    if (!custom) question.ask(name, answer);
    events.emit("rcrequested", {
      // Only where the page is the one who asks, and while the visitor has just pressed something.
      accept: () => custom && navigator.userActivation?.isActive && answer(true),
      decline: () => answer(false),
      selective: false,
    });
    this.#line.changed();
  }

  #answer(req: string, accepted: boolean): void {
    if (this.#request?.req !== req) return;
    this.#drop();
    const status = accepted ? "accepted" : "declined";
    this.#line.send({
      type: "consent",
      power: "assist",
      status,
      req,
      version: CONSENT_VERSION,
      language: "en",
    });
  }

  #drop(reason = ""): void {
    if (!this.#request) return;
    const { name, timer } = this.#request;
    clearTimeout(timer);
    this.#request = null;
    let sentence = "";
    if (reason === "expired") sentence = "You did not answer.";
    if (reason === "cancelled") sentence = `${name} no longer asks to use this page.`;
    this.#parts.question.close(sentence);
    this.#line.changed();
  }

  #perform(action: Extract<AssistNews, { type: "control" }>["action"]): void {
    const { pointer, barred } = this.#parts;
    if (!this.#agent || this.#hand.held) return;
    if (action.kind === "point") pointer.show(nameOf(this.#agent), action.x, action.y);
    else this.#hand.lend(() => perform(action, barred));
  }
}

function nameOf({ name, partneruserid }: WatchingAgent): string {
  return (name || partneruserid || "The agent").slice(0, 60);
}
