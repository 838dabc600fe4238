"""A dashboard host in a process of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from typing_extensions import Self

NOTEBOOKS: Final = Path(__file__).resolve().parents[2] / "notebooks"
"""Where the examples are that the tests drive."""

_START_WITHIN: Final = 60.0
_STOP_WITHIN: Final = 10.0


class HostServer:
    """Starts a host and stops it with all its children; to be used in a ``with`` block.

    Args:
        folder: Is the host's home, and is empty.
        command: Arguments of Python, such as ``("-m", "voila", …)``; ``{port}`` stands for the port.
        path: Is asked for until the host answers at all. A page that would start something is not for this.
        environment: Further variables.

    Attributes:
        url: Its address, without a slash at the end.
        log: What it writes.
        pid: Its process.
    """

    def __init__(
        self, folder: Path, command: Sequence[str], *, path: str = "/", environment: Mapping[str, str] | None = None
    ) -> None:
        port = _free_port()
        self.url: Final = f"http://127.0.0.1:{port}"
        self.log: Final = folder / "host.log"
        self.pid = 0
        self._command = [sys.executable, *(part.format(port=port) for part in command)]
        self._path = path
        self._environment = {**os.environ, "HOME": str(folder), "ANYWIDGET_HMR": "0", **(environment or {})}

    def __enter__(self) -> Self:
        """Starts it, and waits until it answers."""
        with self.log.open("wb") as log:
            # A session of its own, so that its children can be ended with it.
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._environment,
                start_new_session=True,
            )
        self.pid = self._process.pid
        until = time.monotonic() + _START_WITHIN
        while not self._answers():
            ended = self._process.poll() is not None
            if ended or time.monotonic() > until:
                words = self.log.read_text(errors="replace")[-2000:]
                self.__exit__()
                raise AssertionError(f"the host {'ended at once' if ended else 'did not start'}:\n{words}")
            time.sleep(0.05)
        return self

    def __exit__(self, *_exception: object) -> None:
        """Stops it."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self._process.pid, number)
                self._process.wait(_STOP_WITHIN)
            except ProcessLookupError:
                break
            except subprocess.TimeoutExpired:
                continue
        self._process.wait()

    def said(self) -> str:
        """What it wrote so far."""
        return self.log.read_text(errors="replace")

    def _answers(self) -> bool:
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with direct.open(self.url + self._path, timeout=5):
                return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
