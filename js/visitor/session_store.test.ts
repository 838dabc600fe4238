import { beforeEach, describe, expect, it, vi } from "vitest";
import { forgetSession, holdSession, type StoredSession, storedSession, storeSession } from "./session_store";

const SESSION: StoredSession = {
  ssnid: "12345.k1.9",
  tok: "t".repeat(49),
  server: "s.test:8",
  sessionKey: "k1",
  callId: "7",
  groupid: 12345,
  random: false,
  tellKey: false,
  terms: "1",
  since: 1000,
};

beforeEach(() => sessionStorage.clear());

describe("the stored session", () => {
  it("is found by the next page, and forgotten at the end", () => {
    storeSession(SESSION);
    expect(storedSession(2000)).toEqual(SESSION);
    forgetSession();
    expect(storedSession(2000)).toBeNull();
  });

  it("is given up after eight hours", () => {
    storeSession(SESSION);
    expect(storedSession(1000 + 8 * 3600 * 1000 - 1)).not.toBeNull();
    expect(storedSession(1000 + 8 * 3600 * 1000)).toBeNull();
  });

  it("stays in the tab", () => {
    storeSession(SESSION);
    expect(localStorage.length).toBe(0);
    expect(document.cookie).toBe("");
  });

  it.each([
    "{",
    "null",
    "[]",
    "{}",
    JSON.stringify({ ...SESSION, tok: "" }),
    JSON.stringify({ ...SESSION, since: "x" }),
  ])("ignores %s", (text) => {
    sessionStorage.setItem("glance_ssn_info", text);
    expect(storedSession(2000)).toBeNull();
  });

  it("does without storage where the browser forbids it", () => {
    vi.stubGlobal("sessionStorage", {
      setItem: () => {
        throw new Error("forbidden");
      },
      getItem: () => {
        throw new Error("forbidden");
      },
    });
    expect(() => storeSession(SESSION)).not.toThrow();
    expect(storedSession()).toBeNull();
  });
});

describe("holdSession", () => {
  it("waits for the page before, and gives up in a copy of the tab", async () => {
    vi.useFakeTimers();
    const request = vi.fn((_name: string, { signal }: { signal: AbortSignal }) => {
      return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    });
    const abort = new AbortController();
    vi.spyOn(AbortSignal, "timeout").mockReturnValue(abort.signal);
    vi.stubGlobal("navigator", { locks: { request } });
    const held = holdSession("s1");
    abort.abort();
    await expect(held).resolves.toBe(false);
    expect(request.mock.calls[0]?.[0]).toBe("glance-session-s1");
    vi.useRealTimers();
  });

  it("goes on where the browser has no locks", async () => {
    vi.stubGlobal("navigator", {});
    await expect(holdSession("s1")).resolves.toBe(true);
  });
});
