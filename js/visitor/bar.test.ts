import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AssistQuestion } from "./assist_question";
import { type BarState, SessionBar } from "./bar";
import { ownButton, personClicks } from "./testing";
import { UiHost } from "./ui_host";

const STATE: BarState = {
  agents: [],
  key: null,
  connection: "ok",
  paused: false,
  asking: null,
  assist: null,
};
const root = () => document.getElementById("glance_ui")?.shadowRoot ?? null;
const words = () => root()?.querySelector(".words")?.textContent;

function bar() {
  const host = new UiHost();
  const actions = { end: vi.fn(), pause: vi.fn(), stop: vi.fn() };
  const made = new SessionBar(host, actions);
  const show = (changes: Partial<BarState>) => made.show({ ...STATE, ...changes });
  return { made, host, actions, show };
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  document.getElementById("glance_ui")?.remove();
  vi.useRealTimers();
});

describe("the bar's words", () => {
  it.each<[Partial<BarState>, string]>([
    [{}, "Sharing this page with no one yet"],
    [{ agents: ["Anna"] }, "Sharing this page with Anna"],
    [{ agents: ["Anna", ""] }, "Sharing this page with Anna, an agent"],
    [{ agents: ["Anna"], asking: "Anna" }, "Anna asks to use this page with you"],
    [{ agents: ["Anna"], assist: "Anna" }, "Anna can click and type here"],
    [{ agents: ["Anna"], paused: true }, "Paused. Anna sees nothing of this page."],
    [{ agents: ["Anna", "Tom"], paused: true }, "Paused. Anna, Tom see nothing of this page."],
    [{ paused: true, connection: "reconnecting" }, "Paused. No one sees this page."],
    [{ agents: ["Anna"], connection: "reconnecting" }, "Connection lost. Trying again…"],
  ])("%j: %s", (changes, text) => {
    bar().show(changes);
    expect(words()).toBe(text);
  });
});

describe("the bar's buttons", () => {
  it("do what they say, for a person", () => {
    const { actions, show } = bar();
    show({ agents: ["Anna"], assist: "Anna" });
    for (const name of ["Stop", "Pause", "End Session"]) personClicks(ownButton(name));
    expect(actions.stop).toHaveBeenCalledOnce();
    expect(actions.pause).toHaveBeenCalledOnce();
    expect(actions.end).toHaveBeenCalledOnce();
    show({ paused: true });
    personClicks(ownButton("Resume"));
    expect(actions.pause).toHaveBeenCalledTimes(2);
  });

  it("do nothing for a script of the page", () => {
    const { actions, show } = bar();
    show({ paused: true });
    ownButton("Resume").click();
    expect(actions.pause).not.toHaveBeenCalled();
  });

  it("stop remote assist only while there is one, and resume only with a connection", () => {
    const { show } = bar();
    show({});
    expect(ownButton("Stop").hidden).toBe(true);
    show({ paused: true, connection: "reconnecting" });
    expect(ownButton("Resume").disabled).toBe(true);
    show({ connection: "reconnecting" });
    expect(ownButton("Pause").disabled).toBe(false);
  });
});

describe("the bar's place", () => {
  it("is found again by whatever is shown next", () => {
    const { show, host } = bar();
    show({});
    document.getElementById("glance_ui")?.remove();
    show({});
    expect(words()).toBeDefined();
    host.root.replaceChildren();
    show({});
    expect(words()).toBeDefined();
  });
});

describe("the question for remote assist", () => {
  const panel = () => root()?.querySelector(".ask");

  function asked() {
    const { host, show } = bar();
    show({});
    const answer = vi.fn();
    const question = new AssistQuestion(host);
    question.ask("Anna", answer);
    return { question, answer };
  }

  it("is a dialog of its own that names who asks, takes no focus and is not modal", () => {
    const before = document.activeElement;
    asked();
    expect(panel()?.role).toBe("dialog");
    expect(panel()?.ariaLabel).toBe("Let Anna use this page with you?");
    expect(panel()?.textContent).toContain("not in passwords or masked fields");
    expect(root()?.querySelector("dialog")).toBeNull();
    expect(document.activeElement).toBe(before);
  });

  it("takes no answer in its first moment, and none from a script", () => {
    const { answer } = asked();
    vi.advanceTimersByTime(299);
    personClicks(ownButton("Allow"));
    vi.advanceTimersByTime(1);
    ownButton("Allow").click();
    expect(answer).not.toHaveBeenCalled();
    personClicks(ownButton("Allow"));
    expect(answer).toHaveBeenCalledExactlyOnceWith(true);
  });

  it("may be answered with no, by button or Escape", () => {
    const { answer } = asked();
    vi.advanceTimersByTime(300);
    personClicks(ownButton("Not now"));
    panel()?.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
    expect(answer.mock.calls).toEqual([[false], [false]]);
  });

  it("goes with a sentence that goes, too", () => {
    const { question } = asked();
    question.close("You did not answer.");
    expect(panel()).toBeNull();
    expect(root()?.textContent).toContain("You did not answer.");
    vi.advanceTimersByTime(6000);
    expect(root()?.textContent).not.toContain("You did not answer.");
  });
});
