import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Emitter } from "./emitter";
import { masking, readDescriptor, readServiceMarks } from "./masking";
import type { Settings } from "./settings";
import { settingsFor } from "./testing";

const AGENTS = [{ partneruserid: "a", name: "A" }];

function ask(answer: unknown, own: Partial<Settings> = {}) {
  const fetched = vi.fn(() =>
    Promise.resolve(new Response(JSON.stringify(answer), { status: answer ? 200 : 500 })),
  );
  vi.stubGlobal("fetch", fetched);
  const events = new Emitter();
  const errors = vi.fn();
  events.on("error", errors);
  return { fetched, errors, found: masking(settingsFor(own), AGENTS, events) };
}

beforeEach(() => {
  vi.spyOn(console, "error").mockReturnValue();
  vi.spyOn(console, "warn").mockReturnValue();
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  window.GLANCE_COBROWSE = undefined;
});

describe("the service's settings", () => {
  it("are asked for once for a page, and say what is masked", async () => {
    const { found, fetched } = ask({
      maskingSelectors: [".a"],
      unmasked: [],
      maskedURLs: { "/pay*done": true },
      privacy: "open",
    });
    const policy = (await found).at("http://shop.test/");
    expect([policy.mode, policy.page]).toEqual(["standard", false]);
    expect((await found).at("http://shop.test/pay/it/done?x").page).toBe(true);
    expect(fetched).toHaveBeenCalledTimes(1);
  });

  it.each([
    [null, undefined, "standard"],
    [null, "open", "open"],
    ["open", undefined, "open"],
    ["open", "private", "private"],
    ["standard", "open", "standard"],
  ] as const)("make the mode stricter: page %s, service %s", async (page, service, mode) => {
    const { found } = ask({ privacy: service }, { privacy: page });
    expect((await found).at("http://shop.test/").mode).toBe(mode);
  });

  it("mask the whole page when they do not come, after a second try", async () => {
    const { found, fetched, errors } = ask(null);
    expect((await found).at("http://shop.test/")).toMatchObject({ mode: "private", page: true });
    expect(fetched).toHaveBeenCalledTimes(2);
    expect(errors).toHaveBeenCalledWith(expect.objectContaining({ code: "maskingerror" }));
  });

  it.each([{ maskingSelectors: [1] }, { unmasked: "p" }])("are refused when they are %j", (answer) => {
    expect(() => readServiceMarks(answer)).toThrow(/no list/);
  });
});

describe("the page's own code", () => {
  it("is told who watches, and may mask the page", async () => {
    const getMaskingDescriptor = vi.fn(() => Promise.resolve({ maskpage: true }));
    window.GLANCE_COBROWSE = { getMaskingDescriptor };
    expect((await ask({}).found).at("http://shop.test/").page).toBe(true);
    expect(getMaskingDescriptor).toHaveBeenCalledWith({ agents: AGENTS });
  });

  it.each([
    () => Promise.reject(new Error("no")),
    () => {
      throw new Error("no");
    },
    () => Promise.resolve(null),
    () => Promise.resolve({ maskedelements: "p" }),
    () => Promise.resolve({ maskpage: 1 }),
  ])("masks the whole page when it fails: %s", async (getMaskingDescriptor) => {
    window.GLANCE_COBROWSE = { getMaskingDescriptor };
    const { found, errors } = ask({});
    expect((await found).at("http://shop.test/")).toMatchObject({ mode: "private", page: true });
    expect(errors).toHaveBeenCalled();
  });

  it("masks the whole page when it does not answer", async () => {
    vi.useFakeTimers();
    window.GLANCE_COBROWSE = { getMaskingDescriptor: () => new Promise(() => undefined) };
    const { found } = ask({});
    await vi.advanceTimersByTimeAsync(5000);
    expect((await found).at("http://shop.test/").page).toBe(true);
    vi.useRealTimers();
  });

  it("gives selectors and elements", () => {
    expect(readDescriptor({ maskedelements: [".a", document.body] })).toEqual({
      masked: [".a", document.body],
      unmasked: [],
      page: false,
    });
  });
});
