import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { isToKernel, type ToBrowser } from "../protocol/messages";
import { Bridge, type Link, TIMES } from "./bridge";
import { FakeModel, strayMessage } from "./testing";

const model = (): FakeModel => new FakeModel();

function begin(fake: FakeModel): { bridge: Bridge; links: Link[]; heard: ToBrowser[]; traces: string[] } {
  const links: Link[] = [];
  const heard: ToBrowser[] = [];
  const traces: string[] = [];
  const bridge = new Bridge(fake, {
    link: (link) => links.push(link),
    message: (message) => heard.push(message),
    trace: (...words) => traces.push(words.join(" ")),
  });
  bridge.start();
  return { bridge, links, heard, traces };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("what is sent", () => {
  test("is numbered, named and signed", () => {
    const fake = model();
    const { bridge } = begin(fake);
    bridge.send({ type: "cancel" });
    bridge.send({ type: "end" }, "mine");
    expect(fake.sent.map(({ seq, type }) => [seq, type])).toEqual([
      [1, "hello"],
      [2, "cancel"],
      [3, "end"],
    ]);
    expect(new Set(fake.sent.map(({ req }) => req)).size).toBe(3);
    expect(new Set(fake.sent.map(({ client }) => client))).toEqual(new Set([bridge.client]));
    expect(fake.last("end").req).toBe("mine");
    expect(fake.sent.every(isToKernel)).toBe(true);
  });

  test("comes from another client in another tab", () => {
    expect(begin(model()).bridge.client).not.toBe(begin(model()).bridge.client);
  });
});

describe("hello", () => {
  test("goes out at once and makes the kernel live", async () => {
    const fake = model();
    const { bridge, links } = begin(fake);
    expect(fake.count("hello")).toBe(1);
    await vi.advanceTimersByTimeAsync(0);
    expect([bridge.link, links]).toEqual(["live", ["live"]]);
  });

  test("is repeated as a heartbeat, one at a time", async () => {
    const fake = model();
    begin(fake);
    await vi.advanceTimersByTimeAsync(3 * TIMES.beat);
    expect(fake.count("hello")).toBe(4);
    fake.answers = false;
    await vi.advanceTimersByTimeAsync(3 * TIMES.beat);
    expect(fake.count("hello")).toBe(5);
  });

  test("is repeated ever more rarely while the kernel is busy", async () => {
    const fake = model();
    fake.answers = false;
    begin(fake);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(fake.count("hello")).toBeLessThan(8);
    expect(fake.count("hello")).toBeGreaterThan(3);
  });

  test("without an answer means a busy kernel where there is one", async () => {
    const fake = model();
    fake.answers = false;
    const { bridge } = begin(fake);
    await vi.advanceTimersByTimeAsync(TIMES.welcome - 1);
    expect(bridge.link).toBe("waiting");
    await vi.advanceTimersByTimeAsync(1);
    expect(bridge.link).toBe("quiet");
    fake.reply(fake.last("hello"), { type: "welcome" });
    expect(bridge.link).toBe("live");
  });

  test("from a model without a comm means a saved document at once, until somebody answers", () => {
    const createComm = vi.fn();
    const fake = Object.assign(new FakeModel({ layout: { comm_live: false }, _inlet: "saved" }), {
      answers: false,
      widget_manager: { kernel: { supportsSubshells: true, createComm } },
    });
    const { bridge, links } = begin(fake);
    expect([bridge.link, links]).toEqual(["static", ["static"]]);
    expect(createComm).not.toHaveBeenCalled();
    fake.reply(fake.last("hello"), { type: "welcome" });
    expect(bridge.link).toBe("live");
  });

  test.each([
    ["no layout", undefined],
    ["a layout by name", "IPY_MODEL_7f"],
    ["a layout that says nothing", {}],
  ])("without an answer and with %s means a saved document after a while", async (_name, layout) => {
    const fake = Object.assign(new FakeModel({ layout }), { answers: false });
    const { bridge } = begin(fake);
    await vi.advanceTimersByTimeAsync(TIMES.welcome - 1);
    expect(bridge.link).toBe("waiting");
    await vi.advanceTimersByTimeAsync(1);
    expect(bridge.link).toBe("static");
    fake.reply(fake.last("hello"), { type: "welcome" });
    expect(bridge.link).toBe("live");
  });

  test("unanswered for long means quiet", async () => {
    const fake = model();
    const { bridge } = begin(fake);
    await vi.advanceTimersByTimeAsync(0);
    fake.answers = false;
    await vi.advanceTimersByTimeAsync(TIMES.beat + TIMES.quiet);
    expect(bridge.link).toBe("quiet");
  });
});

describe("a lost kernel", () => {
  test("is noticed when sending fails, and when it is back", async () => {
    const fake = model();
    const { bridge } = begin(fake);
    await vi.advanceTimersByTimeAsync(0);
    fake.failure = new Error("Cannot send");
    expect(bridge.send({ type: "cancel" })).toBe(false);
    expect(bridge.link).toBe("gone");
    fake.failure = null;
    await vi.advanceTimersByTimeAsync(TIMES.beat);
    expect(bridge.link).toBe("live");
  });

  test("is noticed by the heartbeat", async () => {
    const fake = model();
    const { bridge } = begin(fake);
    await vi.advanceTimersByTimeAsync(0);
    fake.failure = new Error("Cannot send");
    await vi.advanceTimersByTimeAsync(TIMES.beat);
    expect(bridge.link).toBe("gone");
  });

  test("is noticed at once where the host says so", async () => {
    const fake = model();
    const { bridge } = begin(fake);
    await vi.advanceTimersByTimeAsync(0);
    fake.failure = new Error("Cannot send");
    fake.emit("comm_live_update");
    expect(bridge.link).toBe("gone");
  });

  test("is noticed when a promise to send is broken", async () => {
    const fake = model();
    const { bridge } = begin(fake);
    await vi.advanceTimersByTimeAsync(0);
    Object.assign(fake, { send: () => Promise.reject(new Error("closed")) });
    expect(bridge.send({ type: "cancel" })).toBe(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(bridge.link).toBe("gone");
  });

  test.each([
    ["throws", { send: () => Promise.reject(new Error("no")) }],
    ["is missing", { send: undefined }],
  ])("that never was: send %s", async (_name, part) => {
    const { bridge } = begin(Object.assign(model(), part));
    await vi.advanceTimersByTimeAsync(0);
    expect(bridge.link).toBe("static");
  });
});

describe("what comes", () => {
  test("twice is heard once, whatever its order", async () => {
    const fake = model();
    const { bridge, heard } = begin(fake);
    await vi.advanceTimersByTimeAsync(0);
    const asked = { client: bridge.client, req: "one" };
    const refused = { type: "refused", code: "no", message: "No.", hint: "" };
    fake.reply(asked, refused);
    fake.reply(asked, { type: "taken" });
    fake.reply(asked, refused);
    fake.reply(asked, { type: "taken" });
    expect(heard.map(({ type }) => type)).toEqual(["refused", "taken"]);
  });

  test("for somebody else, or without sense, is not heard", () => {
    const fake = model();
    const { bridge, heard, links } = begin(Object.assign(fake, { answers: false }));
    fake.emit("msg:custom", strayMessage({ type: "taken" }));
    for (const nonsense of [null, 7, "taken", [], {}, { type: "taken" }]) fake.emit("msg:custom", nonsense);
    fake.emit("msg:custom", { v: 2, seq: 1, req: "one", to: bridge.client, type: "taken" });
    expect([heard, links]).toEqual([[], []]);
  });

  test("after the end is not heard", () => {
    const fake = model();
    const { bridge, heard } = begin(Object.assign(fake, { answers: false }));
    bridge.dispose();
    fake.reply({ client: bridge.client, req: "one" }, { type: "taken" });
    expect(heard).toEqual([]);
    expect(fake.listening).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});

test("a trace never holds a pad, a form or a key", () => {
  const fake = model();
  const { bridge, traces } = begin(fake);
  const pad = btoa("\0".repeat(4096));
  bridge.send({ type: "join", key: "geheim", pad }, "one");
  fake.reply({ client: bridge.client, req: "one" }, { type: "viewer", sealed: "c2VjcmV0" });
  expect(traces).toContain("receive viewer one");
  for (const secret of ["geheim", pad, "c2VjcmV0"]) expect(traces.join()).not.toContain(secret);
});
