import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type PresenceClass, presenceClass } from "./presence";
import { FakeSocket, settingsFor, settle, useFakeFetch, useFakeSockets } from "./testing";

const SETTINGS = { presenceUrl: "p.test:7", isPresenceLoadBalanced: false };
const DIRECT = { directserver: "d.test", httpsport: 8443 };

function makeClass(roots: object = {}): PresenceClass {
  const found = { GLANCE: undefined, GLANCE_COBROWSE: undefined, ...roots };
  return presenceClass(settingsFor({ user: { tier: "gold" }, name: "Maria" }), () => found);
}

function network(answers: Record<string, unknown> = {}) {
  return useFakeFetch(vi, { GetVisitorSettings3: SETTINGS, "/presence": DIRECT, ...answers });
}

/** A visitor whose socket is open and connected. */
async function connected(roots: object = {}) {
  const visitor = new (makeClass(roots))();
  visitor.presence();
  await settle(vi);
  FakeSocket.last.open();
  return visitor;
}

const kinds = () => FakeSocket.last.sent.map(({ type }) => type);

beforeEach(() => {
  vi.useFakeTimers();
  useFakeSockets(vi);
});

afterEach(() => {
  vi.useRealTimers();
});

describe("finding the server", () => {
  it("asks for the settings, then for the direct server, then dials it", async () => {
    const requests = network();
    new (makeClass())().connect();
    await settle(vi);
    expect(requests.map(({ url }) => url)).toEqual([
      "http://127.0.0.1:9/services/authorizationservice/GetVisitorSettings3?groupid=12345&site=production&service=presence",
      "http://p.test:7/presence?groupid=12345&visitorid=maria-21&&ver=1.0.0",
    ]);
    expect(requests[1]?.init).toMatchObject({ method: "POST", body: "{}" });
    expect(FakeSocket.last.url).toBe("ws://d.test:8443/visitorws");
  });

  it("skips the direct server when presence is load-balanced", async () => {
    const requests = network({ GetVisitorSettings3: { ...SETTINGS, isPresenceLoadBalanced: true } });
    new (makeClass())().connect();
    await settle(vi);
    expect(requests).toHaveLength(1);
    expect(FakeSocket.last.url).toBe("ws://p.test:7/visitorws");
  });

  it("tries at 0, 5, 10, 15 and 75 seconds", async () => {
    const requests = network({ "/presence": 500 });
    new (makeClass())().connect();
    const times: number[] = [];
    const start = Date.now();
    for (let second = 0; second <= 80; second++) {
      const before = requests.filter(({ url }) => url.includes("p.test")).length;
      await vi.advanceTimersByTimeAsync(second === 0 ? 0 : 1000);
      const after = requests.filter(({ url }) => url.includes("p.test")).length;
      if (after > before) times.push(Math.round((Date.now() - start) / 1000));
    }
    expect(times).toEqual([0, 5, 10, 15, 75]);
  });

  it.each([
    [503, "serviceunavailable"],
    ["disabled", "disabled"],
  ])("gives up after %s", async (answer, problem) => {
    const requests = network({ GetVisitorSettings3: answer === 503 ? 503 : { presenceUrl: "" } });
    const visitor = new (makeClass())();
    visitor.onerror = vi.fn();
    visitor.connect();
    await vi.advanceTimersByTimeAsync(300_000);
    expect(requests).toHaveLength(1);
    expect(visitor.onerror).toHaveBeenCalledWith(expect.objectContaining({ error: problem }));
  });
});

describe("the socket", () => {
  beforeEach(() => void network());

  it("connects, announces itself and flushes what waited", async () => {
    const visitor = new (makeClass())();
    visitor.presence({ data: { basket: 3, nested: {} } });
    visitor.terms("displayed");
    await settle(vi);
    FakeSocket.last.open();
    const [connect, presence, terms] = FakeSocket.last.sent;
    expect(connect).toEqual({ type: "connect", groupid: "12345", visitorid: "maria-21", version: "1.0.0" });
    expect(presence).toMatchObject({ type: "presence", data: { tier: "gold", basket: 3, name: "Maria" } });
    expect(presence).toHaveProperty("data.browserver", expect.any(Number));
    expect(presence).not.toHaveProperty("data.nested");
    expect(terms).toEqual({ type: "terms", data: { status: "displayed" } });
  });

  it("sends a frame without data without the key", async () => {
    const visitor = await connected();
    visitor.fire("visitorsessionstart");
    expect(FakeSocket.last.sent.at(-1)).toEqual({ type: "visitorsessionstart" });
  });

  it("keeps alive as often as the service says, and not at all when it says nothing", async () => {
    await connected();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(kinds()).not.toContain("k");
    FakeSocket.last.receive({ type: "connected", keepalive: 20 });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(kinds().filter((kind) => kind === "k")).toHaveLength(3);
  });

  it("is back 5 s after a close, however often", async () => {
    await connected();
    for (let round = 2; round <= 5; round++) {
      FakeSocket.last.drop();
      await vi.advanceTimersByTimeAsync(4900);
      expect(FakeSocket.all).toHaveLength(round - 1);
      await vi.advanceTimersByTimeAsync(200);
      expect(FakeSocket.all).toHaveLength(round);
      FakeSocket.last.open();
    }
    expect(kinds().slice(0, 2)).toEqual(["connect", "presence"]);
  });

  it("follows redirect, scaledown and serverclose", async () => {
    const visitor = await connected();
    visitor.onclose = vi.fn();
    FakeSocket.last.receive({ type: "redirect", data: { direct: "d.test:8443" } });
    expect(FakeSocket.last.readyState).toBe(1);
    FakeSocket.last.receive({ type: "redirect", data: { direct: "e.test:1" } });
    expect(FakeSocket.last.readyState).toBe(3);
    await vi.advanceTimersByTimeAsync(5000);
    expect(FakeSocket.all).toHaveLength(2);
    FakeSocket.last.open();
    FakeSocket.last.receive({ type: "scaledown" });
    await settle(vi);
    expect(FakeSocket.all).toHaveLength(3);
    FakeSocket.last.open();
    FakeSocket.last.receive({ type: "serverclose" });
    await vi.advanceTimersByTimeAsync(300_000);
    expect(FakeSocket.all).toHaveLength(3);
    expect(visitor.onclose).toHaveBeenCalledOnce();
  });

  it("connects at once under another id", async () => {
    const visitor = await connected();
    visitor.setVisitorId("john-7");
    await settle(vi);
    FakeSocket.last.open();
    expect(FakeSocket.all).toHaveLength(2);
    expect(FakeSocket.last.sent[0]).toMatchObject({ type: "connect", visitorid: "john-7" });
  });

  it("stays away after disconnect", async () => {
    const visitor = await connected();
    visitor.disconnect();
    await vi.advanceTimersByTimeAsync(300_000);
    expect(FakeSocket.all).toHaveLength(1);
  });
});

describe("what the page and its agent do", () => {
  beforeEach(() => void network());

  it("announces itself again when the window gets the focus", async () => {
    await connected();
    window.dispatchEvent(new Event("focus"));
    expect(kinds()).toEqual(["connect", "presence", "presence"]);
  });

  it("tells that it is hidden, and stays", async () => {
    await connected();
    vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
    document.dispatchEvent(new Event("visibilitychange"));
    expect(FakeSocket.last.sent.at(-1)).toEqual({ type: "visibility", data: { visibility: "hidden" } });
    expect(FakeSocket.last.readyState).toBe(1);
  });

  it("hands signals on, and invokes what may be invoked", async () => {
    const highlight = vi.fn();
    const visitor = await connected({ GLANCE_COBROWSE: { Custom: { highlight } } });
    visitor.onsignal = vi.fn();
    FakeSocket.last.receive({ mtype: "signal", data: { a: 1 } });
    FakeSocket.last.receive({
      type: "invoke",
      data: { func: "GLANCE_COBROWSE.Custom.highlight", args: { b: 2 } },
    });
    FakeSocket.last.receive({ type: "invoke", data: { func: "document.write", args: {} } });
    FakeSocket.last.receive("nonsense");
    expect(visitor.onsignal).toHaveBeenCalledWith({ a: 1 });
    expect(highlight).toHaveBeenCalledExactlyOnceWith({ b: 2, remote: true });
  });

  it("is known as the class's instance", () => {
    const Visitor = makeClass();
    const visitor = new Visitor();
    expect(Visitor.instance).toBe(visitor);
    expect(makeClass().instance).toBeNull();
  });
});
