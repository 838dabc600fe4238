import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Assist } from "./assist";
import type { BarState } from "./bar";
import { Emitter } from "./emitter";
import { VisitorSession } from "./session";
import { FakeSocket, settingsFor, useFakeFetch, useFakeSockets } from "./testing";

const STARTED = { callId: 7, sessionId: "12345.k1.9", serverName: "s.test:8", sessionKey: "k1" };
const ANN = { partneruserid: "ann", name: "Ann" };

function page() {
  const seen: [string, unknown][] = [];
  const bars: BarState[] = [];
  const events = new Emitter();
  events.on("sessionpaused", (data) => seen.push(["sessionpaused", data]));
  const recorder = {
    running: false,
    start: vi.fn((): void => {
      recorder.running = true;
    }),
    stop: vi.fn(() => {
      recorder.running = false;
    }),
    snapshot: vi.fn(),
  };
  const question = { ask: vi.fn(), close: vi.fn() };
  const pointer = { show: vi.fn(), fade: vi.fn(), hide: vi.fn() };
  const session = new VisitorSession({
    settings: settingsFor(),
    events,
    presence: () => null,
    show: (state) => bars.push(state),
    ended: () => undefined,
    recorder: () => recorder,
    assist: (line) => new Assist({ events, question, pointer, custom: false, barred: () => false }, line),
  });
  return { session, events, seen, bars, recorder, question };
}

/** A page whose session is running and accepted. */
async function running() {
  useFakeFetch(vi, { StartSession2: STARTED });
  const made = page();
  await made.session.start({ sessionKey: "k1" }, "dialog");
  FakeSocket.last.open();
  FakeSocket.last.receive({ type: "ready", consent: false, paused: false, assist: null });
  return made;
}

beforeEach(() => {
  vi.useFakeTimers();
  useFakeSockets(vi);
  sessionStorage.clear();
});

afterEach(() => {
  vi.useRealTimers();
});

describe("a pause", () => {
  const watchers = { type: "agents", count: 1, agentlist: [ANN] };
  const pauses = () => FakeSocket.last.sent.filter(({ type }) => type === "pause");

  it("stops the recording at once, whatever the service says, and tells it", async () => {
    const { session, recorder, bars, seen } = await running();
    FakeSocket.last.receive(watchers);
    session.pause(true, "visitor");
    expect(recorder.running).toBe(false);
    expect(pauses()).toEqual([{ type: "pause", paused: true }]);
    expect(session.paused).toBe(true);
    expect(bars.at(-1)).toMatchObject({ paused: true, agents: ["Ann"] });
    FakeSocket.last.receive(watchers);
    expect(recorder.running).toBe(false);
    session.pause(false, "visitor");
    expect(recorder.running).toBe(true);
    expect(pauses().at(-1)).toEqual({ type: "pause", paused: false });
    expect(seen).toEqual([
      ["sessionpaused", { paused: true }],
      ["sessionpaused", { paused: false }],
    ]);
  });

  it("holds over page changes", async () => {
    const { session } = await running();
    session.pause(true, "visitor");
    useFakeSockets(vi);
    const next = page();
    await next.session.resume();
    expect(next.session.paused).toBe(true);
    FakeSocket.last.open();
    FakeSocket.last.receive({ type: "ready", consent: true, paused: true, assist: null });
    FakeSocket.last.receive(watchers);
    expect(next.recorder.start).not.toHaveBeenCalled();
  });

  it("is known from the service, too", async () => {
    const { session, recorder } = await running();
    FakeSocket.last.receive({ type: "ready", consent: true, paused: true, assist: ANN });
    FakeSocket.last.receive(watchers);
    expect(recorder.start).not.toHaveBeenCalled();
    expect(session.paused).toBe(true);
  });

  it("that ends lets the recorder hear anew who watches", async () => {
    const { session, events, recorder } = await running();
    FakeSocket.last.receive({ type: "paused", paused: true });
    FakeSocket.last.receive(watchers);
    const heard: unknown[] = [];
    recorder.start.mockImplementation(() => events.on("agents", (data) => heard.push(data)));
    session.pause(false, "visitor");
    expect(heard).toEqual([{ count: 1, agentlist: [ANN] }]);
  });

  it("that never reached the service is told when it can be", async () => {
    const { session, recorder } = await running();
    FakeSocket.last.drop();
    session.pause(true, "visitor");
    await vi.advanceTimersByTimeAsync(2000);
    FakeSocket.last.open();
    FakeSocket.last.receive({ type: "ready", consent: true, paused: false, assist: ANN });
    expect(pauses()).toEqual([{ type: "pause", paused: true }]);
    FakeSocket.last.receive(watchers);
    expect(recorder.start).not.toHaveBeenCalled();
  });

  it("in another tab pauses this one, and the end of it resumes this one", async () => {
    const { recorder, bars } = await running();
    FakeSocket.last.receive(watchers);
    FakeSocket.last.receive({ type: "paused", paused: true });
    expect(recorder.running).toBe(false);
    expect(bars.at(-1)?.paused).toBe(true);
    FakeSocket.last.receive({ type: "paused", paused: false });
    expect(recorder.running).toBe(true);
    expect(pauses()).toEqual([]);
  });

  it("of the visitor's is not ended by the page", async () => {
    const { session } = await running();
    session.pause(true, "page");
    session.pause(false, "page");
    expect(session.paused).toBe(false);
    session.pause(true, "page");
    session.pause(true, "visitor");
    session.pause(true, "page");
    session.pause(false, "page");
    expect(session.paused).toBe(true);
    session.pause(false, "visitor");
    expect(session.paused).toBe(false);
  });

  it("that the page asks for while the session of the page before is looked for holds from its beginning", async () => {
    await running();
    useFakeSockets(vi);
    const next = page();
    const resumed = next.session.resume();
    next.session.pause(true, "page");
    await resumed;
    expect(next.session.paused).toBe(true);
    FakeSocket.last.open();
    FakeSocket.last.receive({ type: "ready", consent: true, paused: false, assist: null });
    FakeSocket.last.receive(watchers);
    expect(next.recorder.start).not.toHaveBeenCalled();
    next.session.pause(false, "page");
    expect(next.recorder.running).toBe(true);
  });

  it("lets no word about the page out", async () => {
    const { session } = await running();
    FakeSocket.last.receive(watchers);
    session.pause(true, "visitor");
    FakeSocket.last.sent.length = 0;
    history.pushState(null, "", "/account");
    document.title = "Account";
    await vi.advanceTimersByTimeAsync(5000);
    expect(FakeSocket.last.sent).toEqual([]);
    session.pause(false, "visitor");
    await vi.advanceTimersByTimeAsync(1000);
    expect(FakeSocket.last.sent.at(-1)).toMatchObject({ type: "page" });
    history.back();
  });

  it("ends remote assist and the question for it", async () => {
    const { session, question, bars } = await running();
    FakeSocket.last.receive({ type: "assist", agent: ANN });
    expect(bars.at(-1)?.assist).toBe("Ann");
    session.pause(true, "visitor");
    expect(bars.at(-1)?.assist).toBeNull();
    expect(question.close).toHaveBeenCalled();
  });
});
