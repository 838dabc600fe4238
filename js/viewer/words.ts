/** The viewer's state in words for the agent. */
import { type PhraseName, say, secondsInWords, spoken } from "./phrases";
import type { ViewerState } from "./state";

export interface Words {
  /** What is going on; also what a screen reader hears. */
  readonly title: string;
  /** Why, and what happens next. */
  readonly text: string;
}

/** Seconds after which a page that does not come is worth a word. */
const PATIENCE = 10;

/** What else there is to say when a phone shows its camera. */
const CAMERA: ReadonlyMap<string, readonly [title: PhraseName, text: PhraseName]> = new Map([
  ["paused", ["paused.title", "camera.paused.text"]],
  ["loading", ["camera.loading.title", "camera.loading.text"]],
  ["live", ["live.title", "camera.live.text"]],
  ["away", ["camera.away.title", "camera.away.text"]],
]);
const PAUSABLE: ReadonlySet<string> = new Set(["loading", "live"]);

const ENDINGS: ReadonlyMap<string, PhraseName> = new Map([
  ["agent", "ended.agent"],
  ["visitor", "ended.visitor"],
  ["conndrop", "ended.conndrop"],
  ["norecord", "ended.norecord"],
  ["timedout", "ended.timedout"],
]);

/** What the viewer shows while the page of the visitor is not live. */
export function wordsFor(state: ViewerState, now: number): Words {
  const { phase } = state;
  const paused = state.paused && PAUSABLE.has(phase);
  const camera = state.session?.camera && CAMERA.get(paused ? "paused" : phase);
  if (camera)
    return { title: say(camera[0]), text: phase === "away" ? away(state, now, camera[1]) : say(camera[1]) };
  if (paused) return { title: say("paused.title"), text: say("paused.text") };
  if (phase === "refused")
    return { title: state.refusal?.message ?? say("refused.title"), text: state.refusal?.hint ?? "" };
  return { title: say(`${phase}.title`), text: textFor(state, now) };
}

/** Seconds until what the state waits for. */
function rest({ until }: ViewerState, now: number): number | null {
  return until === null ? null : Math.max(0, Math.ceil((until - now) / 1000));
}

function textFor(state: ViewerState, now: number): string {
  switch (state.phase) {
    case "waiting":
      return waiting(state.sessionKey);
    case "loading":
      return say(now - state.since < PATIENCE * 1000 ? "loading.text" : "loading.slow");
    case "away":
      return away(state, now, "away.text");
    case "reconnecting":
      return reconnecting(state.attempt, rest(state, now));
    case "ended":
      return ending(state);
    case "connecting":
    case "live":
      return say(`${state.phase}.text`);
    case "refused":
      return "";
  }
}

function ending({ end, ending: asked }: ViewerState): string {
  if (end?.reason === "agent" && asked) return say("ended.own");
  return say(ENDINGS.get(end?.reason ?? "") ?? "ended.text");
}

function waiting(key: string): string {
  return `${key ? say("waiting.key", { key }) : say("waiting.keyless")} ${say("waiting.text")}`;
}

function away(state: ViewerState, now: number, why: PhraseName): string {
  const left = rest(state, now);
  return left === null ? say(why) : `${say(why)} ${say("away.kept", { time: secondsInWords(left) })}`;
}

function reconnecting(attempt: number, left: number | null): string {
  const values = { attempt: String(attempt) };
  if (left === null) return say("reconnecting.text", values);
  return say("reconnecting.next", { ...values, time: secondsInWords(left) });
}

/** "since 14:05:09", in the agent's own way of writing times. */
export function sinceWords(time: number): string {
  const at = new Intl.DateTimeFormat(spoken(), { timeStyle: "medium" }).format(time);
  return say("session.since", { time: at });
}
