"""Proof for a website of one's own: what of its pages leaves them in a cobrowse session."""

from __future__ import annotations

import asyncio
import os
import secrets as chance
import shutil
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

from glance_widget.errors import ClosedError, PropertyError, StateError, WaitTimeoutError
from glance_widget.protocol.base_urls import AGENT_VIEW_PATH, SCRIPT_PATH
from glance_widget.protocol.login_key import sign_login_key
from glance_widget.protocol.viewer_form import viewer_fields
from glance_widget.protocol.visitor_settings import Privacy
from glance_widget.sandbox import Sandbox
from glance_widget.testing.leak_page_scripts import ADD_SCRIPT, OPEN_VIEWER, SEEN, START_SESSION
from glance_widget.testing.leak_report import LeakReport
from glance_widget.testing.leak_search import Departure, normal, search
from glance_widget.testing.leak_traffic import Relayed, Traffic

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page
    from typing_extensions import Self

_LOOK: Final = 20
_KEY_FOR: Final = 600
_SIDE_FILES: Final = ("", "-wal", "-shm", "-journal")


class LeakCheck:
    """Opens a page in a browser, lets an agent of a sandbox watch it, and keeps everything that leaves the page.

    What leaves are the frames of every socket, the address, headers and body of every request and beacon, what the
    service relays to the agent, what the agent's browser asks for, and what the service stores. What the page sends to
    its own website does not count: it has that from the start. A page without a visitor script is given the sandbox's.

    It needs Playwright (``pip install playwright``) and a Chromium. Playwright's synchronous interface does not work
    where an event loop runs, as in the cells of a notebook. Cookies know no ports: serve the page as ``localhost``, as
    the sandbox is ``127.0.0.1``, or the browser itself sends the page's cookies to the sandbox.

    Args:
        address: The address of the page.
        sandbox: The sandbox whose agent watches; one of its own when None. A page with a visitor script names it there.
        page: The Playwright page in which to open it, such as one that is signed in; a browser of its own when None.
        privacy: The mode of its own sandbox: ``private``, ``standard`` or ``open``; when None, that of the page.
        own_origins: Further origins of the website, such as that of its images.
        records: The file of the sandbox's records, when it was given one: it is searched too.
        timeout: Seconds that each step may take.

    Attributes:
        page: The visitor's page: click and type there what your visitors would.
        viewer: The agent's page.

    Example:
        >>> with LeakCheck("http://localhost:8000/account") as check:  # doctest: +SKIP
        ...     check.page.get_by_label("IBAN").fill("DE89370400440532013000")
        ...     check.assert_no_leaks({"IBAN": "DE89370400440532013000", "customer number": "C-4711-0815"})

    Raises:
        PropertyError: An argument cannot be used.
    """

    page: Page
    viewer: Page

    def __init__(  # noqa: PLR0913 (keywords, all but two)
        self,
        address: str,
        sandbox: Sandbox | None = None,
        *,
        page: Page | None = None,
        privacy: Privacy | None = None,
        own_origins: Collection[str] = (),
        records: str | os.PathLike[str] | None = None,
        timeout: float = 20.0,
    ) -> None:
        if privacy is not None and sandbox is not None:
            raise PropertyError("privacy", "is the given sandbox's own", "Say Sandbox(privacy=…).")
        self._address = address
        self._given = page
        self._sandbox = sandbox
        self._privacy = privacy
        self._own_origins = tuple(own_origins)
        self._timeout = timeout
        self._open = ExitStack()
        self._traffic: Traffic | None = None
        self._relayed: Relayed | None = None
        self._records = None if records is None else Path(records)

    def start(self) -> Self:
        """Opens the page, starts the session and returns when the agent sees the page.

        Raises:
            StateError: Playwright is missing, the page has no visitor script that runs, …
            WaitTimeoutError: A step took too long.
        """
        if self._traffic is not None:
            raise StateError("already_started", "The leak check runs already.", "Stop it first.")
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Ends the session and closes what it opened; safe to call twice. What was found stays."""
        self._open.close()

    def settle(self, quiet: float = 0.4, at_most: float = 10.0) -> None:
        """Waits until nothing has left the page for a moment, or until ``at_most`` seconds are over."""
        traffic, relayed = self._running()
        deadline = time.monotonic() + at_most
        count, since = -1, time.monotonic()
        while time.monotonic() < deadline and time.monotonic() - since < quiet:
            self.page.wait_for_timeout(_LOOK)
            if (now := len(traffic) + len(relayed.frames)) != count:
                count, since = now, time.monotonic()

    def seen(self) -> str:
        """All texts that the agent's page shows now: of the copy, generated ones and field values included."""
        self._running()
        text: str = self.viewer.evaluate(SEEN)
        return text

    def check(self, secrets: Mapping[str, str], *, visible: Collection[str] = ()) -> LeakReport:
        """Waits until the page is quiet, then searches secrets in everything that left it.

        They are found in any case, escaped, in base64, in hex and spread over neighbouring texts; not in pictures.

        Args:
            secrets: The secrets by name. A report holds the names and never a secret.
            visible: Names of those that the agent is meant to see.

        Raises:
            PropertyError: A secret is too short, or ``visible`` names one that is not given.
            ClosedError: The check does not run.
        """
        self.settle()
        leaks, found = search(secrets, self.departures(), visible=visible)
        seen = normal(self.seen()) if visible else ""
        missing = tuple(name for name in visible if normal(secrets[name]) not in seen)
        return LeakReport(leaks, found, missing)

    def assert_no_leaks(self, secrets: Mapping[str, str], *, visible: Collection[str] = ()) -> None:
        """The same as an assertion, for tests.

        Raises:
            AssertionError: A secret left that must not, or one that should be visible is not.
        """
        if report := self.check(secrets, visible=visible):
            raise AssertionError(str(report))

    def departures(self) -> Iterator[Departure]:
        """Everything that left the page so far, raw; it holds the secrets."""
        traffic, relayed = self._running()
        yield from traffic.departures()
        yield from relayed.departures()
        for ending in _SIDE_FILES if self._records else ():
            file = Path(f"{self._records}{ending}")
            if file.exists():
                yield Departure("stored by the service", file.read_bytes())

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    def __repr__(self) -> str:
        """Without addresses, which may hold secrets."""
        return f"<LeakCheck {'stopped' if self._traffic is None else 'running'}>"

    def _running(self) -> tuple[Traffic, Relayed]:
        if self._traffic is None or self._relayed is None:
            raise ClosedError("not_started", "The leak check does not run.", "Use it in a with block.")
        return self._traffic, self._relayed

    def _start(self) -> None:
        sandbox = self._sandbox or self._own_sandbox()
        context, browser = self._place()
        traffic = Traffic(context, sandbox.url, [*self._own_origins, self._address])
        self._open.callback(traffic.stop)
        self._open.callback(self._forget)
        self.page.goto(self._address, timeout=self._timeout * 1000)
        self._equip(sandbox)
        traffic.begin_session()
        key = f"leak-check-{chance.token_hex(8)}"
        self.page.evaluate(START_SESSION, key)
        viewers = browser.new_context()
        self._open.callback(viewers.close)
        self.viewer = viewers.new_page()
        relayed = Relayed(self.viewer, sandbox.url)
        self._watch(sandbox, key)
        self._traffic, self._relayed = traffic, relayed
        self._until(lambda: any('"type":2' in str(frame.content) for frame in relayed.frames), "the first view")

    def _own_sandbox(self) -> Sandbox:
        folder = Path(self._open.enter_context(tempfile.TemporaryDirectory()))
        self._records = folder / "records.sqlite"
        return self._open.enter_context(Sandbox(database=self._records, privacy=self._privacy))

    def _place(self) -> tuple[BrowserContext, Browser]:
        if self._given is None:
            browser = self._browser()
            context = browser.new_context()
            self._open.callback(context.close)
            self.page = context.new_page()
            return context, browser
        self.page = self._given
        context = self.page.context
        if context.browser is None:
            raise StateError("no_browser", "The page's browser opens no second window.", "Use browser.new_page().")
        return context, context.browser

    def _browser(self) -> Browser:
        try:
            from playwright.sync_api import sync_playwright
        except ModuleNotFoundError:
            raise StateError(
                "playwright_missing", "LeakCheck needs Playwright, which is not installed.", "pip install playwright"
            ) from None
        if _loop_runs():
            raise StateError(
                "event_loop",
                "LeakCheck cannot start a browser where an event loop runs.",
                "Use it outside of notebooks and async functions, or give it a page.",
            )
        playwright = self._open.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=_program(), args=_as_root())
        self._open.callback(browser.close)
        return browser

    def _equip(self, sandbox: Sandbox) -> None:
        """Sees to it that the page has a visitor script."""
        script = f"{sandbox.url}{SCRIPT_PATH}?group={sandbox.groupid}&site=production"
        self.page.evaluate(ADD_SCRIPT, {"src": script, "groupid": str(sandbox.groupid)})
        running = "() => Boolean(window.GLANCE?.Cobrowse?.Visitor)"
        self._until(lambda: bool(self.page.evaluate(running)), "the visitor script (does the page's policy allow it?)")

    def _watch(self, sandbox: Sandbox, key: str) -> None:
        """Opens the viewer as an agent's application does: by posting a form."""
        expires = int(time.time()) + _KEY_FOR
        loginkey = sign_login_key(sandbox.groupid, sandbox.puid, sandbox.apikey, expires)
        fields = viewer_fields(
            groupid=sandbox.groupid,
            puid=sandbox.puid,
            loginkey=loginkey,
            agentjoinurl="",
            extra={"SESSIONKEY": key},
        )
        self.viewer.goto(f"{sandbox.url}/", timeout=self._timeout * 1000)
        with self.viewer.expect_navigation(timeout=self._timeout * 1000):
            self.viewer.evaluate(OPEN_VIEWER, {"action": AGENT_VIEW_PATH, "fields": fields})

    def _until(self, condition: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + self._timeout
        while not condition():
            if time.monotonic() > deadline:
                raise WaitTimeoutError("leak_check", f"This did not come in {self._timeout:g} s: {what}.")
            self.page.wait_for_timeout(_LOOK)

    def _forget(self) -> None:
        self._traffic = self._relayed = None


def _loop_runs() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _program() -> str | None:
    """The browser that the environment names or the machine has; None for Playwright's own."""
    named = [os.environ.get("GLANCE_CHROMIUM"), "chromium", "chromium-browser", "google-chrome"]
    return next((found for name in named if name and (found := shutil.which(name))), None)


def _as_root() -> list[str]:
    # Chromium's own sandbox refuses to run as root.
    return ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
