import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Assist } from "./assist";
import type { BarState } from "./bar";
import { Emitter } from "./emitter";
import { holdMasks } from "./masks";
import { Policy } from "./privacy_policy";
import { VisitorSession } from "./session";
import { FakeSocket, settingsFor, settle, useFakeFetch, useFakeSockets } from "./testing";

const STARTED = { callId: 7, sessionId: "12345.k1.9", serverName: "s.test:8", sessionKey: "k1" };
const ANN = { partneruserid: "ann", name: "Ann" };
const EVENTS = [
  "sessionstarting",
  "sessionstart",
  "sessioncontinue",
  "sessionend",
  "agents",
  "error",
  "connection",
];

const HELPING = {
  question: { ask: vi.fn(), close: vi.fn() },
  pointer: { show: vi.fn(), fade: vi.fn(), hide: vi.fn() },
  custom: false,
  barred: () => false,
};

/** One page with a session that may be started or go on. */
function page() {
  const told: [string, unknown][] = [];
  const seen: [string, unknown][] = [];
  const bars: BarState[] = [];
  const ends: string[] = [];
  const events = new Emitter();
  for (const name of EVENTS) events.on(name, (data) => seen.push([name, data]));
  const presence = {
    fire: (name: string, data?: unknown) => told.push([name, data]),
    terms: (status: string) => told.push(["terms", status]),
  };
  const recorder = { running: false, start: vi.fn(), stop: vi.fn(), snapshot: vi.fn() };
  recorder.start.mockImplementation(() => {
    recorder.running = true;
  });
  recorder.stop.mockImplementation(() => {
    recorder.running = false;
  });
  const session = new VisitorSession({
    settings: settingsFor(),
    events,
    presence: () => presence,
    show: (state) => bars.push(state),
    ended: (reason) => ends.push(reason),
    recorder: () => recorder,
    assist: (line) => new Assist({ events, ...HELPING }, line),
  });
  return { session, told, seen, bars, ends, recorder };
}

/** A page whose session is running and accepted. */
async function running(answer: object = STARTED) {
  useFakeFetch(vi, { StartSession2: answer });
  const made = page();
  await made.session.start({ sessionKey: "k1" }, "dialog");
  FakeSocket.last.open();
  FakeSocket.last.receive({ type: "ready", consent: false });
  return made;
}

beforeEach(() => {
  vi.useFakeTimers();
  useFakeSockets(vi);
  sessionStorage.clear();
  document.title = "Shop";
  holdMasks(new Policy("standard", { masked: [], unmasked: [], page: false }));
});

afterEach(() => {
  vi.useRealTimers();
});

describe("starting", () => {
  it("says hello with a token, then consent, before anything of the page", async () => {
    const { seen, told } = await running();
    const [hello, consent, ...more] = FakeSocket.last.sent;
    expect(FakeSocket.last.url).toBe("ws://s.test:8/live/visitor");
    expect(hello).toMatchObject({ type: "hello", ssnid: "12345.k1.9", title: "Shop" });
    expect(hello?.["token"]).toMatch(/^[A-Za-z0-9]{49}$/);
    expect(hello?.["href"]).not.toMatch(/[?#]/);
    expect(consent).toEqual({
      type: "consent",
      power: "view",
      status: "accepted",
      version: "1",
      language: "en",
    });
    expect(more).toEqual([]);
    expect(seen.map(([name]) => name)).toEqual(["sessionstarting", "sessionstart", "connection"]);
    expect(told).toEqual([["visitorsessionstart", undefined]]);
  });

  it("says nothing twice when the consent is recorded already", async () => {
    await running();
    FakeSocket.last.sent.length = 0;
    FakeSocket.last.receive({ type: "ready", consent: true });
    expect(FakeSocket.last.sent).toEqual([]);
  });

  it("tells a failure to the page, the agent and the caller", async () => {
    useFakeFetch(vi, { StartSession2: { status: 13 } });
    const { session, seen, told } = page();
    await expect(session.start({}, "dialog")).rejects.toMatchObject({ code: "dupkey" });
    expect(seen.at(-1)).toEqual(["error", expect.objectContaining({ code: "dupkey" })]);
    expect(told.at(-1)).toEqual(["visitorerror", expect.objectContaining({ code: "dupkey" })]);
    expect(session.current).toBeNull();
  });

  it("starts once, however often it is asked", async () => {
    const requests = useFakeFetch(vi, { StartSession2: STARTED });
    const { session } = page();
    await Promise.all([session.start({}, "dialog"), session.start({}, "dialog")]);
    expect(requests).toHaveLength(1);
  });

  it.each([
    ["the service chose it", { sessionKey: "GLANCE_KEYTYPE_RANDOM", remote: true }, "48213"],
    ["the page started the session itself", { sessionKey: "48213" }, "48213"],
    ["an agent asked for the session, and knows it", { sessionKey: "48213", remote: true }, null],
  ])("shows or hides the key: %s", async (_case, params, shown) => {
    useFakeFetch(vi, { StartSession2: { ...STARTED, sessionKey: "48213" } });
    const { session, bars } = page();
    await session.start(params, "dialog");
    expect(bars.at(-1)?.key).toBe(shown);
  });
});

describe("watching", () => {
  it("records only while somebody watches", async () => {
    const { recorder, bars } = await running();
    expect(recorder.start).not.toHaveBeenCalled();
    FakeSocket.last.receive({ type: "agents", count: 1, agentlist: [ANN] });
    expect(recorder.start).toHaveBeenCalledOnce();
    expect(bars.at(-1)?.agents).toEqual(["Ann"]);
    FakeSocket.last.receive({ type: "agents", count: 2, agentlist: [ANN, ANN] });
    expect(recorder.start).toHaveBeenCalledOnce();
    FakeSocket.last.receive({ type: "agents", count: 0, agentlist: [] });
    expect(recorder.stop).toHaveBeenCalledOnce();
    expect(bars.at(-1)?.agents).toEqual([]);
  });

  it("takes a snapshot when it is asked", async () => {
    const { recorder } = await running();
    FakeSocket.last.receive({ type: "snapshot" });
    expect(recorder.snapshot).toHaveBeenCalledOnce();
  });

  it("leaves unknown frames out", async () => {
    const warned = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const { ends } = await running();
    FakeSocket.last.receive({ type: "eval", code: "x" });
    FakeSocket.last.receive("nonsense");
    expect(warned).toHaveBeenCalledTimes(2);
    expect(ends).toEqual([]);
  });

  it("tells that the address changed, without its query", async () => {
    await running();
    document.title = "Cart";
    await vi.advanceTimersByTimeAsync(1000);
    expect(FakeSocket.last.sent.at(-1)).toMatchObject({ type: "page", title: "Cart" });
    await vi.advanceTimersByTimeAsync(5000);
    expect(FakeSocket.last.sent.filter(({ type }) => type === "page")).toHaveLength(1);
  });
});

describe("reconnecting", () => {
  it("stops recording at once, tries every 2 s and says hello with the same token", async () => {
    const { recorder, bars } = await running();
    const token = FakeSocket.last.sent[0]?.["token"];
    FakeSocket.last.receive({ type: "agents", count: 1, agentlist: [ANN] });
    FakeSocket.last.drop();
    expect(recorder.running).toBe(false);
    expect(bars.at(-1)?.connection).toBe("reconnecting");
    await vi.advanceTimersByTimeAsync(2000);
    FakeSocket.last.open();
    expect(FakeSocket.all).toHaveLength(2);
    expect(FakeSocket.last.sent[0]).toMatchObject({ type: "hello", token });
    FakeSocket.last.receive({ type: "ready", consent: true });
    expect(bars.at(-1)?.connection).toBe("ok");
  });

  it("tries 10 times after 2 s and 10 times after 4 s, then reports conndrop", async () => {
    const { seen, told, ends } = await running();
    const start = Date.now();
    const times: number[] = [];
    for (let attempt = 0; attempt < 21; attempt++) {
      FakeSocket.last.drop();
      if (ends.length > 0) break;
      const known = FakeSocket.all.length;
      while (FakeSocket.all.length === known) await vi.advanceTimersByTimeAsync(500);
      times.push((Date.now() - start) / 1000);
    }
    expect(times).toHaveLength(20);
    expect(times[9]).toBe(20);
    expect(times[19]).toBe(60);
    expect(ends).toEqual(["conndrop"]);
    expect(seen).toContainEqual(["error", expect.objectContaining({ code: "conndrop" })]);
    expect(told.at(-1)).toEqual(["visitorsessionend", { reason: "conndrop" }]);
  });

  it("does not count a connection that was never accepted", async () => {
    const { ends } = await running();
    for (let attempt = 0; attempt < 21 && ends.length === 0; attempt++) {
      FakeSocket.last.drop();
      await vi.advanceTimersByTimeAsync(4000);
      FakeSocket.last.open();
    }
    expect(ends).toEqual(["conndrop"]);
  });
});

describe("going on after a page change", () => {
  it("says hello with the stored token and fires sessioncontinue", async () => {
    await running();
    const token = FakeSocket.last.sent[0]?.["token"];
    useFakeSockets(vi);
    const next = page();
    await expect(next.session.resume()).resolves.toBe(true);
    FakeSocket.last.open();
    expect(FakeSocket.last.sent[0]).toMatchObject({ type: "hello", ssnid: "12345.k1.9", token });
    expect(next.seen).toEqual([["sessioncontinue", {}]]);
    expect(next.told).toEqual([]);
  });

  it("does nothing where there is no session", async () => {
    const { session } = page();
    await expect(session.resume()).resolves.toBe(false);
    expect(FakeSocket.all).toEqual([]);
  });

  it("learns that the session ended meanwhile", async () => {
    await running();
    const next = page();
    await next.session.resume();
    FakeSocket.last.open();
    FakeSocket.last.receive({ type: "refused", code: "notfound", message: "There is no such session." });
    expect(next.ends).toEqual(["error"]);
    expect(next.seen).toContainEqual(["error", expect.objectContaining({ params: { code: "notfound" } })]);
    expect(sessionStorage.length).toBe(0);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(FakeSocket.last.readyState).toBe(3);
  });
});

describe("ending", () => {
  it("tells the service, the agent and the page when the visitor ends", async () => {
    const { session, told, seen, ends } = await running();
    session.stop();
    expect(FakeSocket.last.sent.at(-1)).toEqual({ type: "end" });
    expect(told.at(-1)).toEqual(["visitorsessionend", { reason: "visitor" }]);
    expect(seen.at(-1)).toEqual(["sessionend", { reason: "visitor" }]);
    expect(ends).toEqual(["visitor"]);
    expect(sessionStorage.length).toBe(0);
    expect(session.current).toBeNull();
  });

  it("holds for a session that is just being started", async () => {
    useFakeFetch(vi, { StartSession2: STARTED });
    const { session, ends } = page();
    const started = session.start({}, "page");
    session.stop();
    await started;
    expect(session.current).toBeNull();
    expect(ends).toEqual(["visitor"]);
    FakeSocket.last.open();
    FakeSocket.last.receive({ type: "ready", consent: false });
    expect(FakeSocket.last.sent.map(({ type }) => type)).toEqual(["hello", "end"]);
  });

  it("ends with the agent's word, once", async () => {
    const { told, ends, session } = await running();
    FakeSocket.last.receive({ type: "ended", reason: "agent" });
    FakeSocket.last.receive({ type: "ended", reason: "agent" });
    session.stop();
    expect(ends).toEqual(["agent"]);
    expect(told.filter(([name]) => name === "visitorsessionend")).toHaveLength(1);
  });

  it("brings the end to the service as soon as it can be reached again", async () => {
    const { session, ends } = await running();
    FakeSocket.last.drop();
    session.stop();
    expect(ends).toEqual(["visitor"]);
    await vi.advanceTimersByTimeAsync(2000);
    FakeSocket.last.open();
    FakeSocket.last.receive({ type: "ready", consent: true });
    expect(FakeSocket.last.sent.at(-1)).toEqual({ type: "end" });
    await settle(vi);
    expect(ends).toEqual(["visitor"]);
  });
});
