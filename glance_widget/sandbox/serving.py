"""The thread on which a sandbox runs: an event loop, uvicorn, and an end that leaves nothing behind."""

from __future__ import annotations

import asyncio
import atexit
import logging
import os
import socket
import threading
import weakref
from contextlib import suppress
from typing import Final

import uvicorn

from glance_widget.errors import GlanceError, SandboxError
from glance_widget.protocol.live_view import MAX_FRAME
from glance_widget.sandbox.application import create_app
from glance_widget.sandbox.platform import Platform
from glance_widget.sandbox.receipts import ConsentReceipt
from glance_widget.sandbox.settings import Certificate, Settings

THREAD_NAME: Final = "glance-sandbox"

_START_TIME: Final = 30.0
_STOP_TIME: Final = 10.0
_ABORT_AFTER: Final = 1.0
"""Seconds that connections whose client does not listen have before they are cut, when the sandbox stops."""
_CANCEL_AFTER: Final = 3.0
"""Seconds that requests have to be answered, when the sandbox stops; the end of the loop then cancels them."""
_LOOK_EVERY: Final = 0.002

_log = logging.getLogger("glance_widget.sandbox")
_running: weakref.WeakSet[ServingThread] = weakref.WeakSet()


class _QuietServer(logging.Filter):
    """Keeps what uvicorn says about sandboxes out of the logs: addresses with their queries, and whole messages."""

    def filter(self, record: logging.LogRecord) -> bool:
        return threading.current_thread().name != THREAD_NAME or record.levelno >= logging.WARNING


_quiet_server: Final = _QuietServer()


class _Server(uvicorn.Server):
    """Uvicorn, told to leave by an event, and gone at once: by itself it looks ten times a second what to do."""

    def __init__(self, config: uvicorn.Config, platform: Platform, thread: ServingThread) -> None:
        super().__init__(config)
        self._platform = platform
        self._serving = thread

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._serving.is_ready()

    async def main_loop(self) -> None:
        await self.on_tick(0)
        await self._serving.leave.wait()
        # Uvicorn waits for handlers of sockets to end, and these wait for messages.
        await self._platform.close_sockets()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Not uvicorn's own, which takes a tenth of a second at least. The one socket is closed by the thread.
        del sockets
        for server in self.servers:
            server.close()
        for connection in tuple(self.server_state.connections):
            connection.shutdown()
        asyncio.get_running_loop().call_later(_ABORT_AFTER, self._abort_connections)
        try:
            await asyncio.wait_for(self._all_have_left(), _CANCEL_AFTER)
        except asyncio.TimeoutError:
            _log.warning("%d requests were cancelled when the sandbox stopped.", len(self.server_state.tasks))

    async def _all_have_left(self) -> None:
        while self.server_state.connections or self.server_state.tasks:  # noqa: ASYNC110 (uvicorn tells of no end)
            await asyncio.sleep(_LOOK_EVERY)
        for server in self.servers:
            await server.wait_closed()

    def _abort_connections(self) -> None:
        for connection in tuple(self.server_state.connections):
            transport = getattr(connection, "transport", None)
            if isinstance(transport, asyncio.WriteTransport):
                transport.abort()


class ServingThread:
    """One run of a sandbox. It knows nothing of the ``Sandbox`` object, which may be forgotten while this runs.

    Args:
        settings: What the sandbox was told.
        listener: The socket on which it listens; closed at the end.
        certificate: For TLS, or None.
    """

    def __init__(self, settings: Settings, listener: socket.socket, certificate: Certificate | None) -> None:
        self._settings = settings
        self._listener = listener
        self._certificate = certificate
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._process = os.getpid()
        self._thread = threading.Thread(target=self._run, name=THREAD_NAME, daemon=True)
        self._platform: Platform | None = None
        self.leave: asyncio.Event

    def start(self) -> None:
        """Starts the thread and waits until requests are answered.

        Raises:
            SandboxError: It could not be started.
        """
        # Not uvicorn's own settings: they would change other servers of the process as well.
        for name in ("uvicorn.error", "uvicorn.access"):
            logging.getLogger(name).addFilter(_quiet_server)
        _running.add(self)
        self._thread.start()
        try:
            in_time = self._ready.wait(_START_TIME)
        except BaseException:
            self.request_stop()
            raise
        if self._failure is not None:
            self._thread.join(_STOP_TIME)
            raise _start_error(self._failure) from None
        if not in_time:
            self.request_stop()
            raise SandboxError("sandbox_start", f"The sandbox did not start within {_START_TIME:.0f} seconds.")

    def is_ready(self) -> None:
        """Requests are answered from now on. Called on the sandbox's own thread."""
        self._ready.set()

    def consent_receipts(self, session_id: str | None) -> list[ConsentReceipt]:
        """What visitors were asked and answered, oldest first; for any thread.

        Raises:
            SandboxError: It does not run any more, or the database cannot be read.
        """
        if self._platform is None:
            raise SandboxError("sandbox_stopped", "The sandbox does not run.", "Call start(), or use a with block.")
        return self._platform.records.receipts(session_id)

    def request_stop(self) -> None:
        """Asks the thread to end, and does not wait. For any thread, at any time, also for the garbage collector."""
        loop = self._loop
        # A forked child has a copy of this object but not the thread.
        if loop is not None and self._process == os.getpid():
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(self.leave.set)

    def stop(self) -> None:
        """Asks the thread to end and waits for it."""
        self.request_stop()
        if self._thread is not threading.current_thread() and self._process == os.getpid():
            self._thread.join(_STOP_TIME)
            if self._thread.is_alive():
                _log.error("The sandbox did not stop within %d seconds.", _STOP_TIME)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # noqa: BLE001 - uvicorn gives up with SystemExit; the starter is told
            self._failure = error
        finally:
            self._loop = None
            self._listener.close()
            self._ready.set()

    async def _serve(self) -> None:
        self.leave = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        platform = self._platform = Platform(self._settings)
        try:
            await _Server(self._config(platform), platform, self).serve([self._listener])
        finally:
            platform.close_records()

    def _config(self, platform: Platform) -> uvicorn.Config:
        return uvicorn.Config(
            create_app(self._settings, platform),
            http="h11",
            ws="websockets-sansio",
            # A frame that is only somewhat too large is still read, and refused with a reason.
            ws_max_size=MAX_FRAME + 1024 * 1024,
            # On one machine, packing costs more time than it saves.
            ws_per_message_deflate=not self._settings.loopback,
            lifespan="off",
            log_config=None,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            ssl_certfile=self._certificate.chain_file if self._certificate else None,
            ssl_keyfile=self._certificate.key_file if self._certificate else None,
        )


def _start_error(failure: BaseException) -> GlanceError:
    if isinstance(failure, GlanceError):
        return failure
    return SandboxError("sandbox_start", f"The sandbox could not be started ({type(failure).__name__}: {failure}).")


def _stop_all() -> None:
    for thread in tuple(_running):
        thread.stop()


atexit.register(_stop_all)
