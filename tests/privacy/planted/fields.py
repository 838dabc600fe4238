"""What is typed or preset in form fields: for the agent in `open` only; of passwords and their like never anything."""

from __future__ import annotations

from typing import Final

from tests.privacy.planted.kind import Chars, Kind

_TYPE: Final = """
    const field = Object.assign(document.createElement("%s"), %s);
    box.append(field);
    field.focus();
    field.value = secret;
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
"""


def typed(tag: str = "input", properties: str = "{}") -> str:
    """Script that types into a new field."""
    return _TYPE % (tag, properties)


_PRESET: Final[dict[str, tuple[str, Chars]]] = {
    "text, preset": ('<input value="§">', "word"),
    "search, preset": ('<input type="search" value="§">', "word"),
    "mail, preset": ('<input type="email" value="§@shop.test">', "word"),
    "telephone, preset": ('<input type="tel" value="§">', "digits"),
    "address, preset": ('<input type="url" value="https://§.test">', "word"),
    "number, preset": ('<input type="number" value="§">', "digits"),
    "range, preset": ('<input type="range" min="0" max="1000000000000" value="§">', "digits"),
    "date, preset": ('<input type="date" value="§">', "date"),
    "date and time, preset": ('<input type="datetime-local" value="§T10:00">', "date"),
    "color, preset": ('<input type="color" value="§">', "color"),
    "read-only, preset": ('<input readonly value="§">', "word"),
    "disabled, preset": ('<input disabled value="§">', "word"),
    "unknown type, preset": ('<input type="customer" value="§">', "word"),
    "textarea, preset": ("<textarea>§</textarea>", "word"),
    "select, first choice": ('<select><option>§</option><option value="2">two</option></select>', "word"),
    "select, chosen": ("<select><option>one</option><option selected>§</option></select>", "word"),
    "editable": ("<div contenteditable>§</div>", "word"),
    "editable, inside": ("<div contenteditable><ul><li><b>§</b></li></ul></div>", "word"),
    "editable, plain text": ('<div contenteditable="plaintext-only">§</div>', "word"),
    "shadow root, field": ('<div><template shadowrootmode="open"><input value="§"></template></div>', "word"),
    "frame, field": ("<iframe srcdoc='<input value=§>' width=300 height=40></iframe>", "word"),
}

_TYPED: Final = {
    "text, typed": typed(),
    "search, typed": typed(properties="{ type: 'search' }"),
    "mail, typed": typed(properties="{ type: 'email' }"),
    "textarea, typed": typed("textarea"),
    "text, set by script": "const f = document.createElement('input'); box.append(f); f.value = secret",
    "datalist, chosen": """
        const field = document.createElement("input");
        field.setAttribute("list", "choices");
        box.append(field);
        field.value = secret;
        field.dispatchEvent(new InputEvent("input", { bubbles: true }));""",
    "select, chosen later": """
        const select = document.createElement("select");
        select.append(new Option("one", "1"), new Option(secret, "2"));
        box.append(select);
        select.selectedIndex = 1;
        select.dispatchEvent(new Event("change", { bubbles: true }));""",
    "editable, typed": """
        const editor = document.createElement("div");
        editor.contentEditable = "true";
        box.append(editor);
        editor.focus();
        editor.textContent = secret;
        editor.dispatchEvent(new InputEvent("input", { bubbles: true }));""",
    "editable, switched on later": """
        const editor = document.createElement("div");
        box.append(editor);
        editor.contentEditable = "true";
        editor.append(secret);""",
    "editable, a frame in design mode": """
        const frame = Object.assign(document.createElement("iframe"), { srcdoc: "<p>row</p>", width: 300, height: 40 });
        frame.onload = () => {
          frame.contentDocument.designMode = "on";
          frame.contentDocument.body.append(secret);
        };
        box.append(frame);""",
    "shadow root, field typed": """
        const host = document.createElement("div");
        const field = document.createElement("input");
        host.attachShadow({ mode: "open" }).append(field);
        box.append(host);
        field.value = secret;
        field.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true }));""",
}

_PASSWORD_SHOWN: Final = typed(properties="{ type: 'password' }")

_TYPED_AFTER_SHOWN: Final = """
    const field = Object.assign(document.createElement("input"), { type: "password" });
    box.append(field);
    field.type = "text";
    field.value = secret;
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
"""
_COPIED: Final = """
    const copy = field.cloneNode();
    copy.type = "text";
    copy.value = secret;
    field.replaceWith(copy);
"""

_PASSWORDS: Final = {
    "password, preset": ('<input type="password" value="§">', ""),
    "password, type in capitals": ('<input type="PASSWORD" value="§">', ""),
    "password, one-time code": ('<input autocomplete="one-time-code" value="§">', ""),
    "password, current": ('<input autocomplete="current-password" value="§">', ""),
    "password, new": ('<input autocomplete="section-a new-password" value="§">', ""),
    "card number": ('<input autocomplete="cc-number" value="§">', ""),
    "card code": ('<input autocomplete="billing cc-csc" value="§">', ""),
    "letters as dots, field": ('<input style="-webkit-text-security:disc" value="§">', ""),
    "password, in a shadow root": (
        '<div><template shadowrootmode="open"><input type="password" value="§"></template></div>', "",
    ),
    "password, in a frame": ("<iframe srcdoc='<input type=password value=§>' width=300 height=40></iframe>", ""),
    "password, in a frame, shown": (
        "<iframe srcdoc='<input type=password value=§>' width=300 height=40></iframe>",
        """
        const frame = box.querySelector("iframe");
        const show = () => frame.contentDocument?.querySelector("[type=password]")?.setAttribute("type", "text");
        frame.addEventListener("load", show);
        show();""",
    ),
    "password, typed": ("", _PASSWORD_SHOWN),
    "password, shown": ("", f"{_PASSWORD_SHOWN} field.type = 'text'"),
    "password, typed after shown": ("", _TYPED_AFTER_SHOWN),
    "password, shown and hidden again": ("", f"{_PASSWORD_SHOWN} field.type = 'text'; field.type = 'password'"),
    "password, shown as attribute": (
        "", f"{_PASSWORD_SHOWN} field.type = 'text'; field.setAttribute('value', secret)",
    ),
    "password, copied to a text field when shown": ("", _PASSWORD_SHOWN + _COPIED),
    "password, moved": ("", f"{_PASSWORD_SHOWN} field.replaceWith('row'); box.append(field)"),
    "password, shown, then a snapshot": (
        "<input type='password' value='§'>", "box.querySelector('input').type = 'text'",
    ),
}  # fmt: skip

FIELDS: Final = [
    *(Kind(name, "form", html, chars=chars) for name, (html, chars) in _PRESET.items()),
    *(Kind(name, "form", js=js) for name, js in _TYPED.items()),
]
PASSWORDS: Final = [Kind(name, "password", html, js=js) for name, (html, js) in _PASSWORDS.items()]
