/** Remote assist as the agent sees it: pure, and in words. */
import type { AssistStatus } from "../protocol/live_view";
import { type PhraseName, say, secondsInWords } from "./phrases";

/** `until` and `since` are milliseconds on the agent's clock. */
export interface Assist extends AssistStatus {
  readonly since: number;
  /** When the question dies, for `asked`. */
  readonly until: number;
}

/** What the button does now; `null` when it cannot be used. */
export type AssistAction = "assist_request" | "assist_end" | null;

/** Milliseconds for which the sentence stays that says how it ended. */
const SENTENCE_TIME = 15_000;

export const NO_ASSIST: Assist = { state: "off", reason: "none", within: 0, agent: null, since: 0, until: 0 };

export function assistFrom(status: AssistStatus, now: number): Assist {
  return { ...status, since: now, until: now + status.within * 1000 };
}

const ACTIONS: Readonly<Record<AssistStatus["state"], readonly [PhraseName, AssistAction]>> = {
  off: ["assist.request", "assist_request"],
  asked: ["assist.cancel", "assist_end"],
  on: ["assist.stop", "assist_end"],
  held: ["assist.stop", "assist_end"],
  other: ["assist.request", null],
};

/** The button's name, and what it does. */
export function assistButton({ state }: Assist): readonly [string, AssistAction] {
  const [name, action] = ACTIONS[state];
  return [say(name), action];
}

/** What is going on; empty when there is nothing to say. `spoken` leaves out what counts seconds. */
export function assistWords(assist: Assist, named: string, now: number, spoken = false): string {
  const visitor = named || say("visitor.subject");
  switch (assist.state) {
    case "off": {
      const phrase = ENDINGS.get(assist.reason);
      return phrase && now - assist.since < SENTENCE_TIME ? say(phrase, { visitor }) : "";
    }
    case "asked": {
      const left = Math.max(0, Math.ceil((assist.until - now) / 1000));
      const time = secondsInWords(left);
      return `${say("assist.asked", { visitor })}${spoken ? "" : ` ${say("assist.askedFor", { time })}`}`;
    }
    case "on":
      return say("assist.on");
    case "held":
      return say("assist.held", { visitor });
    case "other": {
      const agent = assist.agent?.name || assist.agent?.partneruserid || say("agent.subject");
      return say("assist.other", { agent });
    }
  }
}

const ENDINGS: ReadonlyMap<string, PhraseName> = new Map([
  ["declined", "assist.off.declined"],
  ["expired", "assist.off.expired"],
  ["cancelled", "assist.off.cancelled"],
  ["norecord", "assist.off.norecord"],
  ["ended_by_visitor", "assist.off.ended_by_visitor"],
  ["ended_by_agent", "assist.off.ended_by_agent"],
  ["paused", "assist.off.paused"],
  ["page_gone", "assist.off.page_gone"],
]);
