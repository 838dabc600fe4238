from __future__ import annotations

import pytest

from glance_widget.protocol.invocation import (
    MAX_ARGUMENTS,
    MAX_RESULT,
    InvokeResult,
    are_arguments,
    invocation,
    invokable,
)
from glance_widget.protocol.json_values import JsonValue
from glance_widget.protocol.presence import signal


@pytest.mark.parametrize(
    ("func", "path"),
    [
        ("showOffer", "GLANCE_COBROWSE.Custom.showOffer"),
        ("_x1", "GLANCE_COBROWSE.Custom._x1"),
        ("GLANCE", "GLANCE_COBROWSE.Custom.GLANCE"),
        ("GLANCE.Cobrowse.VisitorUI.showTerms", "GLANCE.Cobrowse.VisitorUI.showTerms"),
        ("GLANCE.x", "GLANCE.x"),
        ("GLANCE_COBROWSE.Custom.showOffer", "GLANCE_COBROWSE.Custom.showOffer"),
        ("GLANCE_COBROWSE.Custom.a.b", "GLANCE_COBROWSE.Custom.a.b"),
    ],
)
def test_functions_that_may_be_invoked(func: str, path: str) -> None:
    assert invokable(func) == path


@pytest.mark.parametrize(
    "func",
    [
        "", ".", "a b", "1a", "a-b", "a()", "alert(1)//", "eval;", "document.write", "window.GLANCE.x", "Glance.x",
        "glance.x", "GLANCE.", ".GLANCE.x", "GLANCE..x", "GLANCE.a-b", "GLANCE.x()", "GLANCE_COBROWSE.x",
        "GLANCE_COBROWSE.Custom", "GLANCE_COBROWSE.Custom.", "GLANCE_COBROWSE.custom.x", "GLANCE['x']", "GLANCE.x\n",
    ],
    ids=repr,
)  # fmt: skip
def test_functions_that_may_not_be_invoked(func: str) -> None:
    assert invokable(func) is None


def test_an_invocation_on_the_wire() -> None:
    call = invocation("GLANCE.x", {"sessionKey": "k"})
    assert signal("invoke", call) == {"mtype": "invoke", "data": {"func": "GLANCE.x", "args": {"sessionKey": "k"}}}
    assert invocation("GLANCE.x", {}, "r1") == {"func": "GLANCE.x", "args": {}, "req": "r1"}


@pytest.mark.parametrize("result", [None, 0, "", "text", [1, {"a": None}], {"a": [True]}], ids=repr)
def test_a_result_is_taken_as_it_is(result: JsonValue) -> None:
    assert InvokeResult.parse({"req": "r1", "result": result}) == InvokeResult("r1", result)


def test_a_function_may_return_nothing() -> None:
    assert InvokeResult.parse({"req": "r1"}) == InvokeResult("r1", None)


@pytest.mark.parametrize("req", [None, 7, "", "a b", "ä", "x" * 65, ["r1"]], ids=repr)
def test_an_answer_without_a_name_is_none(req: JsonValue) -> None:
    assert InvokeResult.parse({"req": req, "result": 1}) is None


def test_what_a_stranger_says_is_short_and_on_one_line() -> None:
    given = InvokeResult.parse({"req": "r1", "error": "Error: \x1b[31mno\n" + "x" * 1000})
    assert given is not None
    assert given.error is not None
    assert given.error.startswith("Error: [31mno")
    assert given.error.isprintable()
    assert len(given.error) == 200
    odd = InvokeResult.parse({"req": "r1", "error": {"a": 1}})
    assert odd == InvokeResult("r1", error="It gave no reason.")


def nested(levels: int) -> JsonValue:
    value: JsonValue = 1
    for _level in range(levels):
        value = [value]
    return value


def test_arguments_have_a_largest_size() -> None:
    assert are_arguments({"a": "本" * 5_000, "b": nested(29)})
    for odd in ({"a": "x" * MAX_ARGUMENTS}, {"a": nested(30)}, {"a": float("nan")}, {"a": {7}}, [1]):
        assert not are_arguments(odd)


def test_a_result_has_a_largest_size_and_no_odd_values() -> None:
    long = InvokeResult.parse({"req": "r1", "result": "x" * MAX_RESULT})
    assert long == InvokeResult("r1", error="Its result is too long or too deep.")
    assert InvokeResult.parse({"req": "r1", "result": nested(31)}) == long
    for large in (nested(30), "本" * 5_000):
        assert InvokeResult.parse({"req": "r1", "result": large}) == InvokeResult("r1", large)
    odd = InvokeResult.parse({"req": "r1", "result": [float("inf"), "\ud800"]})
    assert odd == InvokeResult("r1", [None, "?"])
