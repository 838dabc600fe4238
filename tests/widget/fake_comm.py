"""A browser as the kernel sees it: the wire of Jupyter's comms, replaced at its published place, and nothing else."""

from __future__ import annotations

import base64
import itertools
import json
import random
import threading
from typing import Any

from comm.base_comm import BaseComm, BuffersType, MaybeDict

from glance_widget import Glance
from glance_widget.messages import PAD_BYTES
from tests.conftest import eventually


class FakeComm(BaseComm):
    """One model's wire; ``published`` is what the kernel said on it."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 (those of any comm)
        self.published: list[dict[str, Any]] = []
        super().__init__(**options)

    def publish_msg(
        self,
        msg_type: str,
        data: MaybeDict = None,
        metadata: MaybeDict = None,  # noqa: ARG002 (the base's arguments)
        buffers: BuffersType = None,
        **_keys: object,
    ) -> None:
        assert not buffers
        # As Jupyter does: what is no JSON in UTF-8 does not reach a browser.
        written = json.dumps(data, allow_nan=False, ensure_ascii=False).encode()
        self.published.append({"type": msg_type, "data": json.loads(written)})

    @property
    def is_open(self) -> bool:
        return bool(self.published) and self.published[-1]["type"] != "comm_close"


class Comms:
    """All wires that were opened."""

    def __init__(self) -> None:
        self.all: list[FakeComm] = []

    def create(self, **options: Any) -> FakeComm:  # noqa: ANN401 (those of any comm)
        self.all.append(FakeComm(**options))
        return self.all[-1]

    def of(self, widget: Glance) -> FakeComm:
        wire = widget.comm
        assert isinstance(wire, FakeComm)
        return wire

    def said(self) -> str:
        """Everything that any browser could read."""
        return json.dumps([wire.published for wire in self.all])


class BrowserTab:
    """One tab that shows a widget: keeps its traits and messages, and sends what a front end sends."""

    def __init__(self, wire: FakeComm, client: str) -> None:
        self.client = client
        self._wire = wire
        self._seq = itertools.count(1)
        self._requests = itertools.count(1)

    @property
    def traits(self) -> dict[str, Any]:
        """The traits as this tab knows them."""
        known: dict[str, Any] = {}
        for message in self._wire.published:
            if message["type"] == "comm_open" or message["data"].get("method") in {"update", "echo_update"}:
                known |= message["data"]["state"]
        return known

    @property
    def heard(self) -> list[dict[str, Any]]:
        """Messages to this tab."""
        custom = [m["data"]["content"] for m in list(self._wire.published) if m["data"].get("method") == "custom"]
        return [message for message in custom if message["to"] == self.client]

    def write(self, **traits: object) -> None:
        """What a script of the page can do: writes traits."""
        self._deliver({"method": "update", "state": traits, "buffer_paths": []})

    def ask_for_state(self) -> None:
        self._deliver({"method": "request_state"})

    def message(self, kind: str, req: str | None = None, **fields: object) -> dict[str, Any]:
        """A message that is not sent yet."""
        name = req or f"{self.client}-{next(self._requests)}"
        return {"v": 1, "seq": next(self._seq), "type": kind, "req": name, "client": self.client, **fields}

    def say(self, kind: str, req: str | None = None, **fields: object) -> str:
        """Sends a message, and gives the name of its request."""
        message = self.message(kind, req, **fields)
        self.send(message)
        return str(message["req"])

    def send(self, message: object) -> None:
        self._deliver({"method": "custom", "content": message})

    def answers(self, req: str) -> list[str]:
        """The types of the answers to a request, in their order."""
        return [message["type"] for message in self.heard if message["req"] == req]

    def answer(self, req: str, *kinds: str) -> dict[str, Any]:
        """Waits for an answer of one of these types."""

        def look() -> list[dict[str, Any]]:
            return [message for message in self.heard if message["req"] == req and message["type"] in kinds]

        return eventually(look, f"{kinds} for {req} among {self.heard}")[0]

    def _deliver(self, data: dict[str, Any]) -> None:
        with _ONE_AT_A_TIME:
            self._wire.handle_msg({"content": {"data": data}, "buffers": []})


# ipywidgets' own state for a message is not made for two threads; in a kernel, one thread delivers them.
_ONE_AT_A_TIME = threading.Lock()


def pad_of(rng: random.Random) -> tuple[bytes, str]:
    """A pad, and how it is sent."""
    pad = rng.randbytes(PAD_BYTES)
    return pad, base64.b64encode(pad).decode()


def unsealed(message: dict[str, Any], pad: bytes) -> dict[str, Any]:
    """The form that only the holder of the pad can read."""
    sealed = base64.b64decode(message["sealed"])
    form: dict[str, Any] = json.loads(bytes(a ^ b for a, b in zip(sealed, pad, strict=True)))
    return form
