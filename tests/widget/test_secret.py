from __future__ import annotations

import copy
import json
import logging
import pickle
from collections.abc import Callable

import pytest

from glance_widget.secret import MASK, Secret

CANARY = "canary-4711"


@pytest.mark.parametrize(
    "show",
    [
        str,
        repr,
        "{}".format,
        "{!r}".format,
        "{:>50}".format,
        lambda secret: "%s %r" % (secret, secret),  # noqa: UP031 (one of the ways)
        lambda secret: f"{secret}",
        lambda secret: repr([secret, {"a": secret}]),
        ascii,
    ],
    ids=range(9),
)
def test_it_never_shows_itself(show: Callable[[object], str]) -> None:
    try:
        shown = show(Secret(CANARY))
    except TypeError as error:
        shown = f"{error}{MASK}"
    assert CANARY not in shown
    assert MASK in shown


def test_it_is_not_written_out() -> None:
    secret = Secret(CANARY)
    refused: list[Callable[[object], object]] = [pickle.dumps, copy.copy, copy.deepcopy, json.dumps, vars]
    for write in refused:
        with pytest.raises(TypeError) as caught:
            write(secret)
        assert CANARY not in str(caught.value)


def test_it_is_logged_masked(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("test").warning("%s %r", Secret(CANARY), Secret(CANARY))
    assert CANARY not in caplog.text


def test_it_is_equal_to_itself_only() -> None:
    assert Secret(CANARY) == Secret(CANARY)
    assert len({Secret(CANARY), Secret(CANARY), Secret("other")}) == 2
    assert Secret(CANARY) != Secret("other")
    assert Secret(CANARY) != CANARY
    assert Secret(CANARY)
    assert not Secret("")
    assert Secret(CANARY).reveal() == CANARY
