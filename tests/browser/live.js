// Plays the host of a button whose kernel is a real widget in Python, reached over HTTP instead of Jupyter's comm.
import createWidget from "./widget.js";

class Model {
  #traits = {};
  #listeners = new Map();

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
    fetch("say", { method: "POST", body: JSON.stringify(content) });
  }
  take({ state, content }) {
    if (content) this.#emit("msg:custom", content);
    this.#traits = { ...this.#traits, ...state };
    for (const name of Object.keys(state ?? {})) this.#emit(`change:${name}`, state[name]);
  }
  #emit(name, ...given) {
    for (const listener of this.#listeners.get(name) ?? []) listener(...given);
  }
}

/** What the kernel has said since; waits for it. */
async function heard(from) {
  const response = await fetch(`said?from=${from}`);
  return response.json();
}

const model = new Model();
let news = await heard(0);
let count = news.length;
for (const each of news) if (each.state) model.take({ state: each.state });
const widget = createWidget();
widget.initialize({ model });
for (let view = 0; view < Number(new URLSearchParams(location.search).get("views") ?? 1); view += 1) {
  widget.render({ model, el: document.getElementById("place").appendChild(document.createElement("div")) });
}
for (;;) {
  news = await heard(count);
  count += news.length;
  for (const each of news) model.take(each);
}
