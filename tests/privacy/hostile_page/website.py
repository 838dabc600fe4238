"""Websites of hostile visitors, with the real visitor script; and one that is not hostile, to be recorded."""

from __future__ import annotations

from html import escape
from typing import Final

from glance_widget.sandbox import Sandbox
from tests.privacy.hostile_page.constructs import Construct, Constructs
from tests.privacy.hostile_page.oversized import COVER
from tests.privacy.planting import tag_of

_VARIED: Final = """
<style>p { color: green } @media screen { p { margin: 1px } } :host { top: 0 }</style>
<h1>Shop</h1><p class="a" style="color:red">A text <b>in</b> <i>pieces</i></p><label>Name <input value="a"></label>
<select><option>one<option selected>two</select><textarea>lines</textarea><input type="checkbox" checked>
<details open><summary>More</summary>inside</details><canvas width="20" height="20"></canvas>
<svg id="drawing" viewBox="0 0 9 9"><defs><g id="part"><rect width="9" height="9" fill="red"/></g></defs>
<use href="#part"/><text>drawn</text></svg><table><tr><td>cell</table><ul><li>first<li>second</ul>
<img alt="dot" src="data:image/gif;base64,R0lGODlhAQABAIAAAAUEBAAAACwAAAAAAQABAAACAkQBADs=">
<iframe srcdoc="<p>framed</p>"></iframe><div id="host"></div><div id="room"></div>
<script>
host.attachShadow({ mode: "open" }).innerHTML = "<style>b { top: 0 }</style><b>in the shadow</b><slot></slot>";
window.vary = () => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("h1 { color: blue }");
  document.adoptedStyleSheets = [sheet];
  document.querySelector("style").sheet.insertRule("h1 { top: 1px }", 0);
  document.querySelector("style").sheet.cssRules[1].style.setProperty("color", "gray");
  room.innerHTML = "<p>added <b>later</b></p><p>and moved</p>";
  room.prepend(room.lastChild);
  document.querySelector(".a").style.cssText = "color: blue; top: 2px";
  document.querySelector(".a").firstChild.data = "changed";
  document.querySelector("table").remove();
  host.shadowRoot.append(document.createElement("hr"));
  document.querySelector("canvas").getContext("2d").fillRect(0, 0, 9, 9);
  getSelection().selectAllChildren(room);
  scrollTo(0, 5);
};
</script>
"""

# Whatever throws in a page must not keep the rest from being tried.
_LATER: Final = """
window.attack = ({ elements, declarations, sheets }) => {
  const attempt = (action) => { try { action(); } catch {} };
  const room = document.body;
  const made = (tag) => tag.startsWith("svg:")
    ? document.createElementNS("http://www.w3.org/2000/svg", tag.slice(4)) : document.createElement(tag);
  const shadow = room.appendChild(document.createElement("div")).attachShadow({ mode: "open" });
  const inner = room.appendChild(document.createElement("iframe"));
  for (const [, tag, attributes] of elements) {
    for (const place of [room, shadow, inner.contentDocument.body]) attempt(() => {
      const element = place.appendChild(made(tag));
      for (const [name, value] of Object.entries(attributes)) attempt(() => element.setAttribute(name, value));
    });
  }
  for (const [, css] of declarations) attempt(() => {
    const styled = room.appendChild(document.createElement("p"));
    styled.style.cssText = css;
    document.styleSheets[0].insertRule(`p { ${css} }`);
    document.styleSheets[0].cssRules[0].style.cssText += css;
  });
  for (const [, css] of sheets) attempt(() => {
    room.appendChild(document.createElement("style")).append(css);
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    shadow.adoptedStyleSheets = [...shadow.adoptedStyleSheets, sheet];
  });
  document.title = "<img src=x onerror=top.__pwned=1>";
  room.append(Object.assign(document.createElement("h2"), { textContent: "done" }));
};
"""


def varied_page(sandbox: Sandbox) -> str:
    """A page with something of everything, which ``vary()`` changes."""
    return f"<!doctype html><title>Varied</title>{tag_of(sandbox, 'open')}{_VARIED}"


def hostile_page(sandbox: Sandbox, canary: str) -> str:
    """Everything at once that can live together; ``attack()`` tries all of it again later, and then adds an ``h2``."""
    made = Constructs(canary)
    elements = "".join(_markup(construct) for construct in made.elements() if not _leads_away(construct))
    sheets = "".join(f"<style>{css}</style>" for _, css in made.sheets())
    styled = "".join(f'<p style="{escape(css)}">styled</p>' for _, css in made.declarations())
    return (
        f"<!doctype html><title>Hostile</title><style>a{{}}</style>{tag_of(sandbox, 'open')}<h1>Welcome</h1>"
        f"<script>{_LATER}</script><script>{made.run('inline-script')}</script>{elements}{sheets}{styled}"
    )


def later(canary: str) -> dict[str, object]:
    """What ``attack()`` of the page is given."""
    made = Constructs(canary)
    elements = [construct for construct in made.elements() if not _leads_away(construct)]
    return {"elements": elements, "declarations": made.declarations(), "sheets": made.sheets()}


LONELY: Final[dict[str, str]] = {
    "meta refresh": "const meta = document.createElement('meta'); meta.httpEquiv = 'refresh';"
    "meta.content = '0;url=' + away;"
    "document.head.append(meta);",
    "a form that sends itself": "const form = document.createElement('form'); form.action = away; form.method = 'post';"
    "form.target = '_top'; document.body.append(form); form.submit();",
    "top navigation": "const link = document.createElement('a'); link.href = away; link.target = '_top';"
    "link.ping = away;"
    "document.body.append(link); link.click(); const frame = document.createElement('iframe');"
    "frame.srcdoc = `<script>top.location = '${away}'</script>`; document.body.append(frame);",
    "a body that is hidden": f"const cover = '{COVER}';"
    "document.head.append(Object.assign(document.createElement('style'), { textContent:"
    "'html, body { display: none !important; cursor: none }' }));"
    "for (const tag of ['div', 'dialog']) {"
    "  const element = document.body.appendChild(document.createElement(tag)); element.style.cssText = cover;"
    "  if (tag === 'dialog') element.showModal(); else { element.popover = 'manual'; element.showPopover(); }"
    "}",
    "markup written late": "document.body.insertAdjacentHTML('beforeend',"
    "`<img src='data:,x' onerror='top.__pwned = 1'>`);"
    "document.body.setAttribute('onclick', 'top.__pwned = 1'); document.body.onload = 'top.__pwned = 1';",
}  # fmt: skip
"""Things that cannot live together with others: the script of each."""


def lonely_page(name: str, sandbox: Sandbox, canary: str) -> str:
    """A page with one of these, which ``attack()`` does."""
    act = LONELY[name].replace("</", "<\\/")
    done = "document.body.append(document.createElement('h2'));"
    script = f"window.attack = () => {{ const away = '{canary}/away'; {act} {done} }};"
    return f"<!doctype html><title>Hostile</title>{tag_of(sandbox, 'open')}<h1>Welcome</h1><script>{script}</script>"


def _leads_away(construct: Construct) -> bool:
    return construct[0].startswith("meta-")


def _markup(construct: Construct) -> str:
    _, tag, attributes = construct
    given = "".join(f' {name}="{escape(str(value))}"' for name, value in attributes.items())
    if tag.startswith("svg:"):
        return f"<svg><{tag[4:]}{given}>seen</{tag[4:]}></svg>"
    return f"<{tag}{given}>seen</{tag}>"
