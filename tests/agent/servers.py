"""Real servers for tests: HTTP that answers whatever a test wants, on an event loop of its own."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias, TypeVar
from urllib.parse import parse_qsl

T = TypeVar("T")

_PATIENCE: Final = 10.0


class ServerLoop:
    """An event loop on a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="test-servers")
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Runs a coroutine there and waits for its result."""
        return self.begin(work).result(_PATIENCE)

    def begin(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Starts a coroutine there."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def stop(self) -> None:
        self.run(_end_all_others())
        import gc

        async def dbg():
            for o in gc.get_objects():
                if type(o).__name__ == "_SelectorSocketTransport" and o._loop is self._loop and o._sock is not None:
                    print(
                        "DBG", [(x.address, len(x._connections)) for x in gc.get_objects() if isinstance(x, HttpServer)], LOG[-12:],
                        o,
                        o._protocol,
                        o._extra.get("sockname"),
                        o._extra.get("peername"),
                        o._closing,
                        o._conn_lost,
                    )

        self.run(dbg())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_PATIENCE)
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()


async def _end_all_others() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


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

    def __init__(self, loop: ServerLoop, respond: Responder, upgrade: Upgrade | None = None) -> None:
        self.asked: list[Asked] = []
        self._loop = loop
        self.respond = respond
        self._upgrade = upgrade
        self._connections: set[asyncio.StreamWriter] = set()
        self._server = loop.run(self._start())
        port = self._server.sockets[0].getsockname()[1]
        self.address = f"127.0.0.1:{port}"
        self.url = f"http://{self.address}"

    def stop(self) -> None:
        """Ends all connections and listens no more."""
        self._loop.run(self._stop())

    @property
    def open_connections(self) -> int:
        return len(self._connections)

    async def _start(self) -> asyncio.Server:
        return await asyncio.start_server(self._serve, "127.0.0.1", 0)

    async def _stop(self) -> None:
        self._server.close()
        for _ in range(10):  # turns of the loop, for connections that were let in just now
            for writer in list(self._connections):
                writer.transport.abort()
            await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        LOG.append(("serve", writer.get_extra_info("peername")))
        self._connections.add(writer)
        try:
            while await self._answer(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self._connections.discard(writer)
            LOG.append(("end", writer.get_extra_info("peername")))
            writer.transport.abort()

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

LOG=[]
