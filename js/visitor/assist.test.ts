import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Assist } from "./assist";
import { Emitter } from "./emitter";

const { performed, page: thePage } = vi.hoisted(() => ({
  performed: [] as unknown[],
  page: { answers: (): unknown => undefined },
}));
vi.mock("./remote_control", () => ({
  perform: (action: unknown) => {
    performed.push(action);
    thePage.answers();
  },
}));

const ANNA = { partneruserid: "anna", name: "Anna" };
const CLICK = { kind: "click", id: 4, x: 1, y: 2 } as const;

function page(custom = false) {
  const events = new Emitter();
  const told: [string, unknown][] = [];
  for (const name of ["rc", "rcrequested"]) events.on(name, (data) => told.push([name, data]));
  const question = { ask: vi.fn(), close: vi.fn() };
  const pointer = { show: vi.fn(), fade: vi.fn(), hide: vi.fn() };
  const sent: unknown[] = [];
  const line = { send: (frame: unknown) => sent.push(frame) > 0, changed: vi.fn() };
  const assist = new Assist({ events, question, pointer, custom, barred: () => false }, line);
  const ask = (req = "r1") => assist.received({ type: "assist_request", req, agent: ANNA, within: 30 });
  const answer = (accepted: boolean) => question.ask.mock.lastCall?.[1](accepted);
  return { assist, told, question, pointer, sent, line, ask, answer };
}

/** Input as a person or, with `trusted` false, a script makes it. */
function input(type: string, trusted = true): void {
  const event = new Event(type, { bubbles: true });
  Object.defineProperty(event, "isTrusted", { value: trusted });
  window.dispatchEvent(event);
}

beforeEach(() => {
  vi.useFakeTimers();
  performed.length = 0;
});

afterEach(() => {
  vi.useRealTimers();
});

describe("the question", () => {
  it("names who asks, and its answer names the request", () => {
    const { assist, question, sent, ask, answer } = page();
    ask();
    expect(question.ask.mock.lastCall?.[0]).toBe("Anna");
    expect(assist.asking).toBe("Anna");
    answer(true);
    const consent = { type: "consent", power: "assist", req: "r1", version: "1", language: "en" };
    expect(sent).toEqual([{ ...consent, status: "accepted" }]);
    expect(assist.asking).toBeNull();
    // Who has it is the service's word.
    expect(assist.helper).toBeNull();
  });

  it("is answered once", () => {
    const { sent, ask, answer } = page();
    ask();
    answer(false);
    answer(true);
    expect(sent).toEqual([expect.objectContaining({ status: "declined" })]);
  });

  it("dies by itself, with a sentence", () => {
    const { assist, question, sent, ask, answer } = page();
    ask();
    vi.advanceTimersByTime(30_000);
    expect(question.close).toHaveBeenLastCalledWith("You did not answer.");
    expect(assist.asking).toBeNull();
    answer(true);
    expect(sent).toEqual([]);
  });

  it.each([
    ["cancelled", "Anna no longer asks to use this page."],
    ["expired", "You did not answer."],
    ["answered", ""],
  ])("is taken away when it was %s", (reason, sentence) => {
    const { assist, question, ask } = page();
    ask();
    assist.received({ type: "assist_withdrawn", req: "another", reason });
    expect(assist.asking).toBe("Anna");
    assist.received({ type: "assist_withdrawn", req: "r1", reason });
    expect(assist.asking).toBeNull();
    expect(question.close).toHaveBeenLastCalledWith(sentence);
  });

  it.each([true, false])("says that the answer was lost, answered here: %s", (here) => {
    const { assist, question, ask, answer } = page();
    ask();
    if (here) answer(true);
    assist.received({ type: "assist_withdrawn", req: "r1", reason: "norecord" });
    expect(assist.asking).toBeNull();
    expect(question.close).toHaveBeenLastCalledWith("Your answer could not be recorded.");
  });

  it("gives way to a newer one, whose answer is its own", () => {
    const { sent, ask, question } = page();
    ask("r1");
    const old = question.ask.mock.lastCall?.[1];
    ask("r2");
    old(true);
    expect(sent).toEqual([]);
  });
});

describe("a page's own words", () => {
  const handed = (told: [string, unknown][]) =>
    told.find(([name]) => name === "rcrequested")?.[1] as { accept: () => void; decline: () => void };
  const activation = (isActive: boolean) =>
    vi.stubGlobal("navigator", Object.assign(Object.create(navigator), { userActivation: { isActive } }));

  it("answer where the page said that it asks, and somebody has just pressed something", () => {
    const { told, question, sent, ask } = page(true);
    ask();
    expect(question.ask).not.toHaveBeenCalled();
    activation(false);
    handed(told).accept();
    expect(sent).toEqual([]);
    activation(true);
    handed(told).accept();
    expect(sent).toEqual([expect.objectContaining({ status: "accepted", req: "r1" })]);
  });

  it("cannot accept anywhere else, only decline", () => {
    const { told, sent, ask } = page();
    ask();
    activation(true);
    handed(told).accept();
    expect(sent).toEqual([]);
    handed(told).decline();
    expect(sent).toEqual([expect.objectContaining({ status: "declined" })]);
  });
});

describe("what the agent does", () => {
  const control = (assist: Assist, action: object) =>
    assist.received({ type: "control", action: action as typeof CLICK });

  it("is done only by who has it", () => {
    const { assist, pointer, told } = page();
    control(assist, CLICK);
    expect(performed).toEqual([]);
    assist.received({ type: "assist", agent: ANNA });
    control(assist, CLICK);
    expect(performed).toEqual([CLICK]);
    control(assist, { kind: "point", x: 5, y: 6 });
    expect(pointer.show).toHaveBeenCalledWith("Anna", 5, 6);
    assist.received({ type: "assist", agent: null });
    control(assist, CLICK);
    expect(performed).toHaveLength(1);
    expect(pointer.hide).toHaveBeenCalled();
    expect(told).toEqual([
      ["rc", { enabled: true }],
      ["rc", { enabled: false }],
    ]);
  });

  it.each(["pointerdown", "keydown", "wheel", "touchmove", "input", "blur"])(
    "waits for the visitor's own %s, until a moment after the last of it",
    (type) => {
      const { assist, sent, pointer } = page();
      assist.grant(ANNA);
      input(type);
      control(assist, CLICK);
      expect(performed).toEqual([]);
      expect(sent).toEqual([{ type: "assist_hold", held: true }]);
      expect(pointer.fade).toHaveBeenLastCalledWith(true);
      vi.advanceTimersByTime(1000);
      input(type);
      vi.advanceTimersByTime(1499);
      control(assist, CLICK);
      expect(performed).toEqual([]);
      vi.advanceTimersByTime(1);
      expect(sent).toEqual([
        { type: "assist_hold", held: true },
        { type: "assist_hold", held: false },
      ]);
      control(assist, CLICK);
      expect(performed).toEqual([CLICK]);
      assist.stop();
    },
  );

  it("is not held back by the trusted events that come of it", () => {
    const { assist, sent } = page();
    assist.grant(ANNA);
    thePage.answers = () => input("input");
    control(assist, CLICK);
    control(assist, CLICK);
    thePage.answers = () => undefined;
    expect(performed).toHaveLength(2);
    expect(sent).toEqual([]);
    assist.stop();
  });

  it("is not held back by events that a script made", () => {
    const { assist, sent } = page();
    assist.grant(ANNA);
    input("keydown", false);
    expect(sent).toEqual([]);
    assist.stop();
  });

  it("ends when the visitor stops it, and nothing is held any more", () => {
    const { assist, sent } = page();
    assist.grant(ANNA);
    input("pointerdown");
    assist.end();
    expect(sent.at(-1)).toEqual({ type: "assist_end" });
    control(assist, CLICK);
    input("pointerdown");
    vi.advanceTimersByTime(5000);
    expect(performed).toEqual([]);
    expect(sent).toHaveLength(2);
    expect(assist.helper).toBeNull();
  });
});
