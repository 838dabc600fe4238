"""A value that never shows itself."""

from __future__ import annotations

from typing import Final, NoReturn, final

MASK: Final = "**********"


@final
class Secret:
    """A login key, API key or token on its way through the program.

    Printing, formatting, logging and ``repr`` give a mask; pickling and copying into JSON fail. Only ``reveal()`` gives
    the value, so every place that uses it can be found by that word.

    Args:
        value: The text to keep.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value itself."""
        return self._value

    def __repr__(self) -> str:
        """A mask, whatever the value."""
        return f"Secret({MASK!r})"

    def __str__(self) -> str:
        """A mask, whatever the value."""
        return MASK

    def __bool__(self) -> bool:
        """Whether there is anything to keep."""
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        """Equal when the kept values are."""
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        """The same for equal secrets."""
        return hash((Secret, self._value))

    def __reduce__(self) -> NoReturn:
        """Refuses to be pickled.

        Raises:
            TypeError: Always.
        """
        reason = "A Secret is never written out."
        raise TypeError(reason)
