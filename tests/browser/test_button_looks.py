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
