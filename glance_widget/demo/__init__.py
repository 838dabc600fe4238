"""The guided demo, and what it needs to drive a browser."""

from __future__ import annotations

from pathlib import Path


def run_demo(*, check: bool = False, pictures: Path | None = None) -> int:
    """Runs the demo.

    Args:
        check: Whether to play the whole story in a headless browser and judge it, instead of showing it to a person.
        pictures: With ``check``: folder for the pictures. None: ``build/demo`` in a checkout, else a temporary one.

    Returns:
        0 when done, 1 when something failed; it is printed what, and where the pictures are.
    """
    # Neither Playwright nor JupyterLab is needed before a demo is run.
    from glance_widget.demo.show import check_story, show

    return check_story(pictures) if check else show()
