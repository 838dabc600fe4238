/** What the viewer is doing, since when and why: pure, so that every case can be tried. */
import type { Page, SessionFacts, ToViewer } from "../protocol/live_view";
import { type Assist, assistFrom, NO_ASSIST } from "./assist";
import { say } from "./phrases";
import type { Refusal } from "./settings";

export type Phase =
  | "connecting"
  | "waiting"
  | "loading"
  | "live"
  | "away"
  | "reconnecting"
  | "ended"
  | "refused";

/** All times are milliseconds since the epoch, on the agent's clock. */
export interface ViewerState {
  readonly phase: Phase;
  /** When the phase began. */
  readonly since: number;
  readonly sessionKey: string;
  readonly session: SessionFacts | null;
  readonly page: Page;
  /** When the session is given up (`away`), or the next attempt is made (`reconnecting`). */
  readonly until: number | null;
  /** Number of the attempt to reconnect. */
  readonly attempt: number;
  /** Whether the visitor has paused: what the replica shows is old, and nothing new comes. */
  readonly paused: boolean;
  readonly assist: Assist;
  /** Whether the agent has asked for the end. */
  readonly ending: boolean;
  readonly end: { readonly reason: string; readonly duration: number | null } | null;
  readonly refusal: Refusal | null;
}

export type ViewerStep =
  | { type: "frame"; frame: ToViewer }
  | { type: "shown" }
  | { type: "lost"; seconds: number; attempt: number }
  | { type: "attempt" }
  | { type: "end" };

export function firstState(sessionKey: string, refusal: Refusal | null, now: number): ViewerState {
  return {
    phase: refusal ? "refused" : "connecting",
    since: now,
    sessionKey,
    session: null,
    page: { href: "", title: "" },
    until: null,
    attempt: 0,
    paused: false,
    assist: NO_ASSIST,
    ending: false,
    end: null,
    refusal,
  };
}

/** One step. Nothing leads out of `ended` and `refused`. */
export function step(state: ViewerState, event: ViewerStep, now: number): ViewerState {
  if (state.phase === "ended" || state.phase === "refused") return state;
  switch (event.type) {
    case "frame":
      return onFrame(state, event.frame, now);
    case "shown":
      return state.phase === "loading" || state.phase === "away" ? to(state, "live", now) : state;
    case "lost":
      return {
        ...to(state, "reconnecting", now),
        until: now + event.seconds * 1000,
        attempt: event.attempt,
        assist: NO_ASSIST,
      };
    case "attempt":
      return { ...state, until: null };
    case "end":
      return { ...state, ending: true };
  }
}

function onFrame(state: ViewerState, frame: ToViewer, now: number): ViewerState {
  switch (frame.type) {
    case "waiting":
      return to(state, "waiting", now);
    case "session": {
      const { session } = frame;
      const { page, paused } = session;
      // Who has remote assist is told after this, unless nobody has.
      const known = { ...state, session, page, paused, assist: NO_ASSIST };
      return session.connected ? to(known, "loading", now) : to(known, "away", now);
    }
    case "page":
      return { ...state, page: frame.page };
    case "visitor":
      if (frame.connected) return state.phase === "away" ? to(state, "loading", now) : state;
      return { ...to(state, "away", now), until: frame.grace > 0 ? now + frame.grace * 1000 : null };
    case "paused":
      // What was shown before is not what the visitor sees now.
      return { ...(state.phase === "live" ? to(state, "loading", now) : state), paused: frame.paused };
    case "assist":
      return { ...state, assist: assistFrom(frame, now) };
    case "events":
    case "picture":
      return state;
    case "ended":
      return { ...to(state, "ended", now), end: { reason: frame.reason, duration: frame.duration } };
    case "refused": {
      const { code, message, hint } = frame;
      return {
        ...to(state, "refused", now),
        refusal: { code, message: message || say("refused.title"), hint },
      };
    }
  }
}

/** The same phase goes on; another one begins now. */
function to(state: ViewerState, phase: Phase, now: number): ViewerState {
  return { ...state, phase, since: state.phase === phase ? state.since : now, until: null };
}
