"""The two people of the story at their pages: the visitor in the shop, and the agent at the viewer."""

from __future__ import annotations

from typing import Final

from playwright.sync_api import BrowserContext, FrameLocator, Locator, Page, ViewportSize, expect

from glance_widget.demo.steps import require
from glance_widget.errors import GlanceError

SCREEN: Final[ViewportSize] = {"width": 1280, "height": 800}


class Visitor:
    """A visitor of the demo shop.

    Args:
        context: The visitor's browser.
        url: The shop as the visitor sees it.
    """

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.page: Page = context.new_page()
        self._url = url

    def open_shop(self, path: str = "") -> None:
        """Goes to a page of the shop."""
        self.page.goto(self._url + path)

    @property
    def terms(self) -> Locator:
        """The dialog with the terms."""
        return self.page.get_by_role("dialog")

    @property
    def bar(self) -> Locator:
        """What tells the visitor that the page is shared."""
        return self.page.get_by_role("region", name="Shared session")

    def accept(self) -> None:
        """Accepts the terms."""
        self.terms.get_by_role("button", name="Accept").click()

    def decline(self) -> None:
        """Declines the terms."""
        self.terms.get_by_role("button", name="Decline").click()

    def end(self) -> None:
        """Ends the session."""
        self.bar.get_by_role("button", name="End Session").click()

    def follow_link(self, name: str) -> None:
        """Goes to another page of the shop by one of its links."""
        self.page.get_by_role("link", name=name).first.click()


class Viewer:
    """The viewer's page, in a window or in a frame.

    The copy of the visitor's page has what can be seen and little else: no names for screen readers, no ``data-`` and
    no ``for`` attributes, and other names for classes and ids. Elements in it are found by tag and by text.

    Args:
        page: The page or frame in which it is.
    """

    def __init__(self, page: Page | FrameLocator) -> None:
        self.region: Locator = page.get_by_role("region", name="Visitor's page")
        # While one page follows another there are two replicas for a moment; the newer one comes last.
        self.replica: FrameLocator = self.region.locator("iframe").last.content_frame
        self.end: Locator = page.get_by_role("button", name="End Session")
        self.heading: Locator = page.get_by_role("heading")

    def expect_heading(self, text: str) -> None:
        """Waits until the visitor's page is shown with this heading."""
        expect(self.replica.get_by_role("heading", level=1)).to_have_text(text)

    def expect_picture(self, picture_selector: str) -> None:
        """Waits until a picture of the visitor's page is shown, out of the copy itself and not from the network."""
        picture = self.replica.locator(picture_selector).first
        expect(picture).to_be_visible()
        expect(picture).to_have_js_property("complete", value=True)
        facts = picture.evaluate("(image) => ({ width: image.naturalWidth, scheme: image.currentSrc.split(':')[0] })")
        require(facts["width"] > 0, f"the picture {picture_selector!r} is empty")
        require(facts["scheme"] in {"data", "blob"}, f"the picture {picture_selector!r} is loaded by {facts['scheme']}")

    def until(self, condition: str, value: object = None) -> None:
        """Waits until something is true of the visitor's page as it is shown.

        Args:
            condition: A function in JavaScript, of the page's root element and the value.
            value: The value.
        """
        # The copy's own frame runs no scripts, and so no timers to look again with: the window around it looks.
        frame = self.region.element_handle().owner_frame()
        if frame is None:
            raise GlanceError("story", "the viewer is gone")
        frame.wait_for_function(_IN_REPLICA % condition, arg=value)

    def expect_drawn(self, canvas: str) -> None:
        """Waits until a canvas of the visitor's page shows more than a blank."""
        self.until(_IS_DRAWN, canvas)

    def expect_scrolled(self, place: float) -> None:
        """Waits until the visitor's page is scrolled to a place."""
        self.until("(root, place) => Math.abs(root.ownerDocument.defaultView.scrollY - place) < 2", place)

    def everything_written(self) -> str:
        """All that could be read in the copy of the visitor's page: its source, and what stands in fields."""
        return str(self.replica.locator(":root").evaluate(_WRITTEN))


_IN_REPLICA: Final = """(value) => {
  const copies = document.querySelectorAll("[role=region] iframe");
  const root = copies[copies.length - 1]?.contentDocument?.documentElement;
  return Boolean(root) && (%s)(root, value);
}"""
_IS_DRAWN: Final = """(root, selector) => {
  const canvas = root.querySelector(selector);
  if (!canvas) return false;
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return new Set(new Uint32Array(data.buffer)).size > 8;
}"""
_WRITTEN: Final = """(root) => {
  const fields = [...root.querySelectorAll("input, textarea, select")];
  return [root.outerHTML, ...fields.map((field) => field.value)].join();
}"""


def is_blue(button: Locator) -> bool:
    """Whether a button is rather blue than orange."""
    red, _green, blue = _colour(button)
    return blue > red


def is_orange(button: Locator) -> bool:
    """Whether a button is rather orange than blue."""
    red, green, blue = _colour(button)
    return red > green > blue


def _colour(button: Locator) -> tuple[int, int, int]:
    # Drawn on a canvas, every way to write a colour becomes three numbers.
    red, green, blue = button.evaluate(
        """(button) => {
          const pen = document.createElement("canvas").getContext("2d");
          pen.fillStyle = getComputedStyle(button).backgroundColor;
          pen.fillRect(0, 0, 1, 1);
          return [...pen.getImageData(0, 0, 1, 1).data.slice(0, 3)];
        }"""
    )
    return red, green, blue
