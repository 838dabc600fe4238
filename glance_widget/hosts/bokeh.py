"""Bokeh, and Panel on it: one process and one event loop for all users, and a document for each page that is open.

Up to Bokeh 3.9 the code of a session runs on the event loop; since 3.10 what is no coroutine runs on threads of the
server, one callback of a document at a time.
"""

from __future__ import annotations

import asyncio
import sys
import weakref
from collections.abc import Callable
from contextlib import suppress
from contextvars import Context
from typing import Final

from bokeh.application.application import SessionContext
from bokeh.document import Document
from bokeh.io import curdoc
from bokeh.io.doc import patch_curdoc
from bokeh.server.contexts import BokehServerContext

from glance_widget.hosts.host import Host, Shown


def bokeh_host() -> Host | None:
    """The session for whose document the calling code runs; None outside of one."""
    document = _current_document()
    context = document.session_context if document else None
    server = context.server_context if context else None
    application = server.application_context if isinstance(server, BokehServerContext) else None
    loop = getattr(application.io_loop, "asyncio_loop", None) if application else None
    if document is None or context is None or not isinstance(loop, asyncio.AbstractEventLoop):
        return None
    return BokehHost(document, context, loop)


class BokehHost:
    """One session of a server.

    Args:
        document: What the session's page shows.
        session: The session.
        loop: The server's event loop.
    """

    def __init__(self, document: Document, session: SessionContext, loop: asyncio.AbstractEventLoop) -> None:
        self._document: Final = document
        self._session: Final = session
        self._loop: Final = loop

    def deliver(self, task: Callable[[], None]) -> None:
        """Runs it as a callback of the document, which is locked then, and the current one."""
        # By way of the loop, as a document may be given callbacks by no other thread before its session is complete.
        # The context is a new one: in the caller's another user's document may be the current one.
        with suppress(RuntimeError):  # the server has stopped
            self._loop.call_soon_threadsafe(self._put_off, task, context=Context())

    def blocks_itself(self) -> bool:
        """On the event loop, which would stand still for all users; in a callback, which keeps the document locked."""
        with suppress(RuntimeError):
            if asyncio.get_running_loop() is self._loop:
                return True
        # Where the document is current only in the caller's own context, the caller is a callback on a thread. (Up to
        # Bokeh 3.9 the current document is the same for all contexts.)
        return curdoc() is self._document and Context().run(curdoc) is not self._document

    def add(self, widget: Shown) -> None:
        """Closes it with the session, and sees to it that the page knows its state from the start."""
        widget.on_msg(self._heard_first)
        kept = weakref.ref(widget)  # one that is made anew is another widget: the document must not keep all of them

        def close(_context: SessionContext) -> None:
            left = kept()
            if left is not None:
                # Panel looks there for the way to the page, and Bokeh has taken that to pieces already.
                with patch_curdoc(self._document), suppress(AttributeError):
                    left.close()

        self._document.on_session_destroyed(close)

    def _put_off(self, task: Callable[[], None]) -> None:
        if not self._session.destroyed:
            self._document.add_next_tick_callback(task)

    def _heard_first(self, widget: Shown, _content: object, _buffers: object) -> None:
        # What was said between the page's making and its first word is lost: ipywidgets_bokeh listens only then.
        widget.on_msg(self._heard_first, remove=True)
        self.deliver(lambda: widget.send_state([name for name in widget.keys if not name.startswith("_")]))


def _current_document() -> Document | None:
    """The document of the calling code; Panel knows it on its own threads too."""
    if "panel.io.state" in sys.modules:
        from panel.io.state import state

        return state.curdoc
    return curdoc()
