import { describe, expect, it } from "vitest";
import type { SessionFacts, ToViewer } from "../protocol/live_view";
import { firstState, step, type ViewerState, type ViewerStep } from "./state";
import { wordsFor } from "./words";

const SESSION: SessionFacts = {
  key: "k1",
  sessionId: "1",
  startedAt: "2026-01-01T10:00:00Z",
  camera: false,
  visitorid: "maria-21",
  name: "Maria",
  page: { href: "https://shop.test/", title: "Shop" },
  connected: true,
  paused: false,
};
const frame = (of: ToViewer): ViewerStep => ({ type: "frame", frame: of });
const session = (changes: Partial<SessionFacts> = {}) =>
  frame({ type: "session", session: { ...SESSION, ...changes } });
const away = frame({ type: "visitor", connected: false, grace: 30 });
const back = frame({ type: "visitor", connected: true, grace: 30 });
const shown: ViewerStep = { type: "shown" };

/** Goes through the steps, one second after the other. */
function reached(...steps: ViewerStep[]): ViewerState {
  return steps.reduce(
    (state, event, index) => step(state, event, (index + 1) * 1000),
    firstState("k1", null, 0),
  );
}

describe("phases", () => {
  it.each([
    ["connecting", []],
    ["waiting", [frame({ type: "waiting" })]],
    ["loading", [session()]],
    ["live", [session(), shown]],
    ["away", [session({ connected: false })]],
    ["away", [session(), shown, away]],
    ["loading", [session(), shown, away, back]],
    ["live", [session(), shown, away, back, shown]],
    ["live", [session(), shown, back]],
    ["reconnecting", [session(), shown, { type: "lost", seconds: 2, attempt: 1 }]],
    ["loading", [session(), shown, { type: "lost", seconds: 2, attempt: 1 }, { type: "attempt" }, session()]],
    ["ended", [session(), frame({ type: "ended", reason: "visitor", duration: 5 })]],
    ["refused", [frame({ type: "refused", code: "ticket", message: "", hint: "" })]],
  ] as [string, ViewerStep[]][])("%s", (phase, steps) => {
    expect(reached(...steps).phase).toBe(phase);
  });

  it("nothing leads out of an end", () => {
    const ended = reached(session(), frame({ type: "ended", reason: "agent", duration: 5 }));
    for (const event of [session(), shown, away, { type: "lost", seconds: 1, attempt: 1 } as const]) {
      expect(step(ended, event, 9000)).toBe(ended);
    }
  });

  it("knows since when, and does not begin anew with the same phase", () => {
    const state = reached(session(), shown, away, frame({ type: "visitor", connected: false, grace: 20 }));
    expect(state.since).toBe(3000);
    expect(state.until).toBe(4000 + 20_000);
  });

  it("knows that the visitor paused, and shows nothing old as live after that", () => {
    const pause = (paused: boolean) => frame({ type: "paused", paused });
    const state = reached(session(), shown, pause(true));
    expect(state.paused).toBe(true);
    expect(wordsFor(state, 4000).title).toBe("Paused by the visitor");
    const resumed = reached(session(), shown, pause(true), pause(false));
    expect(resumed).toMatchObject({ paused: false, phase: "loading" });
    expect(reached(session(), shown, pause(true), pause(false), shown).phase).toBe("live");
    expect(reached(session({ paused: true })).paused).toBe(true);
    // What is wrong with the connection is worth more than a pause.
    expect(wordsFor(reached(session({ paused: true }), away), 4000).title).toBe("The visitor's page is away");
  });

  it("knows who may use the page, until the connection is lost", () => {
    const asked = frame({ type: "assist", state: "asked", reason: "none", within: 30, agent: null });
    expect(reached(session(), shown, asked).assist).toMatchObject({ state: "asked", until: 33_000 });
    const lost: ViewerStep = { type: "lost", seconds: 2, attempt: 1 };
    expect(reached(session(), shown, asked, lost).assist.state).toBe("off");
    expect(reached(session(), shown, asked, session()).assist.state).toBe("off");
  });

  it("knows the visitor's page", () => {
    const page = { href: "https://shop.test/cart", title: "Cart" };
    expect(reached(session(), frame({ type: "page", page })).page).toEqual(page);
  });
});

describe("words", () => {
  it.each([
    [[], "Connecting", "session service"],
    [[frame({ type: "waiting" })], "Waiting for the visitor", "key k1"],
    [[session()], "Loading the visitor's page", "on the way"],
    [[session(), shown, away], "The visitor's page is away", "kept for 30 s"],
    [[{ type: "lost", seconds: 4, attempt: 3 }], "Connection lost", "Next attempt in 4 seconds (attempt 3)"],
    [[{ type: "lost", seconds: 4, attempt: 3 }, { type: "attempt" }], "Connection lost", "again (attempt 3)"],
    [[frame({ type: "ended", reason: "visitor", duration: 1 })], "Session ended", "The visitor ended"],
    [[frame({ type: "ended", reason: "agent", duration: 1 })], "Session ended", "agent's side"],
    [[{ type: "end" }, frame({ type: "ended", reason: "agent", duration: 1 })], "Session ended", "You ended"],
    [[frame({ type: "ended", reason: "norecord", duration: 1 })], "Session ended", "could not be recorded"],
    [[frame({ type: "ended", reason: "later", duration: 1 })], "Session ended", "has ended"],
    [[frame({ type: "refused", code: "t", message: "No.", hint: "Try." })], "No.", "Try."],
  ] as [ViewerStep[], string, string][])("%#", (steps, title, text) => {
    const state = reached(...steps);
    const words = wordsFor(state, state.since);
    expect(words.title).toBe(title);
    expect(words.text).toContain(text);
  });

  it("says more when a page does not come", () => {
    expect(wordsFor(reached(session()), 12_000).text).toContain("background tab");
  });

  it("counts down, never below zero", () => {
    expect(wordsFor(reached(session(), shown, away), 13_500).text).toContain("20 s");
    expect(wordsFor(reached(session(), shown, away), 99_000).text).toContain("0 s");
  });
});
