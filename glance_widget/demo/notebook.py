"""The quickstart notebook: where it is, and a copy to play with."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from glance_widget.errors import GlanceError

NOTEBOOK: Final = "quickstart.ipynb"
VISITORID: Final = "maria-21"
"""The visitor of the notebook."""
CHECKOUT: Final = Path(__file__).resolve().parents[2]
"""The folder that holds the package: the project's checkout, or ``site-packages``."""


def copy_notebook(folder: Path) -> None:
    """Copies the notebook into a folder.

    Raises:
        GlanceError: It is not there: the package was installed without it.
    """
    places = (CHECKOUT / "notebooks", Path(__file__).parent)
    source = next((place / NOTEBOOK for place in places if (place / NOTEBOOK).is_file()), None)
    if source is None:
        raise GlanceError("no_notebook", f"{NOTEBOOK} is not there.", "Run the demo in a checkout of the project.")
    shutil.copy(source, folder)


def pictures_folder() -> Path | None:
    """Where pictures go in a checkout: a folder that git ignores. None outside a checkout."""
    return CHECKOUT / "build" / "demo" if (CHECKOUT / "pyproject.toml").is_file() else None
