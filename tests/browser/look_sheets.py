"""Puts every face of the button onto one page, as it looks in one theme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final, Literal

from tests.browser.button_bench import PACKAGES, ROOT, Bench, Benches
from tests.browser.look_faces import FACES, NOW, SINCE, Face
from tests.browser.look_themes import THEMES, Theme

PICTURES: Final = ROOT / "build" / "looks"
SETTLED: Final = 2_500
"""Milliseconds after which the front end knows whether there is a kernel, and whether it is busy."""
AXE: Final = PACKAGES / "axe-core" / "axe.min.js"
FIND: Final = """async () => {
  const found = await axe.run("section > figure > div", { resultTypes: ["violations", "incomplete"] });
  return [...found.violations, ...found.incomplete].flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, any }) => [id, help, target.flat().join(" "), any[0]?.message].join(": ")));
}"""
DRESS: Final = """(attributes) => {
  for (const [name, value] of Object.entries(attributes)) document.body.setAttribute(name, value);
}"""


@dataclass
class Sheet:
    """A page with many widgets, whose clock stands still."""

    bench: Bench

    def show(
        self,
        faces: Sequence[Face] = FACES,
        *,
        looks: Sequence[int] = (1, 2),
        arranged: Literal["columns", "rows"] = "columns",
    ) -> None:
        page = self.bench.page
        options = {"looks": looks, "arranged": arranged}
        page.evaluate("([faces, options]) => looks.show(faces, options)", [[asdict(face) for face in faces], options])
        page.clock.run_for(SETTLED)
        page.evaluate("() => looks.act()")
        page.clock.run_for(SETTLED)
        page.evaluate("() => document.fonts.ready.then(() => undefined)")

    def themes(self) -> set[str]:
        """Light or dark, and the colour of the surface."""
        return set(self.bench.page.evaluate("() => looks.themes()"))

    def audit(self) -> list[str]:
        """What is hard to read, too small, clipped, or on top of something else."""
        problems: list[str] = self.bench.page.evaluate("() => looks.audit()")
        return problems

    def mirror(self) -> list[str]:
        """What does not stand at the other side when the writing direction is turned."""
        problems: list[str] = self.bench.page.evaluate("() => looks.mirror()")
        return problems

    def axe(self) -> list[str]:
        """What axe finds, and what it cannot decide."""
        page = self.bench.page
        page.add_script_tag(content=AXE.read_text(encoding="utf-8"))
        page.clock.resume()
        found: list[str] = page.evaluate(FIND)
        return found

    def picture(self, name: str) -> None:
        """Leaves it in ``build/looks``, from where ``scripts/look_pictures.py`` takes it."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        picture = self.bench.page.screenshot(type="jpeg", quality=42, full_page=True)
        (PICTURES / f"{name}.jpg").write_bytes(picture)


def open_sheet(benches: Benches, theme: Theme = THEMES["light"], *, scale: float = 1, motion: bool = False) -> Sheet:
    bench = benches.open("/looks.html", dark=theme.prefers_dark, forced=theme.forced, motion=motion, scale=scale)
    page = bench.page
    page.add_style_tag(content=f"{theme.css} ")
    page.evaluate(DRESS, theme.body)
    page.evaluate("() => document.fonts.load('13px Inter')")
    page.clock.install(time=SINCE)
    page.clock.pause_at(NOW)
    return Sheet(bench)
