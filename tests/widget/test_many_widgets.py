"""Two hundred buttons in one kernel, each with a visitor of its own."""

from __future__ import annotations

import threading

import psutil  # type: ignore[import-untyped]

from glance_widget import Glance
from glance_widget.sandbox import Sandbox
from tests.conftest import eventually
from tests.sandbox.clients import wire_to

MANY = 200
AT_ONCE = 20
"""So that a slow machine is not too late for the first of them."""
SHARED_CONNECTIONS = 8


def new_button(sandbox: Sandbox, number: int) -> Glance:
    return Glance(
        glancebaseurl=sandbox.url,
        groupid=sandbox.groupid,
        puid=sandbox.puid,
        authurl=sandbox.authurl,
        presence=True,
        visitorid=f"many-{number}",
    )


def test_two_hundred_buttons_share_one_thread_and_have_one_socket_each(sandbox: Sandbox) -> None:
    port = int(sandbox.url.rpartition(":")[2])
    process = psutil.Process()

    def sockets() -> int:
        return len([each for each in process.net_connections("tcp") if each.raddr and each.raddr.port == port])

    def agents() -> list[str]:
        return [thread.name for thread in threading.enumerate() if thread.name.startswith(("glance-agent", "glance-c"))]

    before = sockets()
    buttons: list[Glance] = []
    try:
        for start in range(0, MANY, AT_ONCE):
            buttons += [new_button(sandbox, number) for number in range(start, start + AT_ONCE)]
            for button in buttons[-AT_ONCE:]:
                button.wait_for("absent")
        names = [f"I am {button.visitorid}" for button in buttons]
        assert agents() == ["glance-agent"]
        eventually(lambda: MANY <= sockets() - before <= MANY + SHARED_CONNECTIONS, "one socket each", within=30)
        with wire_to(sandbox) as wire:
            for button in reversed(buttons):
                wire.visitor(button.visitorid or "", name=f"I am {button.visitorid}")
            for button in buttons:
                button.wait_for("present")
            eventually(
                lambda: [(each.visitor or {}).get("name") for each in buttons] == names, "everybody's name", within=30
            )
            assert {button.state for button in buttons} == {"present"}
    finally:
        for button in buttons:
            button.close()
    assert agents() == []
    eventually(lambda: sockets() == before, "no socket left", within=30)
