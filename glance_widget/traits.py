"""How ``Glance`` holds its values: checked properties, kept ones, and state that only Python writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar, overload

import traitlets as t
from typing_extensions import Self

from glance_widget.protocol.json_values import JsonValue

T = TypeVar("T")


class Property(t.TraitType[T, object], Generic[T]):
    """A synced property whose values pass a check of ``glance_widget.properties``.

    Args:
        check: Gives the value to keep, or raises ``PropertyError``; the old value then stays.
        default: The value while none was given.
    """

    def __init__(self, check: Callable[[object], T], default: T) -> None:
        super().__init__(default_value=default)
        self._check = check
        self.tag(sync=True, property=True)

    def validate(self, _obj: object, value: object) -> T:
        """The checked value.

        Raises:
            PropertyError: The value is not good.
        """
        return self._check(value)


class State(t.TraitType[T, T], Generic[T]):
    """A trait that only Python writes, whole each time.

    Args:
        initial: The value at first.
        shown: Gives of a value that is not None what the browser may see, and a saved notebook keep; None: all of it.
        sync: Whether the browser sees it at all.
    """

    def __init__(self, initial: T, *, shown: Callable[[Any], JsonValue] | None = None, sync: bool = True) -> None:
        super().__init__(default_value=initial, allow_none=True, read_only=True)
        self.tag(sync=sync)
        if shown is not None:
            self.tag(to_json=lambda value, _widget: None if value is None else shown(value))


class Kept(Generic[T]):
    """A property that stays in Python: no trait, so that it is never synced, saved or shown.

    Args:
        check: Gives the value to keep, or raises ``PropertyError``; the old value then stays.
    """

    def __init__(self, check: Callable[[object], T | None]) -> None:
        self._check = check
        self._name = ""

    def __set_name__(self, owner: type[object], name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type[object]) -> Self: ...

    @overload
    def __get__(self, instance: KeepsProperties, owner: type[object]) -> T | None: ...

    def __get__(self, instance: KeepsProperties | None, owner: type[object]) -> T | Self | None:
        if instance is None:
            return self
        value: T | None = instance.kept_values.get(self._name)
        return value

    def __set__(self, instance: KeepsProperties, value: object) -> None:
        instance.kept_values[self._name] = self._check(value)
        instance.kept_changed(self._name)


class KeptValues(dict[str, Any]):
    """Values of kept properties by name. Its text holds the names only, as a value may be a header with a password."""

    def __repr__(self) -> str:
        """The names."""
        return f"KeptValues({', '.join(sorted(self))})"


class KeepsProperties(Protocol):
    """What has kept properties."""

    kept_values: KeptValues

    def kept_changed(self, name: str) -> None:
        """A kept property was assigned."""
