"""A Jupyter server with folders of its own: the user's settings, kernels and work spaces stay as they are."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import quote

from typing_extensions import Self

from glance_widget.errors import GlanceError

_START_WITHIN: Final = 60.0
_STOP_WITHIN: Final = 10.0
_LOOK_EVERY: Final = 0.05
_LOG_TAIL: Final = 2000

_FOLDERS: Final = {
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTER_DATA_DIR": "data",
    "JUPYTER_RUNTIME_DIR": "runtime",
    "JUPYTERLAB_SETTINGS_DIR": "settings",
    "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
    "IPYTHONDIR": "ipython",
}
_FOREIGN: Final = ("JUPYTER_CONFIG_PATH", "JUPYTER_PATH", "JUPYTER_PREFER_ENV_PATH", "JPY_PARENT_PID")
"""Variables of another Jupyter, in which this may be running."""

# Nothing that asks, blinks or calls home.
_SETTINGS: Final[Mapping[str, Mapping[str, object]]] = {
    "@jupyterlab/apputils-extension/notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
        "doNotDisturbMode": True,
    },
}

Settings = Mapping[str, Mapping[str, object]]
"""What a user would set: the plugin's name with a slash, and its values."""


Application = Literal["jupyterlab", "notebook"]


_TITLES: Final[Mapping[Application, str]] = {"jupyterlab": "JupyterLab", "notebook": "Jupyter Notebook"}
_APPS: Final[Mapping[Application, str]] = {"jupyterlab": "LabApp", "notebook": "JupyterNotebookApp"}


class JupyterServer:
    """A JupyterLab or a Jupyter Notebook on this machine, to be used in a ``with`` block.

    Args:
        port: The first port to try; the next free one is taken. 0 takes any.
        environment: Variables for the server, and so for its kernels.
        settings: User settings, beside those that keep it quiet.
        application: What it shows notebooks with.
        base_url: The path under which it is, as on a JupyterHub; with a slash at both ends.

    Attributes:
        url: Its address, with a slash at the end.
        folder: The notebooks.
        kernels: Further kernel specifications; see Jupyter's documentation of ``kernels``.
        log: What the server and its kernels write.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        environment: Mapping[str, str] | None = None,
        settings: Settings | None = None,
        application: Application = "jupyterlab",
        base_url: str = "/",
    ) -> None:
        self._application = application
        self._base_url = base_url
        self._port = port
        self._environment = dict(environment or {})
        self._settings = {**(_SETTINGS if application == "jupyterlab" else {}), **(settings or {})}
        self._token = secrets.token_urlsafe(24)
        self._process: subprocess.Popen[bytes] | None = None
        self.url = ""

    def __enter__(self) -> Self:
        """Starts it, and waits until it answers.

        Raises:
            GlanceError: It is not installed, or does not start.
        """
        if find_spec(self._application) is None:
            message = f"{_TITLES[self._application]} is not installed."
            raise GlanceError(f"no_{self._application}", message, f"Run: pip install {self._application}")
        self._root = Path(tempfile.mkdtemp(prefix="glance-demo-"))
        self.folder = self._root / "notebooks"
        self.kernels = self._root / "data" / "kernels"
        self.log = self._root / "jupyter.log"
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_exception: object) -> None:
        """Stops it with all its kernels, and removes its folders."""
        if self._process is not None:
            self._stop(self._process)
        shutil.rmtree(self._root, ignore_errors=True)

    @property
    def pid(self) -> int:
        """The server's process."""
        return self._process.pid if self._process is not None else 0

    @property
    def token(self) -> str:
        """What opens it."""
        return self._token

    def address(self, notebook: str = "") -> str:
        """Where a browser opens it, token included.

        Args:
            notebook: A notebook in ``folder``.
        """
        if self._application == "notebook":
            path = f"notebooks/{quote(notebook)}" if notebook else "tree"
        else:
            path = f"lab/tree/{quote(notebook)}" if notebook else "lab"
        return f"{self.url}{path}?token={self._token}"

    def get(self, path: str) -> Any:  # noqa: ANN401 (JSON)
        """GET of its REST interface, such as ``api/kernels``."""
        return self._ask("GET", path)

    def _start(self) -> None:
        self.folder.mkdir()
        variables = {**os.environ, **self._environment, "JUPYTER_TOKEN": self._token}
        for name in _FOREIGN:
            variables.pop(name, None)
        for name, folder in _FOLDERS.items():
            (self._root / folder).mkdir()
            variables[name] = str(self._root / folder)
        for plugin, values in self._settings.items():
            file = self._root / _FOLDERS["JUPYTERLAB_SETTINGS_DIR"] / f"{plugin}.jupyterlab-settings"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(values), encoding="utf-8")
        with self.log.open("wb") as log:
            # A session of its own: Ctrl-C is for the demo, which then stops this in good order.
            self._process = subprocess.Popen(  # noqa: S603 (nothing of it comes from outside)
                self._command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=variables, start_new_session=True
            )
        self._wait_until_ready(self._process)

    def _command(self) -> list[str]:
        return [
            *(sys.executable, "-m", self._application),
            "--no-browser",
            "--allow-root",
            "--ServerApp.ip=127.0.0.1",
            f"--ServerApp.port={self._port}",
            "--ServerApp.port_retries=50",
            f"--ServerApp.root_dir={self.folder}",
            f"--ServerApp.base_url={self._base_url}",
            f"--{_APPS[self._application]}.expose_app_in_browser=True",
        ]

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        facts = self._root / "runtime" / f"jpserver-{process.pid}.json"
        until = time.monotonic() + _START_WITHIN
        while time.monotonic() < until:
            if process.poll() is not None:
                raise self._failed("ended at once")
            with contextlib.suppress(OSError, ValueError, KeyError):
                self.url = json.loads(facts.read_text(encoding="utf-8"))["url"]
                self._ask("GET", "api/status")
                return
            time.sleep(_LOOK_EVERY)
        raise self._failed(f"did not start within {_START_WITHIN:.0f} seconds")

    def _stop(self, process: subprocess.Popen[bytes]) -> None:
        if process.poll() is None and self.url:
            with contextlib.suppress(OSError):
                self._ask("POST", "api/shutdown")
        for end in (process.terminate, process.kill):
            try:
                process.wait(_STOP_WITHIN)
            except subprocess.TimeoutExpired:
                end()
            else:
                return
        process.wait()

    def _ask(self, method: str, path: str) -> Any:  # noqa: ANN401 (JSON)
        headers = {"Authorization": f"token {self._token}"}
        request = urllib.request.Request(self.url + path, method=method, headers=headers)  # noqa: S310 (its own address)
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(request, timeout=_STOP_WITHIN) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def _failed(self, what: str) -> GlanceError:
        tail = self.log.read_text(encoding="utf-8", errors="replace")[-_LOG_TAIL:].replace(self._token, "…")
        message = f"{_TITLES[self._application]} {what}."
        return GlanceError(f"{self._application}_start", message, f"Its last words:\n{tail}")
