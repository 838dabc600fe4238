"""Takes the pictures of ``docs/looks.md`` from those that the tests of looks and languages leave in ``build/looks``."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).parents[1]


def main() -> None:
    """Copies every picture, under the name by which the document shows it."""
    for picture in sorted((_ROOT / "build" / "looks").glob("*.jpg")):
        shutil.copyfile(picture, _ROOT / "docs" / "images" / f"looks-{picture.name}")


if __name__ == "__main__":
    main()
