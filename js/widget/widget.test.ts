import { describe, expect, test, vi } from "vitest";
import { COMMAND_TIMES } from "./command";
import {
  FORM,
  fill,
  model,
  opened,
  refuse,
  SESSION,
  show,
  showModel,
  status,
  view,
  windows,
} from "./shown_widget.testing";
import { FakeModel, mount } from "./testing";
import { STATES } from "./traits";

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
    showModel(Object.assign(new FakeModel(), { answers: false }));
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
    showModel(Object.assign(new FakeModel({ layout: { comm_live: false } }), { answers: false }));
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
