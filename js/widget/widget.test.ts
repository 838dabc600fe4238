import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { COMMAND_TIMES } from "./command";
import { FakeModel, type Mounted, mount, seal } from "./testing";
import { STATES } from "./traits";

const FORM = { action: "https://www.glance.net/agentjoin/AgentView.aspx", fields: { LOGINKEY: "$1$secret" } };
const SESSION = {
  sessionId: "1",
  key: "k",
  startedAt: "2026-11-22T10:00:00.000Z",
  viewer: "closed",
  visitor: "Maria",
  page: null,
};

class FakeWindow {
  closed = false;
  readonly document = document.implementation.createHTMLDocument();
  close(): void {
    this.closed = true;
  }
  get words(): string {
    return this.document.querySelector("main")?.textContent ?? "";
  }
}

let windows: FakeWindow[];
let posted: { target: string; action: string; fields: Record<string, string> }[];
let model: FakeModel;
let view: Mounted;

beforeEach(() => {
  vi.useFakeTimers();
  windows = [];
  posted = [];
  vi.spyOn(window, "open").mockImplementation(() => {
    const opened = new FakeWindow();
    windows.push(opened);
    return opened as unknown as Window;
  });
  vi.spyOn(HTMLFormElement.prototype, "submit").mockImplementation(function (this: HTMLFormElement) {
    const inputs = [...this.querySelectorAll("input")].map(({ name, value }) => [name, value] as const);
    const [target, action] = [this.getAttribute("target") ?? "", this.getAttribute("action") ?? ""];
    posted.push({ target, action, fields: Object.fromEntries(inputs) });
  });
});
afterEach(() => {
  view.unmount();
  document.body.replaceChildren();
  vi.useRealTimers();
});

async function show(traits: Readonly<Record<string, unknown>> = {}): Promise<void> {
  model = new FakeModel(traits);
  view = mount(model);
  await vi.advanceTimersByTimeAsync(0);
}

const status = (
  reason: string,
  message = "",
  since = "2026-11-22T10:01:00.000Z",
): Record<string, unknown> => ({
  since,
  reason,
  message,
  hint: "",
});
const opened = (): FakeWindow => {
  const last = windows.at(-1);
  if (!last) throw new Error("no window was opened");
  return last;
};
const fill = (type: "join" | "viewer" = "join", form: unknown = FORM): void => {
  const asked = model.last(type);
  model.reply(asked, { type: "viewer", sealed: seal(form, asked.pad) });
};
const refuse = (
  type: "join" | "viewer" | "cancel" = "join",
  message = "The visitor is not online.",
): void => {
  model.reply(model.last(type), { type: "refused", code: "no", message, hint: "Wait." });
};
const events = (): string[] =>
  model.sent.flatMap((message) => (message.type === "viewer_event" ? [message.event] : []));

describe("drawing", () => {
  const names = [
    ["signed_out", "Join with Key"],
    ["connecting", "Join with Key"],
    ["absent", "Join with Key"],
    ["present", "Join"],
    ["inviting", "Cancel"],
    ["joining", "Cancel"],
    ["in_session", "End Session"],
    ["ended", "Join"],
    ["failed", "Join"],
  ] as const;

  test.each(names)("%s shows the button %s and says so on its root", async (state, name) => {
    await show({ state, session: SESSION });
    expect(view.buttons[0]).toBe(name);
    expect(view.root.dataset["glanceState"]).toBe(state);
    expect(view.root.dataset["glanceReady"]).toBe("true");
    expect(view.root.getAttribute("data-lm-suppress-shortcuts")).toBe("true");
  });

  test("follows the traits, one by one or all at once", async () => {
    await show({ state: "absent", visitor: null });
    expect(view.words).toContain("maria-42 is not online");
    await model.write({ state: "present", visitor: { name: "Maria" } });
    expect(view.words).toContain("Maria is online");
    await model.write({ state: "absent", visitor: null });
    expect(view.words).toContain("Maria is not online");
    await model.write({ visitorid: "other" });
    expect(view.words).toContain("other is not online");
  });

  test("is ready when it is known whether a kernel answers", async () => {
    model = Object.assign(new FakeModel(), { answers: false });
    view = mount(model);
    expect(view.root.dataset["glanceReady"]).toBeUndefined();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(view.root.dataset["glanceReady"]).toBe("true");
  });

  test("runs its clock", async () => {
    vi.setSystemTime("2026-11-22T10:02:20.000Z");
    await show({ state: "in_session", session: SESSION });
    expect(view.words).toContain("2:20");
    await vi.advanceTimersByTimeAsync(2_000);
    expect(view.words).toContain("2:22");
  });

  test("writes text only", async () => {
    await show({
      state: "failed",
      error: { code: "x", message: "<img src=x onerror=alert(1)>", hint: "<b>" },
    });
    expect(view.words).toContain("<img src=x");
    expect(view.root.querySelector("img, b")).toBeNull();
  });

  test("shows our mark only when it is asked for", async () => {
    await show();
    const mark = view.root.querySelector(".mark");
    expect(mark?.hasAttribute("hidden")).toBe(true);
    await model.write({ gicon: true });
    expect(mark?.hasAttribute("hidden")).toBe(false);
  });

  test("writes no trait and sends nothing but messages", async () => {
    await show();
    expect("set" in model).toBe(false);
    expect(model.sent.map(({ type }) => type)).toEqual(["hello"]);
  });
});

describe("join", () => {
  test("opens a window that waits, and posts the form into it", async () => {
    await show();
    view.press("Join");
    expect(windows).toHaveLength(1);
    expect(opened().words).toContain("Waiting for Maria to accept…");
    const [url, name] = vi.mocked(window.open).mock.calls[0] ?? [];
    expect(url).toBe("about:blank");
    await model.write({
      state: "inviting",
      status: status("terms_displayed", "Maria is reading the terms."),
    });
    expect(opened().words).toContain("Maria is reading the terms.");
    await model.write({ state: "joining", status: status("looking_up", "", "2026-11-22T10:01:01.000Z") });
    fill();
    expect(posted).toEqual([{ target: name, action: FORM.action, fields: FORM.fields }]);
    expect(document.querySelector("form")).toBeNull();
    expect(events()).toEqual(["opened"]);
    expect(opened().closed).toBe(false);
  });

  test("posts once, however often the answer comes", async () => {
    await show();
    view.press("Join");
    const asked = model.last("join");
    const sealed = seal(FORM, asked.pad);
    model.reply(asked, { type: "viewer", sealed });
    model.reply(asked, { type: "viewer", sealed });
    model.reply({ client: asked.client, req: "another" }, { type: "viewer", sealed });
    expect(posted).toHaveLength(1);
  });

  test("is asked once, whatever is pressed", async () => {
    await show();
    view.press("Join");
    view.press("Join");
    view.button("Join").dispatchEvent(new MouseEvent("click", { detail: 2, bubbles: true }));
    expect([model.count("join"), windows.length]).toEqual([1, 1]);
  });

  test("a double click does not reach the button that comes after", async () => {
    await show();
    view.press("Join");
    await model.write({ state: "inviting", status: status("preparing") });
    view.button("Cancel").dispatchEvent(new MouseEvent("click", { detail: 2, bubbles: true }));
    expect(model.count("cancel")).toBe(0);
    view.press("Cancel");
    expect(model.count("cancel")).toBe(1);
  });

  test("that is refused closes the window and says why", async () => {
    await show();
    view.press("Join");
    refuse();
    expect(opened().closed).toBe(true);
    expect(view.words).toContain("The visitor is not online. Wait.");
    view.press("Join");
    expect(windows).toHaveLength(2);
    expect(view.words).not.toContain("The visitor is not online. Wait.");
  });

  test("that comes to nothing closes the window even if no answer arrives", async () => {
    await show();
    view.press("Join");
    await model.write({ state: "inviting", status: status("invited") });
    await model.write({ state: "failed", status: status("declined", "", "2026-11-22T10:02:00.000Z") });
    expect(opened().closed).toBe(true);
    fill();
    expect(posted).toHaveLength(0);
  });

  test("that a busy kernel has yet to hear waits for it, whatever the state does meanwhile", async () => {
    await show();
    model.answers = false;
    view.press("Join");
    await model.write({ state: "connecting", status: status("presence_lost") });
    await model.write({ state: "present", status: status("visitor_came") });
    expect(opened().closed).toBe(false);
    expect(view.button("Join").hasAttribute("data-pending")).toBe(true);
    view.press("Join");
    expect([model.count("join"), windows.length]).toEqual([1, 1]);
    model.reply(model.last("join"), { type: "taken" });
    await model.write({ state: "inviting", status: status("invited") });
    await model.write({ state: "in_session", session: SESSION, status: status("joined") });
    fill();
    expect(posted).toHaveLength(1);
  });

  test("while another view of the same model is there opens one window", async () => {
    await show();
    view.widget.render({ model, el: document.body });
    view.press("Join");
    expect([model.count("join"), windows.length]).toEqual([1, 1]);
  });

  test("whose form cannot be read closes the window and says so", async () => {
    await show();
    view.press("Join");
    fill("join", { action: "javascript:alert(1)", fields: {} });
    expect([posted.length, opened().closed, events()]).toEqual([0, true, ["joinFailed"]]);
    expect(view.words).toContain("The viewer could not be opened.");
  });

  test("asks for a window of its own where that is wanted", async () => {
    await show({ openlocation: "window" });
    view.press("Join");
    expect(vi.mocked(window.open).mock.calls[0]?.[2]).toContain("width=800,height=800");
  });
});

describe("a session that Python joined", () => {
  const join = async (traits: Readonly<Record<string, unknown>> = {}): Promise<void> => {
    await model.write({ state: "in_session", session: SESSION, status: status("joined"), ...traits });
    await vi.advanceTimersByTimeAsync(1_000);
  };
  const frames = (): number => view.root.querySelectorAll("iframe").length;

  test("is shown in a frame by itself", async () => {
    await show({ state: "joining", openlocation: "iframe" });
    await join();
    expect([frames(), model.count("viewer")]).toEqual([1, 1]);
  });

  test("is shown where the agent clicked, and in no other tab", async () => {
    await show({ state: "joining", openlocation: "iframe" });
    await join({ session: { ...SESSION, viewer: "open" } });
    expect(frames()).toBe(0);
  });

  test.each([
    ["a tab", { openlocation: "tab" }],
    ["openwindow", { openlocation: "iframe", _openwindow: true }],
  ])("waits for a press where the viewer is for %s", async (_where, traits) => {
    await show({ state: "joining", ...traits });
    await join();
    expect([frames(), windows.length, model.count("viewer")]).toEqual([0, 0, 0]);
  });

  test("is not shown again by itself on a page that is loaded again", async () => {
    await show({ state: "in_session", session: SESSION, openlocation: "iframe" });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(frames()).toBe(0);
  });
});

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

describe("the key field", () => {
  test("opens in place of the button, and joins with what was typed", async () => {
    await show({ state: "absent", visitor: null });
    view.press("Join with Key");
    expect(view.buttons).toEqual(["Join", "Cancel"]);
    expect(view.words).toContain("Session key");
    view.type(" 1234 ");
    view.key("Enter");
    expect(model.last("join")).toMatchObject({ key: "1234" });
    expect(windows).toHaveLength(1);
    await model.write({ state: "joining", status: status("looking_up") });
    expect(view.buttons).toEqual(["Cancel"]);
    expect(opened().words).toContain("Joining the session…");
  });

  test.each([
    ["", "Type the session key that the visitor sees."],
    ["12 34", "A session key has 1 to 62 letters"],
    ["k".repeat(63), "A session key has 1 to 62 letters"],
  ])("does not join with %j", async (typed, sentence) => {
    await show({ state: "absent", visitor: null });
    view.press("Join with Key");
    view.type(typed);
    view.press("Join");
    expect([model.count("join"), windows.length]).toEqual([0, 0]);
    expect(view.words).toContain(sentence);
    expect(view.field.getAttribute("aria-invalid")).toBe("true");
    view.type("1234");
    expect(view.words).not.toContain(sentence);
  });

  test("closes with Escape and keeps what was typed", async () => {
    await show({ state: "absent", visitor: null });
    view.press("Join with Key");
    view.type("12-34");
    view.key("Escape");
    expect(view.buttons).toEqual(["Join with Key"]);
    view.press("Join with Key");
    expect(view.field.value).toBe("12-34");
    view.press("Cancel");
    expect(view.buttons).toEqual(["Join with Key"]);
  });

  test("stays, with what was typed, when the join is refused", async () => {
    await show({ state: "absent", visitor: null });
    view.press("Join with Key");
    view.type("1234");
    view.press("Join");
    refuse("join", "The agent is not signed in yet.");
    expect(view.buttons).toEqual(["Join", "Cancel"]);
    expect(view.field.value).toBe("1234");
    expect(view.words).toContain("The agent is not signed in yet.");
  });

  test("keeps what was typed through a failed lookup, and forgets it in a session", async () => {
    await show({ state: "absent", visitor: null });
    view.press("Join with Key");
    view.type("1234");
    view.press("Join");
    await model.write({ state: "joining", status: status("looking_up") });
    await model.write({ state: "failed", status: status("lookup", "", "2026-11-22T10:02:00.000Z") });
    view.press("Join with Key");
    expect(view.field.value).toBe("1234");
    await model.write({ state: "in_session", session: SESSION, status: status("joined") });
    await model.write({ state: "absent", session: null, status: status("no_visitor") });
    view.press("Join with Key");
    expect(view.field.value).toBe("");
  });

  test("can be had while the visitor is online", async () => {
    await show();
    view.press("Use a key");
    expect(view.buttons).toEqual(["Join", "Cancel"]);
    view.type("1234");
    view.press("Join");
    expect(model.last("join")).toMatchObject({ key: "1234" });
  });
});

describe("the kernel", () => {
  test("that is busy is named until it takes the click", async () => {
    await show();
    model.answers = false;
    view.press("Join");
    await vi.advanceTimersByTimeAsync(COMMAND_TIMES.slow - 1);
    expect(view.words).not.toContain("busy");
    await vi.advanceTimersByTimeAsync(1);
    expect(view.words).toContain("The kernel is busy with another cell; your click is waiting.");
    expect(opened().words).toContain("busy with another cell");
    await model.write({ visitor: { name: "Mia" } });
    expect(view.words).toContain("Mia is online");
    model.reply(model.last("join"), { type: "taken" });
    expect(view.words).not.toContain("busy");
  });

  test("gets a click again under its old name when nobody took it", async () => {
    await show();
    model.answers = false;
    view.press("Join");
    const { req } = model.last("join");
    await vi.advanceTimersByTimeAsync(COMMAND_TIMES.again);
    view.press("Join");
    expect([model.last("join").req, model.count("join"), windows.length]).toEqual([req, 2, 1]);
  });

  test("that takes a click and does nothing frees the button", async () => {
    await show();
    view.press("Join");
    await vi.advanceTimersByTimeAsync(COMMAND_TIMES.settled);
    refuse();
    view.press("Join");
    expect(model.count("join")).toBe(2);
  });

  test("that is gone is named, and nothing can be pressed", async () => {
    await show();
    model.failure = new Error("Cannot send");
    view.press("Join");
    expect(opened().closed).toBe(true);
    expect(view.words).toContain("The kernel is gone. Run the cell again.");
    expect(view.button("Join").getAttribute("aria-disabled")).toBe("true");
    view.press("Join");
    expect(windows).toHaveLength(1);
  });

  test("that goes while a window waits takes the window along, and is found again", async () => {
    await show();
    view.press("Join");
    model.failure = new Error("Cannot send");
    model.emit("comm_live_update");
    expect([opened().closed, view.root.dataset["mood"]]).toEqual([true, "problem"]);
    model.failure = null;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(view.words).toContain("Maria is online");
    view.press("Join");
    expect(windows).toHaveLength(2);
  });

  test("that never was leaves a card without buttons", async () => {
    model = Object.assign(new FakeModel({ layout: { comm_live: false } }), { answers: false });
    view = mount(model);
    expect(view.buttons).toEqual([]);
    const shown = view.words;
    expect(shown).toContain("No kernel is connected: this is what was saved.");
    expect(shown).toContain("Maria is online");
    expect([view.root.dataset["mood"], view.root.dataset["glanceReady"]]).toEqual(["off", "true"]);
    await vi.advanceTimersByTimeAsync(120_000);
    expect([view.words, view.buttons]).toEqual([shown, []]);
  });

  test("of another version is named, and nothing can be pressed", async () => {
    await show({ _protocol: 2 });
    expect(view.buttons).toEqual([]);
    expect(view.words).toContain("different versions");
  });

  test("is asked to end, to cancel and to try again", async () => {
    await show({ state: "in_session", session: SESSION });
    view.press("End Session");
    await model.write({ state: "failed", session: null, status: status("sign_in") });
    view.press("Try Again");
    await model.write({ state: "inviting", status: status("preparing") });
    view.press("Cancel");
    refuse("cancel", "There is no invitation to cancel.");
    expect(view.words).toContain("There is no invitation to cancel.");
    expect(model.sent.map(({ type }) => type)).toEqual(["hello", "end", "retry", "cancel"]);
  });
});

describe("the end", () => {
  test("of a view leaves the other one alone", async () => {
    await show();
    const other = document.body.appendChild(document.createElement("div"));
    const cleanup = view.widget.render({ model, el: other });
    cleanup();
    cleanup();
    expect(other.childElementCount).toBe(0);
    await model.write({ state: "absent", visitor: null });
    expect(view.root.dataset["glanceState"]).toBe("absent");
  });

  test("fifty rounds leave nothing behind", async () => {
    await show();
    const [listeners, timers] = [model.listening, vi.getTimerCount()];
    const add = vi.spyOn(window, "addEventListener");
    const remove = vi.spyOn(window, "removeEventListener");
    for (let round = 0; round < 50; round += 1) {
      const extra = mount(model);
      extra.press("Join");
      fill();
      extra.unmount();
    }
    expect([model.listening, vi.getTimerCount()]).toEqual([listeners, timers]);
    expect(document.body.childElementCount).toBe(1);
    const tied = add.mock.calls.every(
      ([, , options]) => typeof options === "object" && options.signal?.aborted,
    );
    expect(tied || add.mock.calls.length === remove.mock.calls.length).toBe(true);
    view.unmount();
    expect([model.listening, vi.getTimerCount()]).toEqual([0, 0]);
  });

  test("works without a signal, by the cleanups", async () => {
    await show();
    view.unmount();
    const { default: createWidget } = await import("./index");
    const widget = createWidget();
    const ends = [widget.initialize({ model }), widget.render({ model, el: document.body })];
    for (const end of ends) end();
    expect([model.listening, vi.getTimerCount(), document.body.childElementCount]).toEqual([0, 0, 0]);
  });

  test("works where a document only renders", async () => {
    await show();
    view.unmount();
    const { default: createWidget } = await import("./index");
    const plain = { get: (name: string) => model.get(name) };
    const end = createWidget().render({ model: plain, el: document.body });
    await vi.advanceTimersByTimeAsync(2_000);
    expect(document.body.firstElementChild?.shadowRoot?.textContent).toContain("No kernel is connected");
    end();
    expect(vi.getTimerCount()).toBe(0);
  });
});

test("debugmode traces what happens and no secret", async () => {
  const debug = vi.spyOn(console, "info").mockImplementation(() => undefined);
  await show({ debugmode: true, state: "absent", visitor: null });
  view.press("Join with Key");
  view.type("geheim");
  view.press("Join");
  const { pad } = model.last("join");
  fill();
  const traces = JSON.stringify(debug.mock.calls);
  expect(traces).toContain("viewer");
  for (const secret of ["geheim", pad ?? "?", "secret", FORM.action]) expect(traces).not.toContain(secret);
});

test("every state has been drawn by its word", () => {
  expect(STATES).toHaveLength(9);
});
