"""What all tests share: a clean environment, no thread left over, waiting for conditions, and printed seeds."""

from __future__ import annotations

import os
import random
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from typing import Final, TypeVar

import pytest

T = TypeVar("T")

# Before anything imports anywidget: a thread that watches files keeps a test run from ending.
os.environ["ANYWIDGET_HMR"] = "0"

SEED_VARIABLE: Final = "GLANCE_TEST_SEED"
"""Repeats a randomised test: the seed that its output names."""

_OF_THE_SCRIPTS: Final = frozenset({"GLANCE_CHROMIUM", "GLANCE_PYTHON", "GLANCE_SKIP_JS", SEED_VARIABLE})
_PROXIES: Final = frozenset({"ALL_PROXY", "FTP_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"})


def eventually(condition: Callable[[], T], what: str = "", *, within: float = 10.0) -> T:
    """Waits until a condition holds, and gives what it gave.

    The deadline is generous, as it only decides how long a broken test takes to fail.
    """
    deadline = time.monotonic() + within
    while not (value := condition()):
        assert time.monotonic() < deadline, f"did not come true within {within} s: {what or condition}"
        time.sleep(0.002)
    return value


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the machine's own settings reaches the code under test."""
    for name in list(os.environ):
        if (name.startswith(("GLANCE_", "JUPYTERHUB_")) and name not in _OF_THE_SCRIPTS) or name.upper() in _PROXIES:
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def no_thread_left(clean_environment: None) -> Iterator[None]:  # noqa: ARG001 (an order, not a value)
    """Every thread that a test started has ended with it."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + 2.0
    while (threads := set(threading.enumerate()) - before) and time.monotonic() < deadline:
        time.sleep(0.002)
    left = sorted(thread.name for thread in threads)
    assert not left, f"threads were left behind: {left}"


@pytest.fixture
def rng() -> random.Random:
    """Chance whose seed is printed, so that a failure can be repeated."""
    seed = int(os.environ.get(SEED_VARIABLE) or secrets.randbelow(2**32))
    print(f"{SEED_VARIABLE}={seed}")  # noqa: T201 (pytest shows it with a failure)
    return random.Random(seed)  # noqa: S311 (chance to be repeated, not to be kept)
