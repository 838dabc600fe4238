"""A small page, and the recorder's events that show it: what a viewer needs to see a visitor who has no browser."""

from __future__ import annotations

import itertools
import re
import time
from dataclasses import dataclass
from typing import Final

from glance_widget.errors import PropertyError
from glance_widget.protocol.json_values import JsonObject, JsonValue

WIDTH: Final = 1280
HEIGHT: Final = 720

# rrweb's numbers: kinds of events, of nodes, and of changes.
_FULL_SNAPSHOT, _INCREMENTAL, _META = 2, 3, 4
_DOCUMENT, _DOCTYPE, _ELEMENT, _TEXT = 0, 1, 2, 3
_INPUT: Final = 5

_STYLE: Final = (
    "margin:0;padding:8vh 10vw;font:18px/1.5 system-ui,sans-serif;color:#1d2b33;background:#f4f7f6;min-height:80vh"
)


@dataclass(frozen=True, slots=True)
class ScriptedPage:
    """What a scripted visitor's page shows.

    Attributes:
        title: Its title.
        heading: Its heading.
        text: A paragraph.
        fields: Labels of its text fields.
    """

    title: str = "Slow Heron"
    heading: str = "Coffee at the pace of a heron"
    text: str = "Kettles, drippers and grinders for people who would rather wade than rush."
    fields: tuple[str, ...] = ("Full name", "Email")


class PageEvents:
    """The events of one page, as the visitor script would record them: what is typed is masked.

    Args:
        page: What the page shows.
        href: Its address.
    """

    def __init__(self, page: ScriptedPage, href: str) -> None:
        self.page = page
        self.href = href
        self._typed: dict[str, str] = dict.fromkeys(page.fields, "")
        self._fields: dict[str, int] = {}

    def fresh_start(self) -> list[JsonValue]:
        """The events with which a viewer can begin: Meta and FullSnapshot."""
        meta: JsonObject = {"href": self.href, "width": WIDTH, "height": HEIGHT}
        snapshot: JsonObject = {"node": self._document(), "initialOffset": {"left": 0, "top": 0}}
        return [_event(_META, meta), _event(_FULL_SNAPSHOT, snapshot)]

    def typed(self, field: str, text: str) -> list[JsonValue]:
        """The event of a text that now stands in a field.

        Raises:
            PropertyError: The page has no such field.
        """
        if field not in self._typed:
            raise PropertyError("field", f"is not on the page: {field!r}", f"It has {', '.join(self.page.fields)}.")
        self._typed[field] = re.sub(r"\S", "*", text)
        if field not in self._fields:
            return []
        change: JsonObject = {
            "source": _INPUT,
            "text": self._typed[field],
            "isChecked": False,
            "id": self._fields[field],
            "userTriggered": True,
        }
        return [_event(_INCREMENTAL, change)]

    def _document(self) -> JsonObject:
        ids = itertools.count(1)

        def text(content: str) -> JsonObject:
            return {"type": _TEXT, "textContent": content, "id": next(ids)}

        def element(tag: str, attributes: dict[str, JsonValue], *children: JsonObject) -> JsonObject:
            inner: list[JsonValue] = [*children]
            return {"type": _ELEMENT, "tagName": tag, "attributes": attributes, "childNodes": inner, "id": next(ids)}

        def field(label: str) -> JsonObject:
            box = element("input", {"type": "text", "value": self._typed[label]})
            self._fields[label] = _id_of(box)
            return element("p", {}, element("label", {}, text(f"{label} "), box))

        page = self.page
        head = element("head", {}, element("title", {}, text(page.title)))
        parts = [element("h1", {}, text(page.heading)), element("p", {}, text(page.text)), *map(field, page.fields)]
        body = element("body", {"style": _STYLE}, element("main", {}, *parts))
        doctype: JsonObject = {"type": _DOCTYPE, "name": "html", "publicId": "", "systemId": "", "id": next(ids)}
        tree: list[JsonValue] = [doctype, element("html", {"lang": "en"}, head, body)]
        return {"type": _DOCUMENT, "childNodes": tree, "id": next(ids)}


def _id_of(node: JsonObject) -> int:
    number = node["id"]
    return number if isinstance(number, int) else 0


def _event(kind: int, data: JsonObject) -> JsonObject:
    return {"type": kind, "data": data, "timestamp": int(time.time() * 1000)}
