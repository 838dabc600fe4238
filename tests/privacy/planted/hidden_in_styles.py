"""Names that style sheets give, and texts that they would generate if anything showed them."""

from __future__ import annotations

from typing import Final

from tests.privacy.planted.kind import Kind

_RULES: Final = {
    "layer statement": "@layer §, other",
    "local font": '@font-face { font-family: "f1"; src: local("§"), url(/font/x.woff2) }',
    "property, initial text": (
        '@property --used-text { syntax: "*"; inherits: false; initial-value: "§" } .row { color: var(--used-text) }'
    ),
    "font in a variable": '.row { --my-font: "§"; font-family: var(--my-font), serif }',
    "font behind a variable": '.row { font-family: var(--no-font, "§"), serif }',
    "anchor": ".row { anchor-name: --§ }",
    "anchor, used": ".row { position-anchor: --§ }",
    "anchor, function": ".unused-row { position: absolute; top: anchor(--§ top) }",
    "scroll timeline": ".row { scroll-timeline: --§ }",
    "view timeline": ".row { view-timeline-name: --§ }",
    "timeline scope": ".row { timeline-scope: --§ }",
    "animation timeline": ".row { animation-timeline: --§ }",
    "animation range": ".row { animation-range: --§ 1% }",
    "transition class": ".row { view-transition-class: § }",
    "transition type": "@view-transition { navigation: auto; types: § }",
    "transition type, chosen by": ":active-view-transition-type(§) { top: 0 }",
    "transition group": "::view-transition-group(§) { top: 0 }",
    "position fallback": ".row { position-try-fallbacks: --§ }",
    "font palette": ".row { font-palette: --§ }",
    "page": "@page § { margin: 1cm }",
    "page of an element": ".row { page: § }",
    "font features": "@font-feature-values § { @styleset { nice: 12 } }",
    "function": "@function --§(--x) { result: var(--x) }",
    "scope": "@scope (.§) { p { top: 0 } }",
    "scope, limit": "@scope (.row) to (.§) { p { top: 0 } }",
    "supported selector": "@supports selector(.§) { .row { top: 0 } }",
    "supported property": "@supports (--§: 1) { .row { top: 0 } }",
    "part": ".row::part(§) { top: 0 }",
    "highlight": ".row::highlight(§) { color: red }",
    "state": ".row:state(§) { top: 0 }",
    "medium of its own": "@media (--§) { .row { top: 0 } }",
    "list style": ".row { list-style-type: § }",
    "element": "x-§ { color: navy }",
    "unknown rule": "@customer § { .row { top: 0 } }",
    "color profile": "@color-profile --§ { src: url(/x.icc) }",
}

_TEXTS: Final = {
    "not displayed": ".t1::before { content: '§'; display: none }",
    "invisible": ".t2::before { content: '§'; visibility: hidden }",
    "transparent": ".t3::before { content: '§'; opacity: 0 }",
    "overridden": ".t4::before { content: '§' } p.t4::before { content: 'row' }",
    "of an element itself": ".t5 { content: '§' }",
    "of a backdrop": ".t6::backdrop { content: '§' }",
    "of a first line": ".t7::first-line { content: '§' }",
    "in a container of another size": "@container (width > 90000px) { .t8::before { content: '§' } }",
    "out of scope": "@scope (.nowhere) { .t9::before { content: '§' } }",
    "of a beginning": "@starting-style { .t10::before { content: '§' } }",
    "for those who hear": ".t11::before { content: 'row' / '§' }",
    "in emphasis": ".t12 { text-emphasis: '§' }",
    "in a variable that a hidden one shows": (".t13 { --t13: '§' } .t13::after { content: var(--t13); display: none }"),
}

_ATTRIBUTES: Final = {
    "tooltip": ".a1::after { content: attr(data-a1); opacity: 0 } .a1:hover::after { opacity: 1 }",
    "not displayed": ".a2::before { content: attr(data-a2); display: none }",
    "overridden": ".a3::before { content: attr(data-a3) } p.a3::before { content: none }",
    "for those who hear": ".a4::before { content: 'row' / attr(data-a4) }",
    "of an element itself": ".a5 { content: attr(data-a5) }",
    "in a variable": ".a6 { --a6: attr(data-a6) }",
    "in a size": ".a7 { width: attr(data-a7 px, 100px) }",
}

HIDDEN_IN_STYLES: Final = [
    *(Kind(f"style, {name}", "hidden", f"<style>{rules}</style>") for name, rules in _RULES.items()),
    *(
        Kind(
            f"generated text, {name}",
            "hidden",
            f'<style>{rules}</style><div style="container-type:inline-size"><p class="t{number}">row</p></div>',
        )
        for number, (name, rules) in enumerate(_TEXTS.items(), 1)
    ),
    *(
        Kind(
            f"generated attribute, {name}",
            "hidden",
            f'<style>{rules}</style><p class="a{number}" data-a{number}="§">row</p>',
        )
        for number, (name, rules) in enumerate(_ATTRIBUTES.items(), 1)
    ),
    Kind(
        "generated attribute, of an image",
        "hidden",
        '<style>.b1::after { content: attr(alt) }</style><img class="b1" src="/pixel.png" alt="§">',
    ),
    Kind("generated text, in its own style", "hidden", "<p style=\"content: '§'\">row</p>"),
]
