from __future__ import annotations

import asyncio
import threading
import types
from collections import deque
from collections.abc import Callable

import pytest

from glance_widget import Glance
from glance_widget import widget as widget_module
from glance_widget.errors import StateError
from glance_widget.hosts import Closable, cell_widgets, kernel
from glance_widget.hosts.cell_widgets import CellRun, CellWidgets, current_cell_run, is_deaf_while_waiting
from glance_widget.sandbox import Sandbox
from glance_widget.sandbox.shared import ATTACH_VARIABLE
from glance_widget.testing import ScriptedVisitor
from tests.conftest import eventually
from tests.widget.fake_comm import Comms


def shell_with(parent: object) -> object:
    def get_parent(channel: str) -> object:
        assert channel == "shell"
        return parent

    return types.SimpleNamespace(kernel=types.SimpleNamespace(get_parent=get_parent))


@pytest.mark.parametrize(
    ("shell", "run"),
    [
        (shell_with({"metadata": {"cellId": "cell"}, "header": {"msg_id": "run"}}), CellRun("cell", "run")),
        (shell_with({"metadata": {"cellId": "cell"}, "header": {}}), None),
        (shell_with({"metadata": {}, "header": {"msg_id": "run"}}), None),
        (shell_with({"metadata": {"cellId": 7}, "header": {"msg_id": "run"}}), None),
        (shell_with({}), None),
        (shell_with(None), None),
        (types.SimpleNamespace(kernel=None), None),
        (types.SimpleNamespace(), None),
        (None, None),
    ],
    ids=range(9),
)
def test_the_cell_that_is_running(shell: object, run: CellRun | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    assert current_cell_run() == run


@pytest.mark.parametrize(
    ("kernel", "heard_on", "deaf"),
    [
        (True, "here", True),
        (True, "elsewhere", False),
        (True, None, True),
        ("kernel subshells", None, False),
        ("kernel subshells", "here", True),
        (None, "here", False),
        (None, None, False),
    ],
)
def test_whether_a_browser_is_heard_while_this_thread_waits(
    kernel: bool | str | None,  # noqa: FBT001
    heard_on: str | None,
    deaf: bool,  # noqa: FBT001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    info = {"supported_features": [kernel]} if isinstance(kernel, str) else {}
    shell = types.SimpleNamespace(kernel=types.SimpleNamespace(kernel_info=info))
    monkeypatch.setattr("IPython.get_ipython", lambda: shell if kernel else None)
    here = threading.get_ident()
    thread = {"here": here, "elsewhere": here + 1, None: None}[heard_on]
    assert is_deaf_while_waiting(thread) is deaf


@pytest.fixture
def run_cell(monkeypatch: pytest.MonkeyPatch) -> Callable[[str | None, str], None]:
    """Makes a cell the one that is running."""
    monkeypatch.setattr(kernel, "CELL_WIDGETS", CellWidgets())

    def run(cell: str | None, run: str) -> None:
        monkeypatch.setattr(cell_widgets, "current_cell_run", lambda: CellRun(cell, run) if cell else None)

    return run


@pytest.fixture
def alive(comms: Comms) -> Callable[[Glance], bool]:
    wires: dict[int, int] = {}

    def look(widget: Glance) -> bool:
        place = wires.setdefault(id(widget), len(wires))
        models = [wire for wire in comms.all if wire.published[0]["data"]["state"]["_model_module"] == "anywidget"]
        return models[place].is_open

    return look


def test_running_a_cell_again_closes_its_widgets(
    button: Callable[..., Glance], run_cell: Callable[[str | None, str], None], alive: Callable[[Glance], bool]
) -> None:
    run_cell("one", "run-1")
    first, second = button(), button()
    assert (alive(first), alive(second)) == (True, True)
    run_cell("two", "run-2")
    other = button()
    run_cell(None, "")
    script = button()
    assert [alive(each) for each in (first, second, other, script)] == [True] * 4

    run_cell("one", "run-3")
    third = button()
    assert [alive(each) for each in (first, second, other, script, third)] == [False, False, True, True, True]
    fourth = button()
    assert alive(third)
    run_cell("one", "run-4")
    button()
    assert [alive(each) for each in (third, fourth, other)] == [False, False, True]


def test_fifty_runs_of_a_cell_leave_one_widget(
    button: Callable[..., Glance], run_cell: Callable[[str | None, str], None], comms: Comms
) -> None:
    for number in range(50):
        run_cell("one", f"run-{number}")
        button()
    models = [wire for wire in comms.all if wire.published[0]["data"]["state"]["_model_module"] == "anywidget"]
    assert [wire.is_open for wire in models] == [False] * 49 + [True]


class LaterHost:
    """A host that changes widgets on a thread of its own, when it comes to it."""

    def __init__(self) -> None:
        self.tasks: deque[Callable[[], None]] = deque()
        self.widgets: list[Closable] = []

    def deliver(self, task: Callable[[], None]) -> None:
        self.tasks.append(task)

    def blocks_itself(self) -> bool:
        return True

    def add(self, widget: Closable) -> None:
        self.widgets.append(widget)

    def shows(self, widget: Glance, state: str) -> bool:
        while self.tasks:
            self.tasks.popleft()()
        return widget.state == state


def test_a_host_that_changes_widgets_later_shows_every_state(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    host = LaterHost()
    monkeypatch.setenv(ATTACH_VARIABLE, sandbox.url)
    monkeypatch.setattr(widget_module, "current_host", lambda: host)
    seen: list[str] = []
    with Glance(glancebaseurl="sandbox", presence=True, visitorid="maria-21") as widget:
        assert host.widgets == [widget]
        widget.observe(lambda change: seen.append(change.new), "state")
        with ScriptedVisitor(sandbox, "maria-21"):
            eventually(lambda: host.shows(widget, "present"))
            with pytest.raises(StateError, match="never end"):
                widget.wait_for("in_session")
            widget.join()
            assert widget.state == "present"
            eventually(lambda: host.shows(widget, "in_session"))
    assert [state for state in seen if state != "connecting"] == [
        "absent",
        "present",
        "inviting",
        "joining",
        "in_session",
    ]


class SlowHost(LaterHost):
    """A host whose own thread is busy until ``run`` is called."""

    def blocks_itself(self) -> bool:
        return False

    def run(self, stop: threading.Event) -> None:
        while not stop.is_set() or self.tasks:
            if self.tasks:
                self.tasks.popleft()()


def test_who_waits_reads_what_a_host_publishes_later(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    host = SlowHost()
    monkeypatch.setenv(ATTACH_VARIABLE, sandbox.url)
    monkeypatch.setattr(widget_module, "current_host", lambda: host)
    read: list[str] = []

    async def until(widget: Glance) -> str:
        await widget.until("absent")
        return widget.state

    def wait_for(widget: Glance) -> None:
        widget.wait_for("absent")
        read.extend([widget.state, asyncio.run(until(widget))])

    stop = threading.Event()
    with Glance(glancebaseurl="sandbox", presence=True, visitorid="li-3") as widget:
        waiting = threading.Thread(target=wait_for, args=(widget,))
        waiting.start()
        eventually(lambda: widget._agent is not None and widget._agent.flow.state == "absent")
        assert (widget.state, read) == ("connecting", [])
        delivering = threading.Thread(target=host.run, args=(stop,))
        delivering.start()
        waiting.join()
        stop.set()
        delivering.join()
    assert read == ["absent", "absent"]
