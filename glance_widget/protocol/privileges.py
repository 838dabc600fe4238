"""What an agent may do (wire sheet, sections 4.2 and 8.2).

An authorization for ``service=webservices`` answers with an object, and in it ``privilegeString``: names and values, as
in ``groupowner:on;newportalaccess:on``. Which name stands for which privilege is not published: that it is the name of
the role's setting is ours, and stands here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from glance_widget.protocol.json_values import JsonObject

PRIVILEGES_SERVICE: Final = "webservices"
"""The ``service`` whose authorization tells the privileges."""
CAMERA_SHARE: Final = "joinCustomerScreenShareSessions"
"""The privilege to join sessions in which customers show the cameras of their mobile devices."""

_LONGEST: Final = 10_000


def privilege_string(privileges: Iterable[str]) -> str:
    """The privileges as the platform writes them."""
    return ";".join(f"{name}:on" for name in sorted(privileges))


def parse_privileges(answer: JsonObject) -> frozenset[str]:
    """The privileges in the answer of an authorization; none when it tells none."""
    text = answer.get("privilegeString")
    if not isinstance(text, str) or len(text) > _LONGEST:
        return frozenset()
    pairs = (part.strip().partition(":") for part in text.split(";"))
    return frozenset(name for name, _, value in pairs if value.strip().lower() == "on")
