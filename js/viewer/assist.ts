/** Remote assist as the agent sees it: pure, and in words. */
import type { AssistStatus } from "../protocol/live_view";

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

const ACTIONS: Readonly<Record<AssistStatus["state"], readonly [string, AssistAction]>> = {
  off: ["Request Remote Assist", "assist_request"],
  asked: ["Cancel", "assist_end"],
  on: ["Stop Remote Assist", "assist_end"],
  held: ["Stop Remote Assist", "assist_end"],
  other: ["Request Remote Assist", null],
};

/** The button's name, and what it does. */
export function assistButton({ state }: Assist): readonly [string, AssistAction] {
  return ACTIONS[state];
}

/** What is going on; empty when there is nothing to say. `spoken` leaves out what counts seconds. */
export function assistWords(assist: Assist, visitor: string, now: number, spoken = false): string {
  const name = visitor || "The visitor";
  switch (assist.state) {
    case "off":
      return now - assist.since < SENTENCE_TIME ? (endings(name).get(assist.reason) ?? "") : "";
    case "asked": {
      const left = Math.max(0, Math.ceil((assist.until - now) / 1000));
      return `${name} is asked whether you may use the page.${spoken ? "" : ` The question stands for ${left} s.`}`;
    }
    case "on":
      return "You can point, click, scroll and type on the page below. What you type replaces what stands in the field.";
    case "held":
      return `${name} is using the page. Your mouse and keys have no effect until a moment after that.`;
    case "other": {
      const other = assist.agent?.name || assist.agent?.partneruserid || "Another agent";
      return `${other} has remote assist, or asks for it. You can ask once that is over.`;
    }
  }
}

function endings(name: string): ReadonlyMap<string, string> {
  return new Map([
    ["declined", `${name} said "Not now" to remote assist. You still see the page.`],
    ["expired", `${name} did not answer. You can ask again.`],
    ["cancelled", "You took the question back."],
    ["norecord", `${name}'s answer could not be recorded, so you cannot use the page. You can ask again.`],
    ["ended_by_visitor", `${name} stopped remote assist. You still see the page.`],
    ["ended_by_agent", "You stopped remote assist."],
    ["paused", `${name} paused the session; that ends remote assist.`],
    ["page_gone", `Remote assist is over, because ${name}'s page was away for too long.`],
  ]);
}
