import { describe, expect, it, vi } from "vitest";
import { cobrowseVisitorUI } from "./api";
import { Controller } from "./controller";
import { useFreshPages } from "./fresh_page.testing";
import { FakeSocket, ownButton, personClicks, settingsFor, settle, useFakeFetch } from "./testing";

// There is no page to record here.
vi.mock("./recorder", () => ({
  Recorder: class {
    running = false;
    start = () => undefined;
    stop = () => undefined;
  },
}));

const STARTED = { callId: 7, sessionId: "12345.k1.9", serverName: "s.test:8", sessionKey: "k1" };

const root = () => document.getElementById("glance_ui")?.shadowRoot ?? null;
const accept = () => {
  vi.advanceTimersByTime(300);
  personClicks(ownButton("Accept"));
};

function page() {
  useFakeFetch(vi, { StartSession2: STARTED });
  const controller = new Controller(settingsFor(), () => null);
  return { session: controller.session, ui: cobrowseVisitorUI(controller) };
}

useFreshPages();

describe("an invitation that is taken back", () => {
  it("is no longer asked about", () => {
    const { ui } = page();
    ui.showTerms({ sessionKey: "k1" });
    ui.withdrawTerms({ sessionKey: "another" });
    expect(root()?.querySelector("dialog")).not.toBeNull();
    ui.withdrawTerms({ sessionKey: "k1" });
    expect(root()?.querySelector("dialog")).toBeNull();
  });

  it("ends the session that was being started", async () => {
    const { session, ui } = page();
    ui.showTerms({ sessionKey: "k1" });
    accept();
    ui.withdrawTerms({ sessionKey: "k1" });
    await settle(vi);
    expect(session.current).toBeNull();
    expect(root()?.querySelector("dialog")).toBeNull();
  });

  it("ends the session that nobody has joined, and no other", async () => {
    const { session, ui } = page();
    ui.showTerms({ sessionKey: "k1" });
    accept();
    await settle(vi);
    ui.withdrawTerms({ sessionKey: "another" });
    ui.withdrawTerms({});
    expect(session.current?.sessionKey).toBe("k1");
    ui.withdrawTerms({ sessionKey: "k1" });
    expect(session.current).toBeNull();
  });

  it("leaves alone a session that an agent watches", async () => {
    const { session, ui } = page();
    ui.showTerms({ sessionKey: "k1" });
    accept();
    await settle(vi);
    FakeSocket.last.open();
    FakeSocket.last.receive({ type: "ready", consent: false });
    FakeSocket.last.receive({ type: "agents", count: 1, agentlist: [] });
    ui.withdrawTerms({ sessionKey: "k1" });
    expect(session.current?.sessionKey).toBe("k1");
    session.stop();
  });
});
