// @vitest-environment-options {"settings": {"disableIframePageLoading": true, "handleDisabledFileLoadingAsSuccess": true}}
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { SAML_TIMES } from "./saml";
import { FakeModel, type Mounted, mount } from "./testing";

const PAGE = "https://idp.test/account/getloginkey.aspx?sso=1";
const IDENTITY = "partnerid=1&partneruserid=ann~$1$2$canary";
const STATUS = {
  since: "2026-11-22T10:00:00.000Z",
  reason: "press_sign_in",
  message: "You are not signed in yet.",
  hint: "Press Sign In.",
};

let model: FakeModel;
let widget: Mounted;
let opened: ReturnType<typeof newWindow>;

function newWindow() {
  const made = {
    closed: false,
    focus: vi.fn(),
    close: () => {
      made.closed = true;
    },
  };
  return made;
}

beforeEach(() => {
  vi.useFakeTimers();
  model = new FakeModel({ state: "connecting", status: STATUS, visitor: null });
  widget = mount(model);
  opened = newWindow();
  vi.spyOn(window, "open").mockImplementation(() => opened as unknown as Window);
});

afterEach(() => {
  widget.unmount();
  vi.useRealTimers();
});

function ask(way: string, req = "ask-1"): void {
  model.reply({ client: model.last("hello").client, req }, { type: "saml", way, url: PAGE });
}

function events(): unknown[] {
  return model.sent.flatMap((each) =>
    each.type === "saml_event" ? [[each.ask, each.event, each.identity]] : [],
  );
}

function say(data: unknown, source: unknown = opened, origin = "https://idp.test"): void {
  const event = new MessageEvent("message", { data, origin });
  Object.defineProperty(event, "source", { value: source });
  window.dispatchEvent(event);
}

const SUCCESS = { glanceEvent: "authenticateSucceeded", data: { loginKey: IDENTITY } };

function frames(): HTMLIFrameElement[] {
  return [...widget.root.querySelectorAll("iframe")];
}

test("a frame that nobody sees stands inside the widget, and is given up after 15 seconds", () => {
  ask("frame");
  expect(frames().map(({ src, style }) => [src, style.display])).toEqual([[PAGE, "none"]]);
  expect(frames()[0]?.getAttribute("referrerpolicy")).toBe("origin");
  expect(widget.buttons).not.toContain("Sign In");
  vi.advanceTimersByTime(SAML_TIMES.frame - 1);
  expect(events()).toEqual([["ask-1", "started", undefined]]);
  vi.advanceTimersByTime(1);
  expect(events().at(-1)).toEqual(["ask-1", "timedout", undefined]);
  expect(frames()).toEqual([]);
});

test("a frame goes with the request, and with the widget", () => {
  ask("frame");
  model.reply({ client: model.last("hello").client, req: "ask-1" }, { type: "saml_over" });
  expect(frames()).toEqual([]);
  ask("frame", "ask-2");
  model.reply({ client: model.last("hello").client, req: "ask-1" }, { type: "saml_over" });
  expect(frames()).toHaveLength(1);
  widget.unmount();
  expect(document.querySelectorAll("iframe")).toHaveLength(0);
  vi.advanceTimersByTime(SAML_TIMES.frame);
  expect(events()).toHaveLength(2);
});

test("without a view, the frame stands in the page", () => {
  widget.sight.abort();
  ask("frame");
  expect(document.body.querySelectorAll(":scope > iframe")).toHaveLength(1);
});

test("a window opens in the click, and brings the key", () => {
  ask("popup");
  expect(window.open).not.toHaveBeenCalled();
  widget.press("Sign In");
  expect(window.open).toHaveBeenCalledWith(PAGE, "glance-sign-in-ask-1", expect.stringContaining("popup"));
  expect(widget.words).toContain("Sign in in the window that has opened.");
  say(SUCCESS);
  expect(events()).toEqual([
    ["ask-1", "started", undefined],
    ["ask-1", "done", IDENTITY],
  ]);
  expect(opened.closed).toBe(true);
  expect(widget.buttons).not.toContain("Sign In");
});

test("messages from elsewhere are not heard", () => {
  ask("popup");
  say(SUCCESS);
  widget.press("Sign In");
  say(SUCCESS, opened, "https://evil.test");
  say(SUCCESS, opened, "https://idp.test.evil.test");
  say(SUCCESS, window);
  say(SUCCESS, null);
  say({ glanceEvent: "agentJoined", data: {} });
  expect(events()).toHaveLength(1);
});

test("an answer that cannot be read, and a refusal, are told", () => {
  ask("popup");
  widget.press("Sign In");
  say({ glanceEvent: "authenticateSucceeded", data: { loginKey: 7 } });
  opened = newWindow();
  ask("popup", "ask-2");
  widget.press("Sign In");
  say({ glanceEvent: "authenticateFailed", data: {} });
  expect(events().filter((_event, index) => index % 2)).toEqual([
    ["ask-1", "malformed", undefined],
    ["ask-2", "refused", undefined],
  ]);
});

test("a window that is closed too early can be opened again", () => {
  ask("popup");
  widget.press("Sign In");
  opened.closed = true;
  vi.advanceTimersByTime(SAML_TIMES.look);
  expect(widget.words).toContain("The sign-in window was closed before you were signed in.");
  opened = newWindow();
  widget.press("Sign In");
  expect(window.open).toHaveBeenCalledTimes(2);
  say(SUCCESS);
  expect(events().at(-1)).toEqual(["ask-1", "done", IDENTITY]);
});

test("a second press brings the window forward", () => {
  ask("popup");
  widget.press("Sign In");
  widget.press("Sign In");
  expect(window.open).toHaveBeenCalledTimes(1);
  expect(opened.focus).toHaveBeenCalled();
});

test("a window that the browser blocks is told of", () => {
  vi.mocked(window.open).mockReturnValue(null);
  ask("popup");
  widget.press("Sign In");
  expect(widget.words).toContain("The browser blocked the sign-in window.");
  expect(widget.buttons).not.toContain("Sign In");
});

function link(): HTMLAnchorElement | undefined {
  return [...widget.root.querySelectorAll("a")].find(({ hidden }) => !hidden);
}

test("a link leads to the page whose window was blocked, and its window brings the key", () => {
  vi.mocked(window.open).mockReturnValue(null);
  ask("popup");
  expect(link()).toBeUndefined();
  widget.press("Sign In");
  expect([link()?.textContent, link()?.href, link()?.target, link()?.rel]).toEqual([
    "Sign In",
    PAGE,
    "_blank",
    "opener",
  ]);
  link()?.click();
  expect(link()?.href).toBe(PAGE);
  vi.advanceTimersByTime(0);
  expect(link()).toBeUndefined();
  expect(widget.words).toContain("Sign in in the window that has opened.");
  const followed = { ...newWindow(), opener: window as Window | null, top: null as unknown };
  followed.top = followed;
  say(SUCCESS, { ...followed, opener: null });
  say(SUCCESS, { ...followed, top: window });
  say(SUCCESS, followed, "https://evil.test");
  expect(events()).toHaveLength(1);
  const closed = vi.spyOn(followed, "close");
  say(SUCCESS, followed);
  expect(events().at(-1)).toEqual(["ask-1", "done", IDENTITY]);
  expect(closed).toHaveBeenCalled();
});

test("where the link did not help either, the window can be tried again", () => {
  vi.mocked(window.open).mockReturnValueOnce(null);
  ask("popup");
  widget.press("Sign In");
  link()?.click();
  vi.advanceTimersByTime(0);
  widget.press("Sign In");
  say(SUCCESS);
  expect(events().at(-1)).toEqual(["ask-1", "done", IDENTITY]);
});

test("when the kernel is gone, so is its request", () => {
  ask("popup");
  model.failure = new Error("gone");
  model.emit("comm_live_update");
  expect(widget.buttons).not.toContain("Sign In");
});
