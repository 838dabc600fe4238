/** A model that a test plays the kernel of, and a few ways to look at a widget. Not part of the bundle. */
import { isToKernel, PAD_BYTES, type ToBrowser, type ToKernel } from "../protocol/messages";
import type { Listener, Model } from "./afm";
import createWidget from "./index";

/** What Python writes before anything has happened. */
export const TRAITS: Readonly<Record<string, unknown>> = {
  _protocol: 1,
  state: "present",
  status: { since: "2026-11-22T10:00:00.000Z", reason: "visitor_came", message: "", hint: "" },
  visitor: { name: "Maria", url: "https://shop.test/cart?token=secret#x", visibility: "visible" },
  visitorid: "maria-42",
  session: null,
  reporting: null,
  error: null,
  openlocation: "tab",
  iframeid: "",
  gicon: false,
  uiVersion: 1,
  errorMessage: "",
  presence: true,
  debugmode: false,
  language: "en",
  glancebaseurl: "production",
  layout: { comm_live: true },
};

/** The kernel's side of one model. */
export class FakeModel implements Model {
  readonly sent: ToKernel[] = [];
  /** Whether the kernel answers hello, and takes what is asked. */
  answers = true;
  /** What `send` throws, as that of a lost kernel does. */
  failure: Error | null = null;
  #traits: Record<string, unknown>;
  readonly #listeners = new Map<string, Set<Listener>>();
  #seq = 0;

  constructor(traits: Readonly<Record<string, unknown>> = {}) {
    this.#traits = { ...TRAITS, ...traits };
  }

  get(name: string): unknown {
    return this.#traits[name];
  }

  on(name: string, listener: Listener): void {
    this.#listeners.set(name, (this.#listeners.get(name) ?? new Set()).add(listener));
  }

  off(name: string, listener: Listener): void {
    this.#listeners.get(name)?.delete(listener);
  }

  send(content: unknown): void {
    if (this.failure) throw this.failure;
    if (!isToKernel(content)) throw new TypeError("the kernel would not accept this message");
    this.sent.push(content);
    if (!this.answers || content.type === "viewer_event") return;
    const type = content.type === "hello" ? "welcome" : "taken";
    queueMicrotask(() => this.reply(content, { type }));
  }

  /** Writes traits, one by one as marimo does, and waits until the widget has read them. */
  async write(traits: Readonly<Record<string, unknown>>): Promise<void> {
    for (const [name, value] of Object.entries(traits)) {
      this.#traits = { ...this.#traits, [name]: value };
      this.emit(`change:${name}`, value);
    }
    await Promise.resolve();
    await Promise.resolve();
  }

  /** Answers a request. */
  reply(asked: { readonly client: string; readonly req: string }, answer: Record<string, unknown>): void {
    this.#seq += 1;
    this.emit("msg:custom", { v: 1, seq: this.#seq, req: asked.req, to: asked.client, ...answer });
  }

  emit(name: string, ...given: unknown[]): void {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) listener(...given);
  }

  /** The last message of a type. */
  last<Type extends ToKernel["type"]>(type: Type): Extract<ToKernel, { type: Type }> {
    const found = this.sent.filter((message) => message.type === type).at(-1);
    if (!found) throw new Error(`no ${type} was sent`);
    return found as Extract<ToKernel, { type: Type }>;
  }

  /** How many messages of a type were sent. */
  count(type: ToKernel["type"]): number {
    return this.sent.filter((message) => message.type === type).length;
  }

  /** How many listeners there are. */
  get listening(): number {
    return [...this.#listeners.values()].reduce((sum, listeners) => sum + listeners.size, 0);
  }
}

/** A widget with one view, and what tells it that it is over. */
export function mount(model: FakeModel, el: HTMLElement = document.body): Mounted {
  const [life, sight] = [new AbortController(), new AbortController()];
  const widget = createWidget();
  widget.initialize({ model, signal: life.signal });
  widget.render({ model, el, signal: sight.signal });
  return new Mounted(widget, life, sight, el);
}

/** What a test can see of a view. */
export class Mounted {
  readonly widget: ReturnType<typeof createWidget>;
  readonly life: AbortController;
  readonly sight: AbortController;
  readonly root: HTMLElement;

  constructor(
    widget: ReturnType<typeof createWidget>,
    life: AbortController,
    sight: AbortController,
    el: HTMLElement,
  ) {
    this.widget = widget;
    this.life = life;
    this.sight = sight;
    const root = el.lastElementChild?.shadowRoot?.querySelector<HTMLElement>(".root");
    if (!root) throw new Error("nothing was rendered");
    this.root = root;
  }

  /** The buttons that can be seen, by name. */
  get buttons(): string[] {
    return [...this.root.querySelectorAll("button")].filter(isShown).map((button) => button.textContent);
  }

  /** All words that can be seen. */
  get words(): string {
    return [...this.root.querySelectorAll("p, span, time, label")]
      .filter(isShown)
      .map((element) => element.textContent)
      .filter(Boolean)
      .join(" | ");
  }

  /** A button that can be seen. */
  button(name: string): HTMLButtonElement {
    const found = [...this.root.querySelectorAll("button")].find(
      (button) => isShown(button) && button.textContent === name,
    );
    if (!found) throw new Error(`there is no button "${name}", but ${this.buttons.join(", ") || "none"}`);
    return found;
  }

  press(name: string): void {
    this.button(name).click();
  }

  /** The field for the session key. */
  get field(): HTMLInputElement {
    const found = this.root.querySelector("input");
    if (!found) throw new Error("there is no field");
    return found;
  }

  type(text: string): void {
    this.field.value = text;
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  key(key: string): void {
    this.field.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, composed: true }));
  }

  unmount(): void {
    this.sight.abort();
    this.life.abort();
  }
}

/** What the kernel would send for a form, sealed with the pad that came with the request. */
export function seal(form: unknown, pad: string | undefined): string {
  const key = Uint8Array.from(atob(pad ?? ""), (character) => character.charCodeAt(0));
  if (key.length !== PAD_BYTES) throw new Error("no pad");
  const bytes = new TextEncoder().encode(typeof form === "string" ? form : JSON.stringify(form));
  return btoa([...bytes].map((byte, index) => String.fromCharCode(byte ^ (key[index] ?? 0))).join(""));
}

/** A message of the kernel to a browser that does not exist. */
export function strayMessage(message: Partial<ToBrowser>): unknown {
  return { v: 1, seq: 1, req: "stray", to: "somebody-else", ...message };
}

function isShown(element: Element): boolean {
  return element.closest("[hidden]") === null;
}
