import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FakeModel, type Mounted, mount, seal } from "./testing";

const SESSION = { viewer: "blocked", startedAt: "2026-11-22T10:02:40.000Z" };
const ADDRESS = "https://glance.test/agentjoin/AgentView.aspx?TICKET=one";

let model: FakeModel;
let view: Mounted;

async function show(traits: Readonly<Record<string, unknown>> = {}): Promise<void> {
  model = new FakeModel({ state: "in_session", session: SESSION, ...traits });
  view = mount(model);
  await vi.advanceTimersByTimeAsync(0);
}

function answer(action = ADDRESS): void {
  const asked = model.last("link");
  model.reply(asked, { type: "viewer", sealed: seal({ action, fields: {} }, asked.pad) });
}

function link(): HTMLAnchorElement {
  const found = view.root.querySelector<HTMLAnchorElement>("a:not([rel=opener])");
  if (!found) throw new Error("there is no link");
  return found;
}

/** Clicks the link; whether the browser would follow it. */
function click(options: MouseEventInit = {}): boolean {
  let followed = false;
  const browser = (event: Event): void => {
    followed = !event.defaultPrevented;
    event.preventDefault();
  };
  document.addEventListener("click", browser, { once: true });
  const press = { bubbles: true, cancelable: true, composed: true, ...options };
  link().dispatchEvent(new MouseEvent("click", press));
  return followed;
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(window, "open").mockReturnValue(null);
});

afterEach(() => {
  view.unmount();
  document.body.replaceChildren();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe("a link to the viewer", () => {
  test("takes the button's place once it has an address", async () => {
    await show();
    expect(view.buttons).toContain("Open Viewer");
    answer();
    expect(view.buttons).not.toContain("Open Viewer");
    expect([link().textContent, link().href, link().hidden]).toEqual(["Open Viewer", ADDRESS, false]);
    expect([link().target, link().rel]).toEqual(["_blank", "noopener noreferrer"]);
  });

  test("is followed where the browser opens no window", async () => {
    await show();
    answer();
    expect(click()).toBe(true);
  });

  test("opens the viewer like the button where the browser lets it", async () => {
    await show();
    answer();
    vi.mocked(window.open).mockReturnValue({ closed: false, document, close: vi.fn() } as unknown as Window);
    expect(click()).toBe(false);
    expect(model.count("viewer")).toBe(1);
  });

  test("is followed when the agent asks for a tab of their own", async () => {
    await show();
    answer();
    expect([click({ ctrlKey: true }), vi.mocked(window.open).mock.calls.length]).toEqual([true, 0]);
  });

  test("has another address after it was followed, and before the one it has is too old", async () => {
    await show();
    answer();
    click();
    await vi.advanceTimersByTimeAsync(0);
    expect([link().hidden, link().hasAttribute("href"), model.count("link")]).toEqual([true, false, 2]);
    answer();
    expect(link().hidden).toBe(false);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(model.count("link")).toBe(3);
  });

  test.each(["javascript:alert(1)", "data:text/html,x", "nothing"])("never leads to %s", async (action) => {
    await show();
    answer(action);
    expect(link().hasAttribute("href")).toBe(false);
    expect(view.buttons).toContain("Open Viewer");
  });

  test("is not there when the kernel has no address, and nobody is told", async () => {
    await show();
    model.reply(model.last("link"), {
      type: "refused",
      code: "viewer_ticket",
      message: "No ticket.",
      hint: "",
    });
    expect(link().hidden).toBe(true);
    expect(view.words).not.toContain("No ticket.");
  });

  test.each([
    ["the viewer is open", { session: { ...SESSION, viewer: "open" } }],
    ["there is no session", { state: "present", session: null }],
    ["a function in Python opens it", { _openwindow: true }],
  ])("is not asked for when %s", async (_when, traits) => {
    await show(traits);
    expect(model.count("link")).toBe(0);
  });

  test("goes with the session", async () => {
    await show();
    answer();
    await model.write({ state: "ended", session: null });
    expect([link().hidden, link().hasAttribute("href")]).toEqual([true, false]);
  });
});

describe("a viewer that a function in Python opens", () => {
  test("needs no window here", async () => {
    await show({ state: "present", session: null, _openwindow: true });
    view.press("Join");
    expect([vi.mocked(window.open).mock.calls.length, model.last("join").pad]).toEqual([0, undefined]);
    expect(model.count("viewer_event")).toBe(0);
  });

  test("is opened again by Python", async () => {
    await show({ session: { ...SESSION, viewer: "open" }, _openwindow: true });
    view.press("Reopen Viewer");
    expect([vi.mocked(window.open).mock.calls.length, model.last("viewer").pad]).toEqual([0, undefined]);
  });
});
