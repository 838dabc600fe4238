"""What all tests share: a clean environment, no thread left over, waiting for conditions, seeds, and quick runs."""

from __future__ import annotations

import os
import random
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TypeVar

import pytest

T = TypeVar("T")

# Before anything imports anywidget: a thread that watches files keeps a test run from ending.
os.environ["ANYWIDGET_HMR"] = "0"

SEED_VARIABLE: Final = "GLANCE_TEST_SEED"
"""Repeats a randomised test: the seed that its output names."""

_OF_THE_SCRIPTS: Final = frozenset({"GLANCE_CHROMIUM", "GLANCE_PYTHON", "GLANCE_SKIP_JS", SEED_VARIABLE})
_SLOW: Final = frozenset({"browser", "host", "jupyter", "kernel", "package"})
_MARK_OF_ALL: Final = re.compile(r"^pytestmark = pytest\.mark\.(\w+)$", re.MULTILINE)
_PROXIES: Final = frozenset({"ALL_PROXY", "FTP_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"})


def eventually(condition: Callable[[], T], what: str = "", *, within: float = 30.0) -> T:
    """Waits until a condition holds, and gives what it gave.

    The deadline is generous, as it only decides how long a broken test takes to fail.
    """
    deadline = time.monotonic() + within
    while not (value := condition()):
        assert time.monotonic() < deadline, f"did not come true within {within} s: {what or condition}"
        time.sleep(0.002)
    return value


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--quick", action="store_true", help="leave out what starts a kernel, a browser or a build")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """A quick run does not even import what it leaves out: that would take as long as many of its tests."""
    if not config.getoption("quick") or collection_path.suffix != ".py":
        return None
    mark = _MARK_OF_ALL.search(collection_path.read_text(encoding="utf-8"))
    return True if mark and mark[1] in _SLOW else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("quick"):
        slow = [item for item in items if any(mark.name in _SLOW for mark in item.iter_markers())]
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if item not in slow]


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
