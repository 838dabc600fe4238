"""How the built front end looks: readable in every state, look, theme and width. Leaves docs/looks.md its pictures."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from tests.browser.button_bench import Benches
from tests.browser.look_faces import FACES
from tests.browser.look_sheets import open_sheet
from tests.browser.look_themes import THEMES

pytestmark = pytest.mark.browser

SCALE: Final = 0.8
"""Of the pictures, whose bytes everybody carries who clones the project."""
WIDTHS: Final = ("160px", "240px", "")
SHOWN: Final = ("present, gicon, sandbox", "in_session, viewer closed, gicon", "key form, invalid key")

IN_A_ROW: Final = """(root, [flow, width]) => {
  const { host } = root.getRootNode();
  // What a page has around its parts: a box that grows with what cannot become narrower.
  const page = document.createElement("div");
  page.style.cssText = `display: flex; width: ${width}px`;
  const box = document.createElement("div");
  box.style.cssText = `display: flex; flex: none; min-width: min-content; max-width: 100%; flex-direction: ${flow}`;
  host.replaceWith(page);
  page.append(box);
  box.append(host);
  return root.getBoundingClientRect().width;
}"""


@pytest.mark.parametrize("name", THEMES)
def test_every_face_is_readable_and_axe_finds_nothing(benches: Benches, name: str) -> None:
    theme = THEMES[name]
    sheet = open_sheet(benches, theme, scale=SCALE)
    sheet.show()
    sheet.picture(name)
    assert sheet.themes() == {f"{'dark' if theme.dark else 'light'} {theme.surface}"}
    assert sheet.audit() == []
    assert sheet.axe() == []


@pytest.mark.parametrize("font", ["Inter", "monospace"])
def test_every_face_fits_every_width(benches: Benches, font: str) -> None:
    sheet = open_sheet(benches)
    # A wide font stands for languages with longer words.
    sheet.bench.page.add_style_tag(content=f"body {{ --glance-font: {font}; }}")
    for width in WIDTHS:
        sheet.show([replace(face, width=width) for face in FACES], arranged="rows")
        assert sheet.audit() == []


def test_the_widths_have_a_picture(benches: Benches) -> None:
    sheet = open_sheet(benches, scale=SCALE)
    shown = [face for face in FACES if face.title in SHOWN]
    sized = [replace(face, width=width, title=f"{width or 'full width'}") for width in WIDTHS for face in shown]
    sheet.show(sized, arranged="rows")
    sheet.picture("widths")
    assert sheet.audit() == []


def test_every_face_is_mirrored_where_text_runs_from_right_to_left(benches: Benches) -> None:
    sheet = open_sheet(benches)
    sheet.show()
    assert sheet.mirror() == []


def test_in_a_row_it_has_a_width_of_its_own_and_gives_way_where_there_is_less(benches: Benches) -> None:
    bench = benches.open()
    bench.mount()
    root = bench.page.locator("[data-glance-state]")
    widths = [root.evaluate(IN_A_ROW, [flow, width]) for flow, width in (("row", 1000), ("row", 380), ("column", 380))]
    assert widths == [pytest.approx(560, abs=20), 380, 380]
