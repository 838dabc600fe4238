// Plays the host and the kernel of the button. `glance` is what the tests take hold of.
import createWidget from "./widget.js";

const TRAITS = {
  _protocol: 1,
  state: "present",
  status: { since: new Date(Date.now() - 200_000).toISOString(), reason: "visitor_came", message: "", hint: "" },
  visitor: { name: "Maria", url: "https://shop.test/cart?token=secret", visibility: "visible" },
  visitorid: "maria-42",
  session: null,
  reporting: null,
  error: null,
  openlocation: "tab",
  iframeid: null,
  gicon: false,
  uiVersion: 1,
  errorMessage: null,
  presence: true,
  debugmode: false,
  language: "auto",
  _phrases: {},
  glancebaseurl: "production",
};

class Model {
  sent = [];
  answers = true;
  failure = "";
  #traits;
  #seq = 0;
  #listeners = new Map();

  constructor(traits) {
    this.#traits = { ...TRAITS, ...traits };
  }
  get(name) {
    return this.#traits[name];
  }
  on(name, listener) {
    this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener]);
  }
  off(name, listener) {
    this.#listeners.set(name, (this.#listeners.get(name) ?? []).filter((each) => each !== listener));
  }
  send(content) {
    if (this.failure) throw new Error(this.failure);
    const message = structuredClone(content);
    this.sent.push(message);
    if (this.answers && message.type !== "viewer_event") {
      setTimeout(() => this.reply(message, { type: message.type === "hello" ? "welcome" : "taken" }));
    }
  }
  write(traits) {
    this.#traits = { ...this.#traits, ...traits };
    for (const name of Object.keys(traits)) this.#emit(`change:${name}`, this.#traits[name]);
  }
  reply({ req, client }, answer) {
    this.#seq += 1;
    this.#emit("msg:custom", { v: 1, seq: this.#seq, req, to: client, ...answer });
  }
  last(type) {
    return this.sent.filter((message) => message.type === type).at(-1);
  }
  /** What the kernel does when the session is there. */
  fill(type, form) {
    const asked = this.last(type);
    const pad = Uint8Array.from(atob(asked.pad), (character) => character.charCodeAt(0));
    const plain = new TextEncoder().encode(JSON.stringify(form));
    const sealed = btoa(String.fromCharCode(...pad.map((byte, index) => byte ^ (plain[index] ?? 32))));
    this.reply(asked, { type: "viewer", sealed });
  }
  refuse(type, message, hint) {
    this.reply(this.last(type), { type: "refused", code: "refused", message, hint });
  }
  get listening() {
    return [...this.#listeners.values()].flat().length;
  }
  #emit(name, ...given) {
    for (const listener of this.#listeners.get(name) ?? []) listener(...given);
  }
}

/** Each hook gets a model object of its own, as in Jupyter and in marimo. */
function proxy(model) {
  return {
    get: (name) => model.get(name),
    on: (name, listener) => model.on(name, listener),
    off: (name, listener) => model.off(name, listener),
    send: (content) => model.send(content),
  };
}

/**
 * Mounts a widget with some views. `shadow` puts each into a shadow root, as marimo and Panel do; `old` gives no signal,
 * as anywidget 0.10 does.
 */
function mount(options = {}) {
  const { traits = {}, shadow = false, old = false, views = 1, width = "", comm = true, answers = true } = options;
  const { place = document.getElementById("place") } = options;
  const model = new Model({ layout: { comm_live: comm }, ...traits });
  model.answers = answers;
  const widget = createWidget();
  const life = new AbortController();
  const props = old ? {} : { signal: life.signal };
  const cleanups = [widget.initialize({ model: proxy(model), ...props })];
  const boxes = [];
  for (let view = 0; view < views; view += 1) {
    const box = place.appendChild(document.createElement("div"));
    box.style.width = width;
    const root = shadow ? box.attachShadow({ mode: "open" }) : box;
    const el = root.appendChild(document.createElement("div"));
    cleanups.push(widget.render({ model: proxy(model), el, ...props }));
    boxes.push(box);
  }
  const unmount = () => {
    if (old) for (const cleanup of cleanups.reverse()) cleanup();
    else life.abort();
    for (const box of boxes) box.remove();
  };
  return { model, unmount, boxes };
}

globalThis.glance = { mount, mounted: null };

// Without a gesture of the user, the browser's own pop-up blocker must hold the window back.
if (location.search === "?press") {
  const { model, boxes } = mount({ traits: { openlocation: "window" } });
  const button = boxes[0].firstChild.firstChild.shadowRoot.querySelector("button");
  button.click();
  const sent = model.sent.map(({ type, event, pad }) => ({ type, event, pad }));
  fetch("report", { method: "POST", body: JSON.stringify(sent) });
  globalThis.glance.mounted = { model };
}
if (location.search === "?sandboxed") globalThis.glance.mounted = mount({ traits: { visitor: null, state: "absent" } });
