"""What a person sees of the demo in the terminal."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import threading
import webbrowser
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from glance_widget.demo.jupyter import JupyterServer
from glance_widget.demo.notebook import NOTEBOOK, VISITORID, copy_notebook, pictures_folder
from glance_widget.errors import GlanceError, SandboxError
from glance_widget.sandbox import Sandbox
from glance_widget.sandbox.shared import ATTACH_VARIABLE

SANDBOX_PORT: Final = 8765
JUPYTER_PORT: Final = 8888

_WORDS: Final = """
The demo is ready.

  You, the agent     {agent}
  Maria, a visitor   {visitor}

1. Open both, side by side.
2. In the notebook, run the cells one by one (Shift+Enter) up to “Joining”. The button turns orange: Maria is online.
3. Press Join, then Accept on Maria's page. Her page appears in the window that opened.
4. Scroll and type as Maria, and watch. End Session ends it; the next cells have the report.

Nothing of your own JupyterLab is used or changed. Ctrl-C stops everything.
"""


def show() -> int:
    """Starts everything, says where it is, and waits for Ctrl-C."""
    try:
        with ExitStack() as stack:
            interrupted = stack.enter_context(_interruption())
            print("Starting a sandbox and JupyterLab …", flush=True)
            sandbox = stack.enter_context(_sandbox())
            lab = stack.enter_context(JupyterServer(port=JUPYTER_PORT, environment={ATTACH_VARIABLE: sandbox.url}))
            copy_notebook(lab.folder)
            agent, visitor = lab.address(NOTEBOOK), sandbox.visitor_url(VISITORID)
            print(_WORDS.format(agent=agent, visitor=visitor), flush=True)
            if _has_display() and not interrupted.is_set():
                webbrowser.open(agent)
                webbrowser.open_new(visitor)
            interrupted.wait()
            print("Stopping …", flush=True)
    except GlanceError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def check_story(pictures: Path | None) -> int:
    """Plays the story and judges it."""
    folder = pictures or pictures_folder() or Path(tempfile.mkdtemp(prefix="glance-demo-pictures-"))
    try:
        from glance_widget.demo.story import play
    except ImportError as error:
        print(f"The check needs {error.name}. Run: pip install playwright", file=sys.stderr)
        return 1
    try:
        seconds = play(folder, lambda line: print(line, flush=True))
    except GlanceError as error:
        print(f"\n{error.message}\n{error.hint}".rstrip(), file=sys.stderr)
        return 1
    print(f"\nThe whole story in {seconds:.1f} s. Pictures of every step: {folder}")
    return 0


@contextmanager
def _interruption() -> Iterator[threading.Event]:
    """An event for Ctrl-C and a polite kill, so that neither cuts the stopping short."""
    event = threading.Event()
    kinds = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(kind, lambda _kind, _frame: event.set()) for kind in kinds]
    try:
        yield event
    finally:
        for kind, handler in zip(kinds, before, strict=True):
            signal.signal(kind, handler)


def _sandbox() -> Sandbox:
    try:
        return Sandbox(port=SANDBOX_PORT).start()
    except SandboxError as error:
        if error.code != "sandbox_port":
            raise
        return Sandbox().start()


def _has_display() -> bool:
    windows = sys.platform in {"darwin", "win32"}
    return windows or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
