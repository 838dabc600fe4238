"""What the visitor sees: it must reach the agent in the modes that show text, and never in `private`."""

from __future__ import annotations

from typing import Final

from tests.privacy.planted.kind import Kind

_MARKUP: Final = {
    "paragraph": "<p>§</p>",
    "heading": "<h3>§</h3>",
    "text without element": "§",
    "table cell": "<table><tr><td>§</td></tr></table>",
    "table heading": "<table><tr><th>§</th></tr></table>",
    "table caption": "<table><caption>§</caption><tr><td>row</td></tr></table>",
    "list item": "<ul><li>§</li></ul>",
    "definition": "<dl><dt>row</dt><dd>§</dd></dl>",
    "button label": '<button type="button">§</button>',
    "link text": '<a href="/">§</a>',
    "label": "<label>§ <input></label>",
    "legend": "<fieldset><legend>§</legend></fieldset>",
    "output": "<output>§</output>",
    "code": "<pre><code>§</code></pre>",
    "quotation": "<blockquote>§</blockquote>",
    "figure caption": "<figure><figcaption>§</figcaption></figure>",
    "summary": "<details><summary>§</summary>row</details>",
    "details, open": "<details open><summary>more</summary>§</details>",
    "dialog, open": "<dialog open style='position:static'>§</dialog>",
    "ruby": "<ruby>row<rt>§</rt></ruby>",
    "time": '<time datetime="2030-01-01">§</time>',
    "small letters": '<p style="font-size:9px">§</p>',
    "pale letters": '<p style="opacity:0.4">§</p>',
    "letters with a gradient": (
        '<p style="background:linear-gradient(red,blue);background-clip:text;color:transparent">§</p>'
    ),
    "visible inside invisible": '<div style="visibility:hidden"><p style="visibility:visible">§</p></div>',
    "shown against the parent's box": '<div style="height:0"><p style="margin:0">§</p></div>',
    "fixed to the window": '<p style="position:fixed;right:0;bottom:0">§</p>',
    "far down the page": '<p style="margin-top:30px">§</p>',
    "display contents": '<div style="display:contents">§</div>',
    "svg text": '<svg width="300" height="20"><text y="15">§</text></svg>',
    "svg text, in a part": '<svg width="300" height="20"><text y="15"><tspan>§</tspan></text></svg>',
    "svg, foreign object": (
        '<svg width="300" height="40"><foreignObject width="300" height="40"><p>§</p></foreignObject></svg>'
    ),
    "math": "<math><mtext>§</mtext></math>",
    "custom element": "<x-card>§</x-card>",
    "shadow root, open": '<div><template shadowrootmode="open"><p>§</p></template></div>',
    "shadow root, two deep": (
        '<div><template shadowrootmode="open"><div><template shadowrootmode="open">§</template></div></template></div>'
    ),
    "slot": '<div><template shadowrootmode="open"><slot></slot></template>§</div>',
    "slot, fallback": '<div><template shadowrootmode="open"><slot>§</slot></template></div>',
    "frame, srcdoc": '<iframe srcdoc="<p>§</p>" width="300" height="40"></iframe>',
    "frame, page": '<iframe src="/frame/x.html?t=¬" width="300" height="40"></iframe>',
    "placeholder": '<input placeholder="§">',
    "placeholder of a textarea": '<textarea placeholder="§"></textarea>',
    "submit button": '<input type="submit" value="§">',
    "plain button": '<input type="button" value="§">',
    "reset button": '<input type="reset" value="§">',
    "generated before": '<style>.s-¬::before { content: "§" }</style><p class="s-¬">row</p>',
    "generated after": '<style>.a-¬::after { content: "row §" }</style><p class="a-¬">row</p>',
    "generated from a variable": (
        '<style>.v-¬ { --t: "§" } .v-¬::before { content: var(--t) }</style><p class="v-¬">row</p>'
    ),
    "generated from an attribute": '<p class="shows-text" data-text="§">row</p>',
    "generated, of a host": (
        '<div><template shadowrootmode="open"><style>:host::before { content: "§" }</style><p>row</p></template></div>'
    ),
    "generated, of what is in a slot": (
        '<div><template shadowrootmode="open"><style>::slotted(p)::before { content: "§" }</style><slot></slot>'
        "</template><p>row</p></div>"
    ),
    "generated from a variable of the root": (
        '<style>:root { --r-¬: "§" } .r-¬::before { content: var(--r-¬) }</style><p class="r-¬">row</p>'
    ),
    "generated from a variable of its own": (
        "<style>.own-text::before { content: var(--own-text) }</style>"
        '<p class="own-text" style="--own-text: \'§\'">row</p>'
    ),
    "generated in a nested rule": (
        '<style>.n-¬ { @media (width > 1px) { &::before { content: "§" } } }</style><p class="n-¬">row</p>'
    ),
    "generated after a count": '<style>.c-¬::before { content: counter(row) " § " }</style><p class="c-¬">row</p>',
    "list marker": "<ul><li style=\"list-style-type: '§ '\">row</li></ul>",
}

_SCRIPTS: Final = {
    "text added": "box.append(secret)",
    "text content set": "const p = document.createElement('p'); box.append(p); p.textContent = secret",
    "text data changed": """
        const text = document.createTextNode("row");
        box.append(text);
        text.data = secret;""",
    "text, in two nodes": "box.append(secret.slice(0, 7), secret.slice(7))",
    "shadow root, made": """
        const host = document.createElement("div");
        host.attachShadow({ mode: "open" }).append(secret);
        box.append(host);""",
    "adopted style sheet": """
        const name = [...secret].reverse().join("");
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(`.d-${name}::before { content: "${secret}" }`);
        document.adoptedStyleSheets.push(sheet);
        box.append(Object.assign(document.createElement("p"), { className: `d-${name}`, textContent: "row" }));""",
    "inserted rule": """
        const name = [...secret].reverse().join("");
        const style = document.createElement("style");
        box.append(style, Object.assign(document.createElement("p"), { className: `r-${name}`, textContent: "row" }));
        style.sheet.insertRule(`.r-${name}::before { content: "${secret}" }`);""",
    "dialog, shown": """
        const dialog = document.createElement("dialog");
        dialog.append(secret);
        box.append(dialog);
        dialog.show();""",
    "title": "document.title = secret",
}

# The browser shows these in ways of its own, and a view may leave them out.
_ALLOWED: Final = {
    "image that is missing, alt": '<img src="/missing/x.txt" alt="§">',
    "list box": '<select size="3"><option>one</option><option>§</option></select>',
    "object, fallback": '<object data="/missing/x.txt">§</object>',
    "svg file, text": '<img src="/x.svg?text=¬" alt="">',
}

VISIBLE: Final = [
    *(Kind(name, "visible", html) for name, html in _MARKUP.items()),
    # What these make cannot be changed in place by its text alone.
    *(
        Kind(name, "visible", "<p>row</p>", js=js, change=js if "${secret}" in js else "")
        for name, js in _SCRIPTS.items()
    ),
    *(Kind(name, "visible", html, allowed=True) for name, html in _ALLOWED.items()),
]
