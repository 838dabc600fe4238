"""What the agent's window is given to be attacked and to be looked at: it speaks to the viewer past the service."""

from __future__ import annotations

from typing import Final

SETUP: Final = r"""(() => {
if (window !== top) return;
const Real = WebSocket;
let line = null;
let seq = 1000;
window.WebSocket = class extends Real {
  constructor(...args) {
    super(...args);
    line = this;
  }
};
const dispatch = (events) =>
  line.dispatchEvent(new MessageEvent("message", { data: `{"type":"events","seq":${seq++},"events":${events}}` }));
const text = (pieces) => {
  let number = 1000;
  let all = "";
  for (const [piece, times] of pieces)
    for (let n = 0; n < times; n += 1) all += piece.includes("§") ? piece.replaceAll("§", String(number++)) : piece;
  return all;
};
const changed = (base, edits) => {
  const copy = structuredClone(base);
  const place = (path) => path.slice(0, -1).reduce((at, key) => at?.[key], copy);
  for (const [path, how, value] of edits) {
    const [at, key] = [place(path), path.at(-1)];
    if (typeof at !== "object" || at === null) continue;
    if (how === "copy") at[key] = structuredClone(place(value)?.[value.at(-1)]);
    else if (how === "double" && Array.isArray(at)) at.splice(key, 0, structuredClone(at[key]));
    else at[key] = value;
  }
  return copy;
};
const inside = (root, bad) => {
  const tags = /^(script|link|base|meta|object|embed|portal|animate|set|frame|fencedframe|applet)$/;
  const active = /^on|^srcdoc$|^srcset$|^ping$|^action$|^formaction$|^autofocus$|^is$/i;
  const address = /^(src|href|xlink:href|poster|data|background)$/i;
  for (const element of root.querySelectorAll("*")) {
    const { localName } = element;
    if (tags.test(localName)) bad.add(localName);
    for (const { name, value } of element.attributes) {
      if (active.test(name)) bad.add(`${localName}.${name}`);
      if (address.test(name) && !/^(#|data:)/.test(value)) bad.add(`${localName}.${name}=${value}`);
    }
    if (element.shadowRoot) inside(element.shadowRoot, bad);
    if (localName === "iframe" && element.contentDocument) inside(element.contentDocument, bad);
  }
};
const width = () => document.querySelector(".replica")?.style.width ?? "";
window.hostile = {
  width,
  // Each frame in a task of its own, as a socket would; they are made before the first one comes.
  send(frames) {
    for (const [pieces, times] of frames) {
      const made = text(pieces);
      for (let n = 0; n < times; n += 1) setTimeout(() => dispatch(made));
    }
  },
  // Sends changed copies of frames; after each one, what is in the replica.
  async mutants(base, last, all) {
    let shown = 0;
    const bad = new Set();
    for (const edits of all) {
      for (const frame of changed(base, edits)) dispatch(JSON.stringify(frame));
      const mark = `${300 + (seq % 1000)}px`;
      dispatch(JSON.stringify([{ ...last, data: { ...last.data, width: Number.parseInt(mark) } }]));
      // A page that is refused leaves no sign to wait for.
      for (const begun = performance.now(); width() !== mark && performance.now() - begun < 100; )
        await new Promise((done) => setTimeout(done, 2));
      if (width() === mark) shown += 1;
      for (const one of window.hostile.look().bad) bad.add(one);
    }
    return { shown, bad: [...bad] };
  },
  look() {
    const end = [...document.querySelectorAll("button")].find((button) => button.textContent === "End Session");
    const { x, y, width, height } = end.getBoundingClientRect();
    const over = document.elementFromPoint(x + width / 2, y + height / 2);
    const bad = new Set();
    for (const frame of document.querySelectorAll("iframe")) {
      const sandbox = frame.getAttribute("sandbox");
      if (sandbox !== "allow-same-origin") bad.add(`sandbox ${sandbox}`);
      if (frame.contentDocument) inside(frame.contentDocument, bad);
      else bad.add("a frame elsewhere");
    }
    return {
      ran: window.__pwned ?? null,
      polluted: "polluted" in {},
      over: over === end || end.contains(over) ? null : String(over?.outerHTML).slice(0, 80),
      bad: [...bad].slice(0, 20),
    };
  },
};
})();"""
"""Runs in the viewer page before anything of its own."""
