"""An agent's desk: a notebook in JupyterLab in which every test shows buttons of its own."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, BrowserContext, CDPSession, ElementHandle, Locator, Page, expect

from glance_widget.demo.jupyter import JupyterServer
from glance_widget.demo.lab_page import LabPage
from glance_widget.demo.people import SCREEN, Visitor
from glance_widget.demo.witness import Witness
from glance_widget.sandbox import Sandbox
from tests.chromium import PATIENCE

# ipywidgets: JupyterServer tells a view of which the model was closed a moment ago that its output is taken away.
_LATE_MESSAGE = re.compile(r"^TypeError: Cannot read properties of null \(reading 'processLuminoMessage'\)")
_numbers = itertools.count(1)


def new_notebook(*sources: str, kernel_name: str = "python3") -> dict[str, object]:
    """A notebook with these code cells."""
    kernel = {"display_name": "Python 3", "language": "python", "name": kernel_name}
    rest: dict[str, object] = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    cells = [{"id": f"cell-{number}", "source": source, **rest} for number, source in enumerate(sources)]
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": cells}


def write_notebook(lab: JupyterServer, name: str, kernel_name: str = "python3") -> str:
    """Puts an empty notebook where JupyterLab finds it; its name."""
    (lab.folder / name).write_text(json.dumps(new_notebook(kernel_name=kernel_name)))
    return name


def new_context(browser: Browser, locale: str = "en-US") -> BrowserContext:
    """A browser of somebody's own, who reads this language."""
    context = browser.new_context(viewport=SCREEN, locale=locale)
    context.set_default_timeout(PATIENCE)
    return context


class Button:
    """One view of a Glance button."""

    def __init__(self, root: Locator) -> None:
        self.root = root

    def expect_state(self, state: str) -> None:
        expect(self.root).to_have_attribute("data-glance-state", state)

    def named(self, name: str) -> Locator:
        return self.root.get_by_role("button", name=name, exact=True)

    def press(self, name: str) -> None:
        self.named(name).click()

    def opens_a_window(self, name: str, role: Literal["button", "link"] = "button") -> Page:
        """Presses a button or link; nothing touches the page between the click and the window."""
        button = self.root.get_by_role(role, name=name, exact=True)
        with self.root.page.context.expect_page() as opened:
            button.click()
        return opened.value


class Desk:
    """The notebook, its kernel, and whoever visits the shop meanwhile."""

    def __init__(self, browser: Browser, sandbox: Sandbox, lab: JupyterServer, notebook: str) -> None:
        self.browser = browser
        self.sandbox = sandbox
        self.server = lab
        self.notebook = notebook
        self.context = new_context(browser)
        self.witness = Witness(self.context, "agent", _LATE_MESSAGE)
        self.lab = LabPage.open(self.context, lab, notebook)
        self._prepare()

    def new_visitorid(self) -> str:
        return f"visitor-{next(_numbers)}"

    def show(self, visitorid: str, properties: str = "", *, views: int = 1, name: str = "w") -> Button:
        """Shows a button in a cell of its own.

        Args:
            visitorid: The visitor.
            properties: Further properties, as they are typed.
            views: How often the cell shows it.
            name: The variable that holds it.
        """
        usual = {"glancebaseurl": "sandbox", "visitorid": visitorid, "presence": True}
        shows = "\n".join([f"display({name})"] * views)
        return self.show_source(f"{name} = Glance(**({usual} | dict({properties})))\n{shows}")

    def show_source(self, source: str) -> Button:
        """Shows what a cell makes."""
        self.cell = self.lab.add(source)
        self.lab.run(self.cell)
        button = Button(self.lab.button(self.cell).first)
        expect(button.root).to_have_attribute("data-glance-ready", "true")
        return button

    def value(self, expression: str) -> str:
        """The text of a Python expression in the kernel."""
        return self.lab.execute(f"print({expression})").strip()

    @contextmanager
    def visitor(self, visitorid: str | None) -> Iterator[Visitor]:
        """A visitor with a browser of their own; None for somebody whom the shop does not know."""
        url = f"{self.sandbox.url}/shop/" if visitorid is None else self.sandbox.visitor_url(visitorid)
        context = new_context(self.browser)
        witness = Witness(context, visitorid or "visitor")
        visitor = Visitor(context, url)
        try:
            yield visitor
        finally:
            context.close()
        assert witness.complaints() == []

    def viewers(self) -> list[Page]:
        """The windows that are open beside the notebook."""
        return [page for page in self.context.pages if page is not self.lab.page]

    def reload(self) -> None:
        """Saves the notebook and loads the page again; the kernel goes on."""
        self.lab.save()
        self.lab.page.reload()
        self.lab.wait_until_ready(self.notebook)

    def restart_kernel(self) -> None:
        """Ends the kernel with everything in it; another one takes its place."""
        self.lab.restart_kernel()
        self._prepare()

    def picture(self, name: Path) -> None:
        """Takes pictures of all the agent's pages."""
        name.parent.mkdir(exist_ok=True)
        for number, page in enumerate(self.context.pages):
            page.screenshot(path=f"{name}-{number}.png")

    def clear(self) -> None:
        """Closes the widgets and windows of a test, and takes its cells away."""
        for page in self.viewers():
            page.close()
        self.lab.execute("from ipywidgets import Widget\nWidget.close_all()")
        self.lab.clear()

    def close(self) -> None:
        self.context.close()

    def _prepare(self) -> None:
        self.lab.execute(
            "import threading, time; from glance_widget import Glance; from IPython.display import display"
        )


def expect_closed(page: Page) -> None:
    """Waits until a window is closed."""
    if not page.is_closed():
        page.wait_for_event("close")


def handle(button: Button) -> ElementHandle:
    """The element itself, for what must not search for it again."""
    element = button.root.element_handle()
    assert element is not None
    return element


def without_gesture(session: CDPSession, expression: str) -> object:
    """Runs a script in a page as a script of the page's own runs: it does not count as if somebody had pressed.

    Whatever Playwright evaluates does count, and opens the way for windows that the browser would block.
    """
    answer = session.send("Runtime.evaluate", {"expression": expression, "userGesture": False, "returnByValue": True})
    assert "exceptionDetails" not in answer, answer["exceptionDetails"]
    return answer["result"].get("value")
