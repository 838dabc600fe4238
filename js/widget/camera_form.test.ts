import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakeModel, type Mounted, mount } from "./testing";

const ABSENT = { state: "absent", visitor: null, camerashare: true };
const KEY = { key: "482913", text: "Type the key 482913." };
const TO_READ = {
  since: null,
  reason: "key_to_read",
  message: "Waiting for the phone…",
  hint: "Read the key.",
};

let model: FakeModel;
let view: Mounted;

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(window, "open").mockImplementation(() => null);
});
afterEach(() => {
  view.unmount();
  document.body.replaceChildren();
  vi.useRealTimers();
});

async function show(traits: Readonly<Record<string, unknown>> = ABSENT): Promise<void> {
  model = new FakeModel(traits);
  view = mount(model);
  await vi.advanceTimersByTimeAsync(0);
}

function field(): HTMLInputElement {
  const found = view.root.querySelector<HTMLInputElement>("#phone");
  if (!found) throw new Error("there is no field");
  return found;
}

function type(text: string): void {
  field().value = text;
  field().dispatchEvent(new Event("input", { bubbles: true }));
}

/** The kernel tells a tab the key, or all of them. */
function tell(client: string, req = "invitation-7"): void {
  model.reply({ client, req }, { type: "invitation", ...KEY });
}

test("is there for agents with the privilege only", async () => {
  await show({ ...ABSENT, camerashare: false });
  expect(view.buttons).toEqual(["Join with Key"]);
  await model.write({ camerashare: true });
  expect(view.buttons).toEqual(["Join with Key", "Camera Share"]);
  await model.write({ state: "present", visitor: { name: "Maria" } });
  expect(view.buttons).toEqual(["Join", "Use a key", "Camera Share"]);
  await model.write({ state: "in_session" });
  expect(view.buttons).not.toContain("Camera Share");
});

test("invites by text message", async () => {
  await show();
  view.press("Camera Share");
  expect(view.buttons).toEqual(["Send", "Cancel", "Invite with a key instead"]);
  expect(view.words).toContain("Customer's phone number");
  expect([field().type, field().autocomplete]).toEqual(["tel", "off"]);
  type(" +1 617 555 0100 ");
  view.press("Send");
  expect(model.last("camera")).toMatchObject({ phone: "+1 617 555 0100" });
  await model.write({ state: "joining", status: { ...TO_READ, reason: "sent_to_phone" } });
  expect(view.buttons).toEqual(["Cancel"]);
  expect(view.root.querySelector(".code")?.hasAttribute("hidden")).toBe(true);
});

test.each([
  ["", "Type the number of the customer's phone."],
  ["12345", "A phone number has 6 to 20 digits"],
  ["123456789012345678901", "A phone number has 6 to 20 digits"],
  ["617-555-0100", "A phone number has 6 to 20 digits"],
])("does not invite %j", async (typed, sentence) => {
  await show();
  view.press("Camera Share");
  type(typed);
  view.press("Send");
  expect(model.count("camera")).toBe(0);
  expect(view.words).toContain(sentence);
  expect(field().getAttribute("aria-invalid")).toBe("true");
});

test("invites by key, and shows the key in threes until the phone is there", async () => {
  await show();
  view.press("Camera Share");
  view.press("Invite with a key instead");
  expect(model.last("camera").phone).toBeUndefined();
  await model.write({ state: "joining", status: TO_READ });
  const code = view.root.querySelector(".code");
  expect(code?.hasAttribute("hidden")).toBe(true);
  expect(view.words).toContain("Read the key.");
  tell("*");
  expect(code?.textContent).toBe("482 913");
  expect(code?.getAttribute("aria-label")).toBe("Key for the customer: 4 8 2 9 1 3");
  expect(view.words).toContain("Type the key 482913.");
  expect(view.words).not.toContain("Read the key.");
  await model.write({ state: "in_session" });
  expect(code?.hasAttribute("hidden")).toBe(true);
});

test("takes the key also before the state, and again, but neither a stranger's nor one that is over", async () => {
  await show({ ...ABSENT, state: "inviting" });
  const code = view.root.querySelector(".code");
  tell("somebody-else");
  expect(code?.hasAttribute("hidden")).toBe(true);
  tell("*");
  await model.write({ state: "joining", status: TO_READ });
  tell(model.last("hello").client);
  expect(code?.textContent).toBe("482 913");
  await model.write({ state: "absent" });
  tell("*", "late");
  await model.write({ state: "inviting" });
  expect(code?.hasAttribute("hidden")).toBe(true);
});

test("keeps the number through a failure, and forgets it in a session", async () => {
  await show();
  view.press("Camera Share");
  type("+16175550100");
  view.press("Send");
  await model.write({ state: "inviting" });
  await model.write({ state: "failed", error: { message: "No.", hint: "" } });
  view.press("Camera Share");
  expect(field().value).toBe("+16175550100");
  await model.write({ state: "in_session", error: null });
  await model.write({ state: "absent" });
  view.press("Camera Share");
  expect(field().value).toBe("");
});

test("takes turns with the key field, and closes with Escape", async () => {
  await show({ ...ABSENT, state: "present", visitor: { name: "Maria" } });
  view.press("Use a key");
  view.press("Camera Share");
  expect(view.buttons).toEqual(["Use a key", "Send", "Cancel", "Invite with a key instead"]);
  field().dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true, composed: true }));
  expect(view.buttons).toEqual(["Join", "Use a key", "Camera Share"]);
});
