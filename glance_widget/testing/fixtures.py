"""Fixtures for pytest, for tests of your own dashboards: ``sandbox``, ``visitors`` and ``viewer``.

Import them in your ``conftest.py``. They are no plug-in that pytest loads by itself: they would be there in every run
on this machine, under names that others use too.

Example:
    >>> from glance_widget.testing.fixtures import sandbox, viewer, visitors  # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, Protocol

import pytest

from glance_widget.sandbox import Sandbox
from glance_widget.sandbox.shared import ATTACH_VARIABLE
from glance_widget.testing.scripted_viewer import ScriptedViewer
from glance_widget.testing.scripted_visitor import ScriptedVisitor

__all__ = ["NewVisitor", "sandbox", "viewer", "visitors"]


class NewVisitor(Protocol):
    """What the fixture ``visitors`` gives."""

    def __call__(self, visitorid: str, **arguments: Any) -> ScriptedVisitor:  # noqa: ANN401 (those of ScriptedVisitor)
        """A visitor who is online until the test ends. Takes and raises what ``ScriptedVisitor`` does."""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """One sandbox for the tests of a module.

    It is what ``glancebaseurl="sandbox"`` means while they run, also in kernels and other processes that they start:
    the variable ``GLANCE_SANDBOX_URL`` names it.
    """
    with Sandbox() as running, pytest.MonkeyPatch.context() as environment:
        environment.setenv(ATTACH_VARIABLE, running.url)
        yield running


@pytest.fixture
def visitors(sandbox: Sandbox) -> Iterator[NewVisitor]:
    """Brings visitors to the website of the sandbox; those who are still there leave when the test ends."""
    with ExitStack() as stack:

        def new(visitorid: str, **arguments: Any) -> ScriptedVisitor:  # noqa: ANN401 (those of ScriptedVisitor)
            return stack.enter_context(ScriptedVisitor(sandbox, visitorid, **arguments))

        yield new


@pytest.fixture
def viewer() -> Iterator[ScriptedViewer]:
    """A viewer without a browser, for a button's ``openwindow``; closed when the test ends."""
    with ScriptedViewer() as viewer:
        yield viewer
