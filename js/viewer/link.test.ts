import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeSocket, useFakeSockets } from "../visitor/testing";
import { ViewerLink } from "./link";

function link() {
  const handlers = { onframe: vi.fn(), onlost: vi.fn(), onattempt: vi.fn() };
  return { link: new ViewerLink("ws://s.test/live/agent", "t-1", handlers), handlers };
}

beforeEach(() => {
  vi.useFakeTimers();
  useFakeSockets(vi);
});
afterEach(() => void vi.useRealTimers());

describe("ViewerLink", () => {
  it("shows its ticket first", () => {
    link();
    FakeSocket.last.open();
    expect(FakeSocket.last.sent).toEqual([{ type: "hello", ticket: "t-1" }]);
  });

  it("comes back after 1, 2, 4, 8, 10 and 10 seconds, and says so", () => {
    const { handlers } = link();
    for (const seconds of [1, 2, 4, 8, 10, 10]) {
      FakeSocket.last.drop();
      expect(handlers.onlost).toHaveBeenLastCalledWith(seconds, expect.any(Number));
      const known = FakeSocket.all.length;
      vi.advanceTimersByTime(seconds * 1000 - 1);
      expect(FakeSocket.all).toHaveLength(known);
      vi.advanceTimersByTime(1);
      expect(FakeSocket.all).toHaveLength(known + 1);
    }
  });

  it("counts anew after the service has spoken", () => {
    const { handlers } = link();
    FakeSocket.last.drop();
    vi.advanceTimersByTime(1000);
    FakeSocket.last.open();
    FakeSocket.last.receive({ type: "waiting" });
    FakeSocket.last.drop();
    expect(handlers.onlost).toHaveBeenLastCalledWith(1, 1);
  });

  it("does not wait for ever for a connection that hangs", () => {
    const { handlers } = link();
    vi.advanceTimersByTime(10_000);
    expect(handlers.onlost).toHaveBeenCalledOnce();
  });

  it.each(["ended", "refused"])("stays away after %s", (type) => {
    const { handlers } = link();
    FakeSocket.last.open();
    FakeSocket.last.receive({ type, reason: "agent" });
    FakeSocket.last.drop();
    vi.advanceTimersByTime(60_000);
    expect(FakeSocket.all).toHaveLength(1);
    expect(handlers.onlost).not.toHaveBeenCalled();
  });

  it("brings the end as soon as the service can be reached again", () => {
    const { link: viewer } = link();
    viewer.end();
    FakeSocket.last.open();
    FakeSocket.last.receive({ type: "waiting" });
    expect(FakeSocket.last.sent.at(-1)).toEqual({ type: "end" });
  });

  it("takes the end of waiting for an end", () => {
    const { link: viewer, handlers } = link();
    FakeSocket.last.open();
    FakeSocket.last.receive({ type: "waiting" });
    viewer.end();
    FakeSocket.last.drop(1000);
    expect(handlers.onframe).toHaveBeenLastCalledWith({ type: "ended", reason: "agent", duration: null });
    vi.advanceTimersByTime(60_000);
    expect(FakeSocket.all).toHaveLength(1);
  });

  it("leaves unknown frames out", () => {
    const { handlers } = link();
    FakeSocket.last.open();
    FakeSocket.last.receive({ type: "eval" });
    FakeSocket.last.receive("nonsense");
    expect(handlers.onframe).not.toHaveBeenCalled();
  });
});
