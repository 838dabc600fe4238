from __future__ import annotations

import gc
import types
from collections.abc import Callable
from typing import cast

import comm
import pytest
from comm.base_comm import BaseComm

from glance_widget.hosts import inlets
from glance_widget.hosts.inlets import TARGET, Inlets
from tests.widget.fake_comm import Comms

Handler = Callable[[dict[str, object]], None]


class Ear:
    def __init__(self) -> None:
        self.heard_so_far: list[object] = []

    def heard(self, content: object) -> None:
        self.heard_so_far.append(content)


@pytest.fixture
def in_kernel(comms: Comms, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001 (an order)
    monkeypatch.setattr(inlets, "_in_kernel", lambda: True)


def page_opens_a_comm() -> Handler:
    """Opens a comm as a page does; gives what the page sends with."""
    handlers: list[Handler] = []
    opened = cast("BaseComm", types.SimpleNamespace(on_msg=handlers.append))
    comm.get_comm_manager().targets[TARGET](opened, {})
    return lambda data: handlers[0]({"content": {"data": data}})


@pytest.mark.usefixtures("in_kernel")
def test_a_message_reaches_the_widget_that_it_names() -> None:
    place, one, other = Inlets(), Ear(), Ear()
    names = [place.add(one), place.add(other)]
    assert names[0] != names[1]
    send = page_opens_a_comm()
    send({"inlet": names[1], "content": {"type": "hello"}})
    assert (one.heard_so_far, other.heard_so_far) == ([], [{"type": "hello"}])


@pytest.mark.usefixtures("in_kernel")
@pytest.mark.parametrize("data", [None, [], {}, {"inlet": 7}, {"inlet": ["x"]}, {"inlet": "unknown", "content": {}}])
def test_what_names_no_widget_is_dropped(data: dict[str, object]) -> None:
    place, ear = Inlets(), Ear()
    place.add(ear)
    page_opens_a_comm()(data)
    assert ear.heard_so_far == []


@pytest.mark.usefixtures("in_kernel")
def test_a_widget_that_is_gone_is_not_kept() -> None:
    place, ear = Inlets(), Ear()
    name = place.add(ear)
    del ear
    gc.collect()
    page_opens_a_comm()({"inlet": name, "content": {}})
    assert len(place._listeners) == 0


def test_outside_a_kernel_there_is_no_name() -> None:
    assert Inlets().add(Ear()) == ""
