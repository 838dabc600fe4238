import { beforeEach, describe, expect, test, vi } from "vitest";
import {
  events,
  FakeWindow,
  fill,
  model,
  opened,
  posted,
  SESSION,
  show,
  status,
  view,
  windows,
} from "./shown_widget.testing";

describe("a window", () => {
  test("that the browser blocks does not stop the join", async () => {
    vi.mocked(window.open).mockReturnValue(null);
    await show();
    view.press("Join");
    expect(model.last("join").pad).toBeUndefined();
    expect(events()).toEqual(["blocked"]);
    await model.write({ state: "in_session", session: SESSION, status: status("joined") });
    expect(view.words).toContain("Press Open Viewer, or allow pop-ups");
    vi.mocked(window.open).mockImplementation(() => {
      windows.push(new FakeWindow());
      return opened() as unknown as Window;
    });
    view.press("Open Viewer");
    fill("viewer");
    expect(posted).toHaveLength(1);
    expect(view.words).not.toContain("allow pop-ups");
  });

  test("that is still blocked on its own button is reported", async () => {
    vi.mocked(window.open).mockReturnValue(null);
    await show({ state: "in_session", session: SESSION });
    view.press("Open Viewer");
    expect([model.count("viewer"), events()]).toEqual([0, ["blocked"]]);
  });

  test("that the agent closes is reported within a second, and not filled", async () => {
    await show();
    view.press("Join");
    opened().closed = true;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(events()).toEqual(["closed"]);
    fill();
    expect([posted.length, events()]).toEqual([0, ["closed", "closed"]]);
  });

  test("that closes after the post is reported", async () => {
    await show();
    view.press("Join");
    fill();
    opened().closed = true;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(events()).toEqual(["opened", "closed"]);
  });

  test("is left alone when the session is over", async () => {
    await show();
    view.press("Join");
    fill();
    await model.write({ state: "in_session", session: SESSION, status: status("joined") });
    await model.write({
      state: "ended",
      session: null,
      status: status("agent", "", "2026-11-22T10:03:00.000Z"),
    });
    expect(opened().closed).toBe(false);
    opened().closed = true;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(events()).toEqual(["opened"]);
  });

  test("is heard only from the viewer's own window and origin, and only what is known", async () => {
    await show();
    view.press("Join");
    fill();
    const say = (data: unknown, origin = "https://www.glance.net", source: unknown = opened()): void => {
      const event = Object.assign(new MessageEvent("message", { data, origin }), {});
      Object.defineProperty(event, "source", { value: source });
      window.dispatchEvent(event);
    };
    say({ glanceEvent: "agentJoined", data: { ssnkey: "k" } });
    say({ glanceEvent: "sessionEnded", data: { reason: "visitor" } });
    say({ glanceEvent: "joinFailed", data: { reason: "<script>" } });
    say({ glanceEvent: "sessionStarted", data: {} }, "https://evil.test");
    say({ glanceEvent: "sessionStarted", data: {} }, undefined, window);
    for (const nonsense of [null, 7, "x", {}, { glanceEvent: "exploded" }]) say(nonsense);
    expect(events()).toEqual(["opened", "agentJoined", "sessionEnded", "joinFailed"]);
    expect(model.sent.at(-2)).toMatchObject({ event: "sessionEnded", reason: "visitor" });
    expect(model.last("viewer_event")).not.toHaveProperty("reason");
    for (let count = 0; count < 50; count += 1) say({ glanceEvent: "agentJoined", data: {} });
    expect(events().length).toBeLessThan(25);
  });

  test("that nobody will fill is closed when the cell is run again", async () => {
    await show();
    view.press("Join");
    view.unmount();
    expect(opened().closed).toBe(true);
  });
});

describe("a frame", () => {
  beforeEach(() => {
    // Else happy-dom complains about each blank frame.
    const { happyDOM } = window as unknown as { happyDOM: { settings: Record<string, boolean> } };
    happyDOM.settings["enableIframePageLoading"] = true;
  });

  const frame = (): HTMLIFrameElement | null => view.root.querySelector("iframe");

  test("is put under the button, filled, and taken away when the session is over", async () => {
    await show({ openlocation: "iframe" });
    view.press("Join");
    expect([windows.length, frame() === null]).toEqual([0, false]);
    fill();
    expect(posted[0]?.target).toBe(frame()?.name);
    await model.write({ state: "in_session", session: SESSION, status: status("joined") });
    await model.write({
      state: "ended",
      session: null,
      status: status("agent", "", "2026-11-22T10:03:00.000Z"),
    });
    expect(frame()).toBeNull();
  });

  test("of the page is used and given back", async () => {
    document.body.append(Object.assign(document.createElement("iframe"), { id: "box", name: "theirs" }));
    await show({ openlocation: "iframe", iframeid: "box" });
    const box = document.querySelector<HTMLIFrameElement>("#box");
    view.press("Join");
    fill();
    expect([frame(), posted[0]?.target]).toEqual([null, box?.name]);
    await model.write({ state: "in_session", session: SESSION, status: status("joined") });
    await model.write({
      state: "absent",
      session: null,
      status: status("session_over", "", "2026-11-22T10:03:00Z"),
    });
    expect(box?.name).toBe("theirs");
  });

  test("that the page does not have is made, and said", async () => {
    await show({ openlocation: "iframe", iframeid: "box" });
    view.press("Join");
    await model.write({ state: "inviting", status: status("invited") });
    expect(frame()).not.toBeNull();
    expect(view.words).toContain("There is no iframe or box with the id “box”");
  });

  test("in which nobody speaks up is reported, and a tab is offered", async () => {
    await show({ openlocation: "iframe" });
    view.press("Join");
    fill();
    await model.write({
      state: "in_session",
      session: { ...SESSION, viewer: "open" },
      status: status("joined"),
    });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(events()).toEqual(["opened", "blocked"]);
    expect(view.words).toContain("does not answer inside this page");
    view.press("Open Viewer");
    expect([windows.length, frame()]).toEqual([1, null]);
    fill("viewer");
    expect(posted).toHaveLength(2);
  });
});
