"""A widget with its wire to the front end laid bare: what Python sends, and what a browser would send."""

from __future__ import annotations

import base64
import itertools
import json
import secrets
from collections.abc import Callable, Iterator
from typing import Any

import comm
import pytest

from glance_widget import Glance
from glance_widget.messages import PAD_BYTES
from glance_widget.sandbox import Sandbox
from tests.agent.fake_platform import GROUP, PUID, FakePlatform
from tests.conftest import eventually
from tests.loop_thread import LoopThread
from tests.widget.fake_comm import BrowserTab, Comms


class Tab:
    """One browser tab of a widget: sends messages as the front end does, and keeps what it hears."""

    def __init__(self, widget: Glance, client: str = "tab-1") -> None:
        self.widget = widget
        self.client = client
        self.heard: list[dict[str, Any]] = []
        self._seq = itertools.count(1)
        send = widget.send

        def listen(content: dict[str, Any], buffers: list[bytes] | None = None) -> None:
            self.heard.append(content)
            send(content, buffers)

        widget.send = listen
        assert widget._frontend is not None
        widget._frontend._send = widget._frontend._viewers._send = listen

    def say(self, kind: str, **fields: object) -> str:
        """Sends a message; its request's name."""
        req = secrets.token_hex(8)
        self.repeat({"v": 1, "seq": next(self._seq), "type": kind, "req": req, "client": self.client, **fields})
        return req

    def repeat(self, message: dict[str, Any]) -> None:
        """Sends a message as it is."""
        self.widget._handle_custom_msg(message, [])

    def answers(self, req: str) -> list[str]:
        """The types of the answers to a request."""
        return [message["type"] for message in self.heard if message["req"] == req]

    def answer(self, req: str, kind: str) -> dict[str, Any]:
        """Waits for an answer."""
        return eventually(
            lambda: next((m for m in self.heard if m["req"] == req and m["type"] == kind), {}), f"{kind} for {req}"
        )


def new_pad() -> tuple[bytes, str]:
    """A pad, and how it is sent."""
    pad = secrets.token_bytes(PAD_BYTES)
    return pad, base64.b64encode(pad).decode()


def unseal(sealed: str, pad: bytes) -> dict[str, Any]:
    """What only the holder of the pad can read."""
    plain: dict[str, Any] = json.loads(bytes(a ^ b for a, b in zip(base64.b64decode(sealed), pad, strict=True)))
    return plain


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


@pytest.fixture
def widget(sandbox: Sandbox) -> Iterator[Glance]:
    """A widget at the sandbox, following a visitor of its own."""
    with Glance(
        glancebaseurl=sandbox.url,
        groupid=sandbox.groupid,
        puid=sandbox.puid,
        authurl=sandbox.authurl,
        presence=True,
        visitorid=f"visitor-{secrets.token_hex(4)}",
    ) as made:
        made.wait_for("absent", 15)
        yield made


@pytest.fixture
def platform() -> Iterator[FakePlatform]:
    """A platform that a test can bend."""
    loop = LoopThread()
    platform = FakePlatform(loop)
    yield platform
    platform.stop()
    loop.stop()


@pytest.fixture
def comms(monkeypatch: pytest.MonkeyPatch) -> Comms:
    """The wires to the browser, laid bare."""
    comms = Comms()
    monkeypatch.setattr(comm, "create_comm", comms.create)
    return comms


@pytest.fixture
def button(platform: FakePlatform, comms: Comms) -> Iterator[Callable[..., Glance]]:
    """Makes widgets at the platform, whose browser is laid bare, and closes them."""
    made: list[Glance] = []
    assert comms.all == []

    def make(**properties: Any) -> Glance:  # noqa: ANN401 (properties of Glance)
        at: dict[str, Any] = {
            "glancebaseurl": platform.url,
            "authurl": platform.authurl,
            "groupid": GROUP,
            "puid": PUID,
        }
        made.append(Glance(**at | properties))
        return made[-1]

    yield make
    for widget in made:
        widget.close()


@pytest.fixture
def tab_of(comms: Comms) -> Callable[..., BrowserTab]:
    """A tab that shows a widget."""

    def open_tab(widget: Glance, client: str = "tab") -> BrowserTab:
        return BrowserTab(comms.of(widget), client)

    return open_tab
