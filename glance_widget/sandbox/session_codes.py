"""Random session codes: the keys that visitors read out to agents (ours; Glance publishes no rules for them).

A code has few digits, so that it can be read out: what keeps strangers out is that it is good for one agent, for a
short time, and that guessing is cut off. Keys that were chosen, such as visitor ids, are no guesses: they stay good.
"""

from __future__ import annotations

import ipaddress
import re
import secrets
from collections.abc import Callable
from typing import Final

from glance_widget.errors import SessionError
from glance_widget.sandbox.settings import Limits

_DIGITS: Final = 6
_CODE: Final = re.compile(rf"[0-9]{{{_DIGITS}}}", re.ASCII)
_MAX_RESTING: Final = 200_000
_WINDOW: Final = 600.0
"""Seconds for which a wrong code counts."""


class CodesCutOffError(SessionError):
    """Too many wrong session codes came lately: none is taken for the time being."""

    def __init__(self) -> None:
        super().__init__("toomanycodes", "Too many wrong session codes were tried.", "Wait ten minutes.")


class SessionCodes:
    """Makes codes, and lets those that were used rest.

    Args:
        rest: Seconds for which a code that was used is not given out again.
        now: Gives seconds of a clock that never goes back.
    """

    def __init__(self, rest: float, now: Callable[[], float]) -> None:
        self._rest = rest
        self._now = now
        self._used: dict[str, float] = {}

    def new(self, is_taken: Callable[[str], bool]) -> str | None:
        """A code that rests no more and is not taken; None when hardly any is left."""
        for _ in range(100):
            code = "".join(secrets.choice("0123456789") for _ in range(_DIGITS))
            if not self._rests(code) and not is_taken(code):
                return code
        return None

    def used(self, code: str) -> None:
        """A session with this code ended."""
        if len(self._used) >= _MAX_RESTING:
            del self._used[next(iter(self._used))]
        # A code that is used again rests from now on.
        self._used.pop(code, None)
        self._used[code] = self._now()

    def _rests(self, code: str) -> bool:
        used = self._used.get(code)
        return used is not None and self._now() - used < self._rest


def looks_random(key: str) -> bool:
    """Whether a key has the form of a random code."""
    return _CODE.fullmatch(key) is not None


class Guesses:
    """Counts wrong codes, and says when it is enough. The same wrong code from one address counts once: clients repeat.

    Args:
        limits: How many are too many.
        now: Gives seconds of a clock that never goes back.
    """

    def __init__(self, limits: Limits, now: Callable[[], float]) -> None:
        self._limits = limits
        self._now = now
        self._wrong: dict[tuple[str, str], float] = {}

    def wrong(self, address: str, code: str) -> None:
        """A code was wrong."""
        guess = (_place_of(address), code)
        # Those that are too many count no further: they are refused before anybody looks at them.
        if guess in self._wrong or not self.cut_off(address):
            self._wrong.pop(guess, None)
            self._wrong[guess] = self._now()

    def cut_off(self, address: str) -> bool:
        """Whether no code is taken from an address any more, for the time being."""
        self._forget_old()
        place = _place_of(address)
        own = sum(known == place for known, _code in self._wrong)
        return own >= self._limits.wrong_codes_per_address or len(self._wrong) >= self._limits.wrong_codes

    def _forget_old(self) -> None:
        oldest = self._now() - _WINDOW
        for guess, at in tuple(self._wrong.items()):
            if at > oldest:
                return
            del self._wrong[guess]


def _place_of(address: str) -> str:
    """Who counts as one address: of IPv6, one customer has a whole network."""
    try:
        network = ipaddress.IPv6Network(f"{address}/64", strict=False)
    except ValueError:
        return address.removeprefix("::ffff:")
    return address.removeprefix("::ffff:") if address.startswith("::ffff:") else str(network)
