import { describe, expect, it, vi } from "vitest";
import { Controller } from "./controller";
import { useFreshPages } from "./fresh_page.testing";
import { FakeSocket, ownButton, personClicks, settingsFor, settle, useFakeFetch } from "./testing";

const STARTED = { callId: 7, sessionId: "12345.k1.9", serverName: "s.test:8", sessionKey: "k1" };

function page(changes = {}) {
  const told: unknown[] = [];
  const presence = {
    fire: (name: string) => void told.push(name),
    terms: (status: string) => void told.push(status),
  };
  return { controller: new Controller(settingsFor(changes), () => presence), told };
}

const root = () => document.getElementById("glance_ui")?.shadowRoot ?? null;
const dialog = () => root()?.querySelector<HTMLDialogElement>("dialog") ?? null;
/** What a person presses, once the question has been there for a moment. */
const click = (name: string) => {
  vi.advanceTimersByTime(300);
  personClicks(ownButton(name));
};
const press = (key: string, shiftKey = false) =>
  dialog()?.dispatchEvent(new KeyboardEvent("keydown", { key, shiftKey, bubbles: true, cancelable: true }));

useFreshPages();

describe("the terms dialog", () => {
  it("is a labelled modal dialog with the ids and names that people rely on", () => {
    const { controller, told } = page({ companyname: "Acme" });
    controller.showTerms({ sessionKey: "k1" });
    expect(dialog()?.id).toBe("glance_terms");
    expect(dialog()?.getAttribute("role")).toBe("dialog");
    expect(dialog()?.getAttribute("aria-modal")).toBe("true");
    expect(root()?.getElementById(dialog()?.getAttribute("aria-labelledby") ?? "")?.textContent).toContain(
      "Acme",
    );
    expect(ownButton("Accept").id).toBe("glance_accept");
    expect(ownButton("Decline").id).toBe("glance_decline");
    const link = root()?.querySelector<HTMLAnchorElement>("#glance_terms_link");
    expect(link?.href).toBe("http://127.0.0.1:9/cobrowse/terms/?groupid=12345");
    expect(link?.target).toBe("_blank");
    expect(told).toEqual(["displayed"]);
  });

  it("does not follow a terms address that is none", () => {
    page({ termsurl: "javascript:alert(1)" }).controller.showTerms({});
    expect(root()?.querySelector<HTMLAnchorElement>("#glance_terms_link")?.href).toMatch(/^http:/);
  });

  it("starts the session on Accept", async () => {
    useFakeFetch(vi, { StartSession2: STARTED });
    const { controller, told } = page();
    controller.showTerms({ sessionKey: "k1" });
    click("Accept");
    await settle(vi);
    expect(dialog()).toBeNull();
    expect(told).toEqual(["displayed", "accepted", "visitorsessionstart"]);
    expect(controller.session.current?.sessionKey).toBe("k1");
  });

  it("takes no answer from a script of the page, nor from a double click that began before it was there", async () => {
    const requests = useFakeFetch(vi, { StartSession2: STARTED });
    const { controller, told } = page();
    controller.showTerms({ sessionKey: "k1" });
    vi.advanceTimersByTime(299);
    personClicks(ownButton("Accept"));
    vi.advanceTimersByTime(1);
    ownButton("Accept").click();
    await settle(vi);
    expect(requests).toEqual([]);
    expect(told).toEqual(["displayed"]);
    personClicks(ownButton("Accept"));
    await settle(vi);
    expect(told).toEqual(["displayed", "accepted", "visitorsessionstart"]);
  });

  it.each(["Decline", "Escape"])("asks for nothing on %s", (how) => {
    const requests = useFakeFetch(vi, {});
    const { controller, told } = page();
    controller.showTerms({});
    if (how === "Decline") click("Decline");
    else press("Escape");
    expect(told).toEqual(["displayed", "declined"]);
    expect(dialog()).toBeNull();
    expect(requests).toEqual([]);
  });

  it("says a failure in words and lets the visitor try again", async () => {
    useFakeFetch(vi, { StartSession2: { status: 13 } });
    const { controller } = page();
    controller.showTerms({});
    click("Accept");
    await settle(vi);
    expect(root()?.querySelector('[role="alert"]')?.textContent).toContain("already running");
    useFakeFetch(vi, { StartSession2: STARTED });
    click("Try Again");
    await settle(vi);
    expect(dialog()).toBeNull();
    expect(controller.session.current).not.toBeNull();
  });

  it("keeps the focus inside, and gives it back", () => {
    const before = document.createElement("button");
    document.body.append(before);
    before.focus();
    page().controller.showTerms({});
    vi.advanceTimersByTime(300);
    expect(document.activeElement).toBe(document.getElementById("glance_ui"));
    const order = [1, 2, 3, 4].map(() => {
      press("Tab");
      return root()?.activeElement?.id;
    });
    expect(order).toEqual(["glance_terms_link", "glance_decline", "glance_accept", "glance_terms_link"]);
    press("Tab", true);
    expect(root()?.activeElement?.id).toBe("glance_accept");
    click("Decline");
    expect(document.activeElement).toBe(before);
    before.remove();
  });

  it("lets the newer of two requests win", async () => {
    useFakeFetch(vi, { StartSession2: STARTED });
    const { controller } = page();
    controller.showTerms({ sessionKey: "old" });
    controller.showTerms({ sessionKey: "k1" });
    expect(root()?.querySelectorAll("dialog")).toHaveLength(1);
    click("Accept");
    await settle(vi);
    expect(controller.session.current?.sessionKey).toBe("k1");
  });

  it("shows a request that comes during the start afterwards", async () => {
    useFakeFetch(vi, { StartSession2: STARTED });
    const { controller } = page();
    controller.showTerms({ sessionKey: "k1" });
    click("Accept");
    controller.showTerms({ sessionKey: "other" });
    await settle(vi);
    expect(dialog()).not.toBeNull();
    expect(controller.session.current?.sessionKey).toBe("k1");
  });

  it("does not ask for what is shared already", async () => {
    useFakeFetch(vi, { StartSession2: STARTED });
    const { controller, told } = page();
    controller.showTerms({ sessionKey: "k1" });
    click("Accept");
    await settle(vi);
    told.length = 0;
    controller.showTerms({ sessionKey: "k1", remote: true });
    expect(dialog()).toBeNull();
    expect(told).toEqual(["accepted", "visitorsessionstart"]);
  });
});

describe("who may start without the dialog", () => {
  it("the page itself", async () => {
    useFakeFetch(vi, { StartSession2: STARTED });
    const { controller } = page();
    controller.startSession("k1");
    await settle(vi);
    FakeSocket.last.open();
    FakeSocket.last.receive({ type: "ready", consent: false });
    expect(FakeSocket.last.sent[1]).toMatchObject({ type: "consent", version: "page" });
  });

  it("but no agent", async () => {
    const requests = useFakeFetch(vi, { StartSession2: STARTED });
    page().controller.startSession({ sessionKey: "k1", remote: true });
    await settle(vi);
    expect(requests).toEqual([]);
    expect(dialog()).not.toBeNull();
  });
});

describe("the bar", () => {
  it("names who watches, and ends the session", async () => {
    useFakeFetch(vi, { StartSession2: STARTED });
    const { controller } = page();
    controller.startSession("k1");
    await settle(vi);
    const bar = () => root()?.querySelector(".bar")?.textContent;
    expect(bar()).toContain("Sharing this page with no one yet");
    FakeSocket.last.open();
    FakeSocket.last.receive({ type: "ready", consent: true });
    FakeSocket.last.drop();
    expect(bar()).toContain("Connection lost");
    click("End Session");
    expect(bar()).toContain("You ended the session.");
    await vi.advanceTimersByTimeAsync(8000);
    expect(bar()).toBeUndefined();
  });

  it("comes back when the page threw its content away", async () => {
    useFakeFetch(vi, { StartSession2: STARTED });
    const { controller } = page();
    controller.startSession("k1");
    await settle(vi);
    document.getElementById("glance_ui")?.remove();
    FakeSocket.last.open();
    FakeSocket.last.receive({ type: "ready", consent: true });
    expect(root()?.querySelector(".bar")).not.toBeNull();
  });
});
