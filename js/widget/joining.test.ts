import { describe, expect, test, vi } from "vitest";
import {
  events,
  FORM,
  fill,
  model,
  opened,
  posted,
  refuse,
  SESSION,
  show,
  status,
  view,
  windows,
} from "./shown_widget.testing";
import { seal } from "./testing";

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
