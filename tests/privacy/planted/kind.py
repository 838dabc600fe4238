"""One kind of secret that a page may hold."""

from __future__ import annotations

import random
import string
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

Group = Literal["hidden", "visible", "form", "password", "marked"]
"""``hidden`` is never seen, ``visible`` is, ``form`` is a field's value, ``marked`` is what a site masks."""
Chars = Literal["word", "digits", "date", "color"]

SECRET: Final = "§"
"""Stands for the secret in a row's markup."""
REVERSED: Final = "¬"
"""Stands for the secret written backwards: in addresses from which the test's server makes contents."""

_LETTERS: Final = string.ascii_lowercase + string.digits
_LENGTH: Final = 16


@dataclass(frozen=True, slots=True)
class Kind:
    """One row of the tables.

    Attributes:
        name: Unique.
        group: Who may see it.
        html: Markup with the secret in it; put into the page at its start, and again later.
        head: Whether the markup belongs into the page's head.
        js: The body of a function of ``box`` (the row's element) and ``secret``; run after the markup is there.
        change: The same, for a later change in place. Without it, the secret is replaced wherever the row holds it.
        chars: What the secret is made of.
        seen: Whether what a visible kind shows can be read in the agent's page as text.
        allowed: Whether the agent may see it in the modes that show page content, but need not.
    """

    name: str
    group: Group
    html: str = ""
    head: bool = False
    js: str = ""
    change: str = ""
    chars: Chars = "word"
    seen: bool = True
    allowed: bool = False

    def new_secret(self, rng: random.Random) -> str:
        """A secret of this kind, such as nothing else in the page looks like."""
        return _MAKERS[self.chars](rng)

    def markup(self, secret: str) -> str:
        """The row's markup with a secret in it."""
        return self.html.replace(SECRET, secret).replace(REVERSED, secret[::-1])


def _word(rng: random.Random) -> str:
    """Begins with a letter, so that it can be a name; ends in one, so that it is no number either."""
    middle = "".join(rng.choice(_LETTERS) for _ in range(_LENGTH - 2))
    return rng.choice(string.ascii_lowercase) + middle + rng.choice(string.ascii_lowercase)


def _digits(rng: random.Random) -> str:
    return str(rng.randrange(10**11, 10**12))


def _date(rng: random.Random) -> str:
    return f"{rng.randrange(3000, 9000)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}"


def _color(rng: random.Random) -> str:
    return f"#{rng.randrange(1, 2**24):06x}"


_MAKERS: Final[dict[Chars, Callable[[random.Random], str]]] = {
    "word": _word,
    "digits": _digits,
    "date": _date,
    "color": _color,
}
