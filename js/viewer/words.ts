/** The viewer's state in words for the agent. */
import type { ViewerState } from "./state";

export interface Words {
  /** What is going on; also what a screen reader hears. */
  readonly title: string;
  /** Why, and what happens next. */
  readonly text: string;
}

/** Seconds after which a page that does not come is worth a word. */
const PATIENCE = 10;

const PAUSED: Words = {
  title: "Paused by the visitor",
  text: "You see nothing of the page until the visitor resumes. What is behind this is from before.",
};
const PAUSABLE: ReadonlySet<string> = new Set(["loading", "live"]);

const ENDINGS: Readonly<Record<string, string>> = {
  agent: "The session was ended on the agent's side.",
  visitor: "The visitor ended the session.",
  conndrop: "The visitor's page was away for too long.",
  norecord: "The visitor's answer could not be recorded, so nothing of the page was shown.",
  timedout: "Nobody started a session with this key in time.",
};

/** What the viewer shows while the page of the visitor is not live. */
export function wordsFor(state: ViewerState, now: number): Words {
  if (state.paused && PAUSABLE.has(state.phase)) return PAUSED;
  const left = state.until === null ? null : Math.max(0, Math.ceil((state.until - now) / 1000));
  switch (state.phase) {
    case "connecting":
      return { title: "Connecting", text: "Reaching the session service." };
    case "waiting":
      return { title: "Waiting for the visitor", text: waiting(state.sessionKey) };
    case "loading":
      return { title: "Loading the visitor's page", text: loading(now - state.since) };
    case "live":
      return { title: "Live", text: "You see the visitor's page." };
    case "away":
      return { title: "The visitor's page is away", text: away(left) };
    case "reconnecting":
      return { title: "Connection lost", text: reconnecting(state.attempt, left) };
    case "ended":
      return { title: "Session ended", text: ending(state) };
    case "refused":
      return {
        title: state.refusal?.message ?? "The session cannot be shown.",
        text: state.refusal?.hint ?? "",
      };
  }
}

function ending({ end, ending: asked }: ViewerState): string {
  if (end?.reason === "agent" && asked) return "You ended the session.";
  return ENDINGS[end?.reason ?? ""] ?? "The session has ended.";
}

function waiting(key: string): string {
  const which = key ? `No session with the key ${key} has started yet.` : "The session has not started yet.";
  return `${which} It is shown here as soon as the visitor accepts.`;
}

function loading(time: number): string {
  if (time < PATIENCE * 1000) return "The session is there; its first picture is on the way.";
  return "The visitor's page has not answered yet. It may be in a background tab, or on a slow connection.";
}

function away(left: number | null): string {
  const why = "The visitor is changing pages, or has closed the tab.";
  return left === null ? why : `${why} The session is kept for ${left} s.`;
}

function reconnecting(attempt: number, left: number | null): string {
  if (left === null) return `Trying to reach the session service again (attempt ${attempt}).`;
  return `The session service cannot be reached. Next attempt in ${left} s (attempt ${attempt}).`;
}

/** A time span as `m:ss` or `h:mm:ss`. */
export function clock(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** A duration in words, such as `2 min 5 s`. */
export function durationWords(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const parts = [hours && `${hours} h`, minutes && `${minutes} min`, `${whole % 60} s`].filter(Boolean);
  return parts.join(" ");
}

/** "since 14:05:09", in the agent's own way of writing times. */
export function sinceWords(time: number): string {
  return `since ${new Date(time).toLocaleTimeString()}`;
}
