"""Real servers for tests: HTTP that answers whatever a test wants, on an event loop of their own."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias
from urllib.parse import parse_qsl

from tests.loop_thread import LoopThread


@dataclass(frozen=True)
class Asked:
    """A request as it arrived."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True, strict_parsing=bool(self.body)))

    @property
    def json(self) -> Any:  # noqa: ANN401 (whatever arrived)
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    """An answer."""

    body: str | bytes = ""
    status: int = 200
    kind: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()

    def encoded(self) -> bytes:
        body = self.body.encode() if isinstance(self.body, str) else self.body
        lines = [f"HTTP/1.1 {self.status} Said", f"Content-Type: {self.kind}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        return "\r\n".join([*lines, "", ""]).encode() + body


Reaction: TypeAlias = Reply | bytes | Literal["never", "hang up"]
"""An answer, bytes as they are, silence until the connection ends, or the end of the connection."""

Responder: TypeAlias = Callable[[Asked], Reaction]
Upgrade: TypeAlias = Callable[[bytes, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def as_json(value: object, status: int = 200) -> Reply:
    return Reply(json.dumps(value), status)


class HttpServer:
    """An HTTP server on 127.0.0.1; ``asked`` are the requests so far, and ``respond`` may be changed at any time."""

    def __init__(self, loop: LoopThread, respond: Responder, upgrade: Upgrade | None = None) -> None:
        self.asked: list[Asked] = []
        self.connected = 0
        self._loop = loop
        self.respond = respond
        self._upgrade = upgrade
        self._connections: dict[asyncio.Task[None], socket.socket] = {}
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(0)
        self.address = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self.url = f"http://{self.address}"
        loop.run(self._start())

    def stop(self) -> None:
        """Ends all connections and listens no more; safe to call twice."""
        if self._socket.fileno() >= 0:
            self._loop.run(self._stop())

    @property
    def open_connections(self) -> int:
        return len(self._connections)

    # Not asyncio's own server: one that is closed while somebody connects leaves that connection open (gh-109564).

    async def _start(self) -> None:
        asyncio.get_running_loop().add_reader(self._socket, self._let_in)

    async def _stop(self) -> None:
        asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()
        tasks = list(self._connections)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _let_in(self) -> None:
        with suppress(BlockingIOError):
            accepted, _address = self._socket.accept()
            self.connected += 1
            task = asyncio.create_task(self._serve(accepted))
            self._connections[task] = accepted
            task.add_done_callback(lambda ended: self._connections.pop(ended).close())

    async def _serve(self, accepted: socket.socket) -> None:
        reader, writer = await asyncio.open_connection(sock=accepted)
        try:
            while await self._answer(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.transport.abort()
            await asyncio.sleep(0)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        method, target, _version = lines[0].split(" ")
        headers = {
            name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])
        }
        if self._upgrade is not None and headers.get("upgrade", "").lower() == "websocket":
            await self._upgrade(head, reader, writer)
            return False
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        path, _, query = target.partition("?")
        asked = Asked(method, path, query, headers, body)
        self.asked.append(asked)
        reaction = self.respond(asked)
        if reaction == "never":
            await reader.read()
            return False
        if reaction == "hang up":
            return False
        writer.write(reaction.encoded() if isinstance(reaction, Reply) else reaction)
        await writer.drain()
        return isinstance(reaction, Reply)
