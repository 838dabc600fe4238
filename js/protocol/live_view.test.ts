import { describe, expect, it } from "vitest";
import { parseToViewer, parseToVisitor, plainHref } from "./live_view";

const visitor = (message: unknown) => parseToVisitor(JSON.stringify(message));
const viewer = (message: unknown) => parseToViewer(JSON.stringify(message));

describe("plainHref", () => {
  it.each([
    ["https://shop.test/cart?token=1#x", "https://shop.test/cart"],
    ["http://user:secret@shop.test:8080/a/b", "http://shop.test:8080/a/b"],
    ["file:///shop/page.html?x", "file:/shop/page.html"],
    ["no address", ""],
  ])("%s -> %s", (href, plain) => {
    expect(plainHref(href)).toBe(plain);
  });
});

describe("parseToVisitor", () => {
  it("reads the frames of the contract", () => {
    expect(visitor({ type: "ready", consent: true, paused: true, assist: null })).toEqual({
      type: "ready",
      consent: true,
      paused: true,
      assist: null,
    });
    expect(visitor({ type: "snapshot" })).toEqual({ type: "snapshot" });
    expect(visitor({ type: "ended", reason: "agent" })).toEqual({ type: "ended", reason: "agent" });
    expect(
      visitor({ type: "agents", count: 1, agentlist: [{ partneruserid: "a", name: "Ann", more: 1 }] }),
    ).toEqual({
      type: "agents",
      count: 1,
      agentlist: [{ partneruserid: "a", name: "Ann" }],
    });
  });

  it("reads what concerns remote assist and pauses", () => {
    const agent = { partneruserid: "a", name: "Ann" };
    for (const frame of [
      { type: "ready", consent: true, paused: false, assist: agent },
      { type: "paused", paused: true },
      { type: "assist_request", req: "r1", agent, within: 30 },
      { type: "assist_withdrawn", req: "r1", reason: "cancelled" },
      { type: "assist", agent },
      { type: "assist", agent: null },
      { type: "control", action: { kind: "point", x: 1, y: 2 } },
    ])
      expect(visitor(frame)).toEqual(frame);
  });

  it.each([
    ["a pause that is no bool", { type: "paused", paused: 1 }],
    ["a request of nobody", { type: "assist_request", req: "r1", within: 30 }],
    ["a request without a number", { type: "assist_request", agent: {}, within: 30 }],
    ["a withdrawal of nothing", { type: "assist_withdrawn", reason: "expired" }],
    ["an unknown action", { type: "control", action: { kind: "eval" } }],
    ["no action", { type: "control" }],
  ])("leaves out %s", (_what, frame) => {
    expect(visitor(frame)).toBeNull();
  });

  it.each([
    ["no JSON", "{"],
    ["no object", "[]"],
    ["an unknown type", '{"type":"eval"}'],
    ["a consent that is no bool", '{"type":"ready","consent":"yes"}'],
    ["a count that is no number", '{"type":"agents","count":"1","agentlist":[]}'],
    ["a negative count", '{"type":"agents","count":-1,"agentlist":[]}'],
  ])("leaves out %s", (_what, frame) => {
    expect(parseToVisitor(frame)).toBeNull();
  });

  it("leaves out what is no text", () => {
    expect(parseToVisitor(new ArrayBuffer(8))).toBeNull();
  });
});

describe("parseToViewer", () => {
  it("reads a session", () => {
    const frame = {
      type: "session",
      key: "k1",
      sessionId: 111,
      startedAt: "2026-01-01T10:00:00Z",
      visitor: { visitorid: "maria-21", name: "Maria" },
      page: { href: "https://shop.test/", title: "Shop" },
      connected: true,
    };
    expect(viewer(frame)).toEqual({
      type: "session",
      session: {
        key: "k1",
        sessionId: "111",
        startedAt: "2026-01-01T10:00:00Z",
        camera: false,
        visitorid: "maria-21",
        name: "Maria",
        page: { href: "https://shop.test/", title: "Shop" },
        connected: true,
        paused: false,
      },
    });
  });

  it("reads a session of which little is known", () => {
    expect(viewer({ type: "session", key: "k1", visitor: null, page: null })).toMatchObject({
      session: { key: "k1", visitorid: "", name: "", page: { href: "", title: "" } },
    });
  });

  it("reads events and refuses those with a wrong shape", () => {
    const good = { type: 4, data: { href: "", width: 1, height: 1 }, timestamp: 1 };
    expect(viewer({ type: "events", seq: 3, events: [good] })).toMatchObject({ type: "events", seq: 3 });
    for (const bad of [
      null,
      1,
      {},
      { type: 9, data: {} },
      { type: "4", data: {} },
      { type: 3, data: null },
    ]) {
      expect(viewer({ type: "events", seq: 3, events: [good, bad] })).toBeNull();
    }
    expect(viewer({ type: "events", seq: "3", events: [] })).toBeNull();
    expect(viewer({ type: "events", seq: 3, events: {} })).toBeNull();
  });

  it("reads a camera's session and its pictures, and refuses what is no base64", () => {
    expect(viewer({ type: "session", key: "k1", calltype: "V" })).toMatchObject({
      session: { camera: true },
    });
    const picture = { type: "picture", at: 7, jpeg: "/9j/2Q==" };
    expect(viewer(picture)).toEqual(picture);
    for (const jpeg of ["", "a b", "<svg>", null, "A".repeat(350_001)])
      expect(viewer({ ...picture, jpeg })).toBeNull();
    expect(viewer({ ...picture, at: "7" })).toBeNull();
  });

  it("reads remote assist and pauses", () => {
    const agent = { partneruserid: "a", name: "Ann" };
    expect(viewer({ type: "paused", paused: true })).toEqual({ type: "paused", paused: true });
    expect(viewer({ type: "paused" })).toBeNull();
    expect(viewer({ type: "assist", state: "other", reason: "none", agent })).toEqual({
      type: "assist",
      state: "other",
      reason: "none",
      within: 0,
      agent,
    });
    expect(viewer({ type: "assist", state: "asked", within: 30 })).toMatchObject({
      reason: "none",
      within: 30,
    });
    expect(viewer({ type: "assist", state: "root" })).toBeNull();
    expect(viewer({ type: "session", key: "k1", paused: true })).toMatchObject({ session: { paused: true } });
  });

  it("reads ends and refusals, with what may be missing", () => {
    expect(viewer({ type: "ended", reason: "visitor", sessionEnd: "x", duration: 12 })).toEqual({
      type: "ended",
      reason: "visitor",
      duration: 12,
    });
    expect(viewer({ type: "ended" })).toEqual({ type: "ended", reason: "", duration: null });
    expect(viewer({ type: "refused", code: "ticket" })).toEqual({
      type: "refused",
      code: "ticket",
      message: "",
      hint: "",
    });
  });
});
