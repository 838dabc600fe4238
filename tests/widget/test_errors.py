from __future__ import annotations

import copy
import inspect
import pickle

import pytest

from glance_widget import errors
from glance_widget.errors import (
    GlanceError,
    LoginKeyError,
    PropertyError,
    SignInError,
    UnknownPropertyError,
    WaitTimeoutError,
)

KINDS = [kind for _name, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, GlanceError)]
EXAMPLES: list[GlanceError] = [
    *(kind("code", "A sentence.", "A hint.") for kind in KINDS if not issubclass(kind, PropertyError | LoginKeyError)),
    PropertyError("puid", "is missing", "Give one.", code="puid_missing"),
    UnknownPropertyError("visitorID", "is not a property of Glance", "Did you mean 'visitorid'?"),
    LoginKeyError("too_far_ahead", "The login key is valid for more than one day.", "Sign it anew."),
]


def test_the_tree_is_complete_and_drawn_at_the_top_of_its_module() -> None:
    assert errors.__doc__ is not None
    for kind in KINDS:
        assert kind.__name__ in errors.__doc__
        assert kind.__doc__
    assert {type(error) for error in EXAMPLES} == set(KINDS)


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_every_error_has_three_parts_and_travels_between_processes(error: GlanceError) -> None:
    assert str(error) == f"{error.message} {error.hint}"
    assert error.as_record() == {"code": error.code, "message": error.message, "hint": error.hint}
    for other in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):  # noqa: S301 (our own)
        assert type(other) is type(error)
        assert str(other) == str(error)
        assert vars(other) == vars(error)
        assert other.args == error.args


def test_a_hint_may_be_missing() -> None:
    assert str(SignInError("code", "A sentence.")) == "A sentence."


def test_what_else_some_errors_are() -> None:
    assert issubclass(PropertyError, ValueError)
    assert issubclass(UnknownPropertyError, TypeError)
    assert issubclass(WaitTimeoutError, TimeoutError)


def test_the_message_of_a_property_error_begins_with_the_name() -> None:
    error = PropertyError("puid", "is missing", code="puid_missing")
    assert (error.name, error.message, error.code) == ("puid", "puid is missing.", "puid_missing")
    assert PropertyError("puid", "is missing").code == "property"
