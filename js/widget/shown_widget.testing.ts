/** The widget as its tests have it: shown on a page whose windows and forms are played. */
import { afterEach, beforeEach, vi } from "vitest";
import { FakeModel, type Mounted, mount, seal } from "./testing";

export const FORM = {
  action: "https://www.glance.net/agentjoin/AgentView.aspx",
  fields: { LOGINKEY: "$1$secret" },
};
export const SESSION = {
  sessionId: "1",
  key: "k",
  startedAt: "2026-11-22T10:00:00.000Z",
  viewer: "closed",
  visitor: "Maria",
  page: null,
};

export class FakeWindow {
  closed = false;
  readonly document = document.implementation.createHTMLDocument();
  close(): void {
    this.closed = true;
  }
  get words(): string {
    return this.document.querySelector("main")?.textContent ?? "";
  }
}

export let windows: FakeWindow[];
export let posted: { target: string; action: string; fields: Record<string, string> }[];
export let model: FakeModel;
export let view: Mounted;

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

/** Shows the widget of a model. */
export function showModel(given: FakeModel): void {
  model = given;
  view = mount(model);
}

export async function show(traits: Readonly<Record<string, unknown>> = {}): Promise<void> {
  showModel(new FakeModel(traits));
  await vi.advanceTimersByTimeAsync(0);
}

export const status = (
  reason: string,
  message = "",
  since = "2026-11-22T10:01:00.000Z",
): Record<string, unknown> => ({
  since,
  reason,
  message,
  hint: "",
});
export const opened = (): FakeWindow => {
  const last = windows.at(-1);
  if (!last) throw new Error("no window was opened");
  return last;
};
export const fill = (type: "join" | "viewer" = "join", form: unknown = FORM): void => {
  const asked = model.last(type);
  model.reply(asked, { type: "viewer", sealed: seal(form, asked.pad) });
};
export const refuse = (
  type: "join" | "viewer" | "cancel" = "join",
  message = "The visitor is not online.",
): void => {
  model.reply(model.last(type), { type: "refused", code: "no", message, hint: "Wait." });
};
export const events = (): string[] =>
  model.sent.flatMap((message) => (message.type === "viewer_event" ? [message.event] : []));
