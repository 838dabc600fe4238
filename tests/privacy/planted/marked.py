"""Parts that a site masks by one of its marks: never sent, whatever the mode."""

from __future__ import annotations

from typing import Final

from tests.privacy.planted.fields import typed
from tests.privacy.planted.kind import Kind

BY_SELECTOR: Final = ".by-selector"
"""The selector in the settings by which the page is masked."""
BY_DESCRIPTOR: Final = "by-descriptor"
"""Class of the elements that the page's masking descriptor gives."""

_MARKUP: Final = {
    "masked by attribute": '<p glance_masked="true">§</p>',
    "masked by class": '<p class="glance_masked">§</p>',
    "masked by selector": '<p class="by-selector">§</p>',
    "masked by descriptor": '<p class="by-descriptor">§</p>',
    "masked, inside": '<div glance_masked="true"><ul><li><b>§</b></li></ul></div>',
    "masked by class, inside": '<div class="glance_masked"><p>§</p></div>',
    "masked by selector, inside": '<div class="by-selector"><p>§</p></div>',
    "masked by descriptor, inside": '<div class="by-descriptor"><p>§</p></div>',
    "masked, field": '<input glance_masked="true" value="§">',
    "masked, field inside": '<div class="glance_masked"><input value="§"></div>',
    "masked, field by selector": '<input class="by-selector" value="§">',
    "masked, field by descriptor": '<input class="by-descriptor" value="§">',
    "masked, textarea": '<textarea class="glance_masked">§</textarea>',
    "masked, select": '<select class="glance_masked"><option>§</option></select>',
    "masked, editable": '<div class="glance_masked" contenteditable>§</div>',
    "masked, placeholder": '<input class="glance_masked" placeholder="§">',
    "masked, button": '<button type="button" class="glance_masked">§</button>',
    "masked, submit button": '<input type="submit" class="glance_masked" value="§">',
    "masked, shadow root": '<div class="glance_masked"><template shadowrootmode="open"><p>§</p></template></div>',
    "masked, inside a shadow root": (
        '<div><template shadowrootmode="open"><p class="glance_masked">§</p></template></div>'
    ),
    "masked, by selector inside a shadow root": (
        '<div><template shadowrootmode="open"><p class="by-selector">§</p></template></div>'
    ),
    "masked, frame": '<iframe class="glance_masked" srcdoc="<p>§</p>" width="300" height="40"></iframe>',
    "masked, around a frame": '<div class="glance_masked"><iframe srcdoc="<p>§</p>" height=40></iframe></div>',
    "masked, inside a frame": "<iframe srcdoc='<p class=glance_masked>§</p>' width=300 height=40></iframe>",
    "masked, by selector inside a frame": "<iframe srcdoc='<p class=by-selector>§</p>' width=300 height=40></iframe>",
    "masked, svg": '<svg class="glance_masked" width="300" height="20"><text y="15">§</text></svg>',
    "masked, svg inside": '<div class="glance_masked"><svg width="300" height="20"><text y="15">§</text></svg></div>',
    "masked, generated before": (
        '<style>.masked-sign::before { content: "§" }</style><p class="masked-sign glance_masked">row</p>'
    ),
    "masked, generated from an attribute": '<p class="shows-text glance_masked" data-text="§">row</p>',
    "masked, list marker": '<ul class="glance_masked"><li style="list-style-type: \'§ \'">row</li></ul>',
    "masked, image by address": '<div class="glance_masked"><img src="data:image/svg+xml,<svg>§</svg>" alt=""></div>',
    "masked, slotted": (
        '<p class="glance_masked"><span><template shadowrootmode="open"><slot></slot></template>§</span></p>'
    ),
    "masked, summary": '<details class="glance_masked" open><summary>§</summary></details>',
    "masked, table": '<table class="glance_masked"><caption>§</caption><tr><td>row</td></tr></table>',
    "masked, mask inside unmasked": '<div glance_masked="false"><p glance_masked="true">§</p></div>',
}

_SCRIPTS: Final = {
    "masked, typed": typed(properties="{ className: 'glance_masked' }"),
    "masked, typed inside": """
        const wrap = document.createElement("div");
        wrap.className = "glance_masked";
        const field = document.createElement("input");
        wrap.append(field);
        box.append(wrap);
        field.value = secret;
        field.dispatchEvent(new InputEvent("input", { bubbles: true }));""",
    "masked, text added": """
        const wrap = document.createElement("div");
        wrap.className = "glance_masked";
        box.append(wrap);
        wrap.append(secret);""",
    "masked, text data changed": """
        const wrap = document.createElement("div");
        const text = document.createTextNode("row");
        wrap.className = "glance_masked";
        wrap.append(text);
        box.append(wrap);
        text.data = secret;""",
    "masked, moved in": """
        const wrap = document.createElement("div");
        const part = document.createElement("p");
        wrap.setAttribute("glance_masked", "true");
        box.append(wrap);
        wrap.append(part);
        part.append(secret);""",
    "masked by selector, class given before the text": """
        const part = document.createElement("p");
        box.append(part);
        part.className = "by-selector";
        part.append(secret);""",
    "masked, adopted style sheet": """
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(`.masked-mark::before { content: "${secret}" }`);
        document.adoptedStyleSheets.push(sheet);
        const part = Object.assign(document.createElement("p"), { className: "masked-mark glance_masked" });
        box.append(part);""",
}

MARKED: Final = [
    *(Kind(name, "marked", html) for name, html in _MARKUP.items()),
    *(Kind(name, "marked", js=js) for name, js in _SCRIPTS.items()),
]
