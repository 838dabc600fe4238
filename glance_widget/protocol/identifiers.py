"""Group ids, PUIDs, visitor ids and session keys: what each may look like (wire sheet, section 8.1)."""

from __future__ import annotations

import re
import secrets
import string
from typing import Final

MAX_GROUPID: Final = 999_999
MAX_PUID_LENGTH: Final = 255
MAX_VISITORID_LENGTH: Final = 62

_VISITORID: Final = re.compile(r"[A-Za-z0-9_-]{1,62}", re.ASCII)
_TYPED_SESSION_KEY: Final = re.compile(r"[A-Za-z0-9_.~-]{1,62}", re.ASCII)

KEYTYPE_RANDOM: Final = "GLANCE_KEYTYPE_RANDOM"
"""What a visitor script sends as session key when the service shall choose one (wire sheet, section 6.3)."""


def groupid_from(value: object) -> int | None:
    """The group id that a value stands for.

    Args:
        value: An integer, or a text of digits. A bool is neither.

    Returns:
        A number of 1 to 6 digits, or None when the value is no group id.
    """
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    text = str(value)
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MAX_GROUPID))):
        return None
    number = int(text)
    return number if number > 0 else None


def is_visitorid(value: object) -> bool:
    """Whether a value can be a visitor id: 1 to 62 letters, digits, ``-`` and ``_``."""
    return isinstance(value, str) and _VISITORID.fullmatch(value) is not None


def is_session_key(value: object) -> bool:
    """Whether a value can be a session key.

    Like a visitor id, but ``~`` and ``.`` are tolerated because old documents allow them in keys typed by a person.
    """
    return isinstance(value, str) and _TYPED_SESSION_KEY.fullmatch(value) is not None


def is_puid(value: object) -> bool:
    """Whether a value can be a partner user id: 1 to 255 printable characters."""
    return isinstance(value, str) and 1 <= len(value) <= MAX_PUID_LENGTH and value.isprintable()


def new_session_key() -> str:
    """A session key that nobody guesses: 16 letters and digits, about 95 bits, for invitations made by an agent."""
    alphabet = string.ascii_letters + string.digits
    return "".join(secrets.choice(alphabet) for _ in range(16))
