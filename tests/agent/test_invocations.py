"""Invoking functions of the visitor's page, and what comes back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from glance_widget.agent import invocations
from glance_widget.errors import InvokeError, WaitTimeoutError
from glance_widget.protocol.json_values import JsonValue
from tests.agent.desk import Desk
from tests.agent.fake_platform import FakePlatform
from tests.conftest import eventually

CART = "GLANCE_COBROWSE.Custom.getCart"


def answered(desk: Desk, platform: FakePlatform, patience: float | None = None, **answer: object) -> JsonValue:
    """Invokes, and lets the visitor's page answer."""
    agent = desk.agent
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(agent.run, lambda: agent.invoke(CART, {"a": 1}, patience))
        (asked,) = eventually(lambda: platform.requests("/signalvisitor"))
        assert asked.json["data"].items() >= {"func": CART, "args": {"a": 1}}.items()
        platform.socket.push("invokeresult", {"req": "other", "result": "of another agent"})
        for _ in range(2):
            platform.socket.push("invokeresult", {"req": asked.json["data"]["req"], **answer})
        return call.result()


def test_an_invoked_function_answers(present: Desk, platform: FakePlatform) -> None:
    assert answered(present, platform, result={"items": [1, None]}) == {"items": [1, None]}


@pytest.mark.parametrize(
    ("said", "code", "sentence"),
    [
        ("Error: ERR_BADINVOKE:document", "badinvoke", f"does not let agents invoke {CART} (ERR_BADINVOKE:document)"),
        ("Error: ERR_UNDEFINVOKE:getCart", "undefinvoke", f"has no function {CART} (ERR_UNDEFINVOKE:getCart)"),
        ("TypeError: no cart", "invoke_failed", f"{CART} failed on the visitor's page: TypeError: no cart"),
    ],
)
def test_a_function_that_fails_is_an_error(
    present: Desk, platform: FakePlatform, said: str, code: str, sentence: str
) -> None:
    with pytest.raises(InvokeError) as caught:
        answered(present, platform, 5.0, error=said)
    assert caught.value.code == code
    assert sentence in caught.value.message
    assert present.agent.flow.error is None


def test_a_page_that_must_answer_and_does_not_is_an_error(present: Desk) -> None:
    agent = present.agent
    with pytest.raises(WaitTimeoutError, match="did not answer") as caught:
        agent.run(lambda: agent.invoke(CART, {}, 0.01))
    assert caught.value.code == "invoke_timeout"


def test_a_page_that_never_answers_is_not_waited_for_long(
    present: Desk, platform: FakePlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invocations, "USUAL_PATIENCE", 0.01)
    agent = present.agent
    assert agent.run(lambda: agent.invoke(CART, {}, None)) is None
    late = platform.requests("/signalvisitor")[-1].json["data"]["req"]
    platform.socket.push("invokeresult", {"req": late, "error": "Error: ERR_UNDEFINVOKE:getCart"})
    error = eventually(lambda: agent.flow.error, "a late failure is shown")
    assert error is not None
    assert (agent.flow.state, error.code) == ("present", "undefinvoke")
