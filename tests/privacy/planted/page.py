"""Makes a page out of rows, and the script that changes it later."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final

from tests.privacy.planted.kind import Kind
from tests.privacy.planted.marked import BY_DESCRIPTOR

READY: Final = "137px"
"""Width of the element by which the page is known in the agent's copy."""
CHANGED: Final = "139px"
"""Its width after all later changes."""

_STYLE: Final = """
.gone { display: none } .shows-text::before { content: attr(data-text) }
.row { margin: 2px } html { overflow-y: scroll }
"""

# The secrets of later changes are no part of the page before: they come with the call.
_RUNTIME: Final = """
const box = (number) => document.querySelector(`section[style*="--row-number: ${number};"]`);
const parsed = (html) => Document.parseHTMLUnsafe(html);
const rows = { %s };
const changes = { %s };
const run = (script, element, secret) => script?.(element, secret);
const replaced = (text, from, to) =>
  text.split(from).join(to).split([...from].reverse().join("")).join([...to].reverse().join(""));
const holds = (text, from) =>
  typeof text === "string" && [from, [...from].reverse().join("")].some((each) => text.includes(each));
function changeIn(node, from, to) {
  let count = 0;
  const step = (holder, name) => {
    if (!holds(holder[name], from)) return;
    holder[name] = replaced(holder[name], from, to);
    count += 1;
  };
  if ([3, 4, 7, 8].includes(node.nodeType)) step(node, "data");
  if (node.nodeType === 1) {
    for (const attribute of [...node.attributes]) {
      if (!holds(attribute.value, from)) continue;
      node.setAttributeNS(attribute.namespaceURI, attribute.name, replaced(attribute.value, from, to));
      count += 1;
    }
    const typed = ["input", "textarea"].includes(node.localName) && !["hidden", "file"].includes(node.type);
    if (typed && holds(node.value, from)) {
      node.value = replaced(node.value, from, to);
      node.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true }));
      count += 1;
    }
    if (node.shadowRoot) count += changeIn(node.shadowRoot, from, to);
    if (node.localName === "template") count += changeIn(node.content, from, to);
  }
  for (const child of [...node.childNodes]) count += changeIn(child, from, to);
  return count;
}
window.planted = {
  start: (secrets) => {
    const plant = (late) => {
      for (const [number, secret, waits] of secrets) if (waits === late) run(rows[number], box(number), secret);
    };
    plant(false);
    // A password is shown by a click: long after the page's scripts have started.
    window.addEventListener("load", () => plant(true));
  },
  add: (items) => {
    for (const [number, html, secret, head] of items) {
      const made = document.createElement("div");
      (head ? document.head : box(number)).append(...(head ? [] : [made]));
      const source = parsed(html);
      for (const child of [...source.head.childNodes, ...source.body.childNodes]) {
        const node = document.adoptNode(child);
        if (head) document.head.append(node);
        else made.append(node);
      }
      run(rows[number], made, secret);
    }
  },
  change: (items) => items.filter(([number, from, to, head]) => {
    if (changes[number]) return run(changes[number], box(number), to) ?? true;
    let count = changeIn(box(number), from, to);
    for (const child of head ? document.head.children : []) if (!child.src) count += changeIn(child, from, to);
    return count > 0;
  }).map(([number]) => number),
  done: (width) => { document.querySelector("#sentinel").style.width = width; },
};
window.use = () => undefined;
customElements.define("x-card", class extends HTMLElement {});
"""

DESCRIPTOR: Final = f"""() => Promise.resolve({{
  maskedelements: [".{BY_DESCRIPTOR}", document.querySelector(".{BY_DESCRIPTOR}") ?? "none"],
}})"""
"""The page's masking descriptor: a selector, for elements that come later too, and an element that is there."""


def page_of(kinds: Sequence[Kind], secrets: Mapping[str, str], tag: str, descriptor: str = DESCRIPTOR) -> str:
    """The page's text.

    Args:
        kinds: The rows.
        secrets: The first secret of each kind, by the kind's name.
        tag: The visitor script's tag.
        descriptor: The function by which the page says what is masked.
    """
    head = "".join(kind.markup(secrets[kind.name]) for kind in kinds if kind.head)
    body = "".join(
        f'<section class="row" style="--row-number: {number};">'
        f"{'' if kind.head else kind.markup(secrets[kind.name])}</section>\n"
        for number, kind in enumerate(kinds)
    )
    scripted = [(number, kind) for number, kind in enumerate(kinds) if kind.js]
    first = json.dumps([(number, secrets[kind.name], kind.group == "password") for number, kind in scripted])
    runtime = _RUNTIME % (_functions(kinds, "js"), _functions(kinds, "change"))
    settings = f"window.GLANCE_COBROWSE = {{ getMaskingDescriptor: {descriptor} }};"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="referrer" content="unsafe-url">'
        f"<title>planted</title>{head}<style>{_STYLE}</style><script>{settings}</script>{tag}</head><body>"
        f'<div id="sentinel" style="width:{READY}">&nbsp;</div>{body}'
        f"<script>{runtime} window.planted.start({first});</script></body></html>"
    )


def _functions(kinds: Sequence[Kind], field: str) -> str:
    scripts = [(number, getattr(kind, field)) for number, kind in enumerate(kinds)]
    return ", ".join(f"{number}: (box, secret) => {{ {script} }}" for number, script in scripts if script)
