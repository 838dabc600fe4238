"""What is hidden at first and shown later, and what a site unmasks."""

from __future__ import annotations

from typing import Final

from tests.privacy.planted.kind import Kind

_SHOWN: Final = {
    "class": ('<p class="gone">§</p>', "box.firstChild.className = ''"),
    "class, around": ('<div class="gone"><ul><li>§</li></ul></div>', "box.firstChild.className = ''"),
    "hidden": ("<p hidden>§</p>", "box.firstChild.hidden = false"),
    "style": ('<p style="display:none">§</p>', "box.firstChild.style.display = ''"),
    "visibility": ('<p style="visibility:hidden">§</p>', "box.firstChild.style.visibility = ''"),
    "opacity": ('<p style="opacity:0">§</p>', "box.firstChild.style.opacity = 1"),
    "height": ('<div style="height:0;overflow:hidden">§</div>', "box.firstChild.style.height = ''"),
    "rule": (
        "<style>.rule-of-row { display: none }</style><p class='rule-of-row'>§</p>",
        "box.firstChild.textContent = '.rule-of-row { color: navy }'",
    ),
    "details": ("<details><summary>more</summary><p>§</p></details>", "box.firstChild.open = true"),
    "dialog": ("<dialog style='position:static'>§</dialog>", "box.firstChild.show()"),
    "slot": (
        '<div><template shadowrootmode="open"><slot name="here"></slot></template><p>§</p></div>',
        "box.firstChild.firstElementChild.slot = 'here'",
    ),
    "shadow root": (
        '<div><template shadowrootmode="open"><p hidden>§</p></template></div>',
        "box.firstChild.shadowRoot.firstChild.hidden = false",
    ),
    "frame": (
        '<iframe srcdoc="<p>§</p>" style="display:none" width="300" height="40"></iframe>',
        "box.firstChild.style.display = ''",
    ),
    "moved": ('<div hidden><p>§</p></div><div class="place"></div>', "box.lastChild.append(box.firstChild.firstChild)"),
}

SHOWN_LATER: Final = [Kind(f"shown later, {name}", "visible", html, change=js) for name, (html, js) in _SHOWN.items()]

_UNMASKED: Final = {
    "unmasked by attribute": '<p glance_masked="false">§</p>',
    "unmasked by class": '<p class="glance_unmasked">§</p>',
    "unmasked by selector": '<p class="by-unmasking">§</p>',
    "unmasked, inside": '<div class="glance_unmasked"><ul><li>§</li></ul></div>',
    "unmasked, placeholder": '<input class="glance_unmasked" placeholder="§">',
    "unmasked, button": '<button type="button" class="glance_unmasked">§</button>',
}
_UNMASKED_FIELDS: Final = {
    "unmasked field, by attribute": '<input glance_masked="false" value="§">',
    "unmasked field, by class": '<input class="glance_unmasked" value="§">',
    "unmasked field, by selector": '<input class="by-unmasking" value="§">',
    "unmasked field, inside": '<div class="glance_unmasked"><textarea>§</textarea></div>',
}
_NEVER: Final = {
    "unmasked password": '<input type="password" class="glance_unmasked" value="§">',
    "unmasked password, inside": '<div glance_masked="false"><input type="password" value="§"></div>',
    "unmasked one-time code": '<input class="glance_unmasked" autocomplete="one-time-code" value="§">',
    "unmasked hidden input": '<input type="hidden" class="glance_unmasked" value="§">',
    "unmasked data attribute": '<p class="glance_unmasked" data-customer="§">row</p>',
    "unmasked, not displayed": '<p class="glance_unmasked" style="display:none">§</p>',
    "masked and unmasked": '<p class="glance_masked glance_unmasked">§</p>',
    "masked and unmasked, by attribute": '<p glance_masked="true" class="glance_unmasked">§</p>',
    "masked by selector and unmasked": '<p class="by-selector glance_unmasked">§</p>',
    "masked inside unmasked": '<div class="glance_unmasked"><p class="glance_masked">§</p></div>',
    "unmasked inside masked": '<div class="glance_masked"><p class="glance_unmasked">§</p></div>',
    "unmasked inside masked by selector": '<div class="by-selector"><p glance_masked="false">§</p></div>',
}

UNMASKED: Final = [
    *(Kind(name, "visible", html) for name, html in _UNMASKED.items()),
    *(Kind(name, "form", html) for name, html in _UNMASKED_FIELDS.items()),
    *(Kind(name, "marked", html) for name, html in _NEVER.items()),
]
