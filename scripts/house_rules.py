"""The rules of this project that no linter knows.

No file names what only one machine has, no markup is made from strings, and no notebook keeps widget state.
"""

import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GENERATED = {"__pycache__", "build", "dist", "node_modules", "static"}
OF_OURS = {".ci", ".github"}

MACHINE = re.compile(
    r"(?<![\w.~%-])/(?:home|root|Users|work)/\w"
    r"|https?://(?!(?:registry\.npmjs\.org|(?:www\.|docs\.)?npmjs\.com|(?:test\.)?pypi\.org)[/\"'\s)>]"
    r"|files\.pythonhosted\.org)[\w.-]*(?:artifactory|mirror|nexus|npm|pypi|registry|verdaccio)[\w.-]*"
)
MARKUP = re.compile(
    r"\.(?:innerHTML|outerHTML)\s*\+?=[^=]|\.(?:insertAdjacentHTML|setHTMLUnsafe|createContextualFragment)\("
    r"|document\.write(?:ln)?\(|\bnew Function\("
)


def files() -> Iterator[Path]:
    """Every file of the project that a person wrote."""
    for folder, inner, names in os.walk(ROOT):
        inner[:] = [name for name in inner if name in OF_OURS or not (name.startswith(".") or name in GENERATED)]
        yield from (Path(folder, name) for name in names)


def broken_rules(path: Path, text: str) -> Iterator[tuple[int, str]]:
    """The line and the rule, for each line of the file that breaks one."""
    # The pages of others make markup as others do.
    others = path.name.endswith(".test.ts") or path.parent.name == "pages_of_others"
    front_end = path.suffix in {".ts", ".js", ".mjs", ".html"} and not others
    for number, line in enumerate(text.splitlines(), 1):
        if MACHINE.search(line):
            yield number, "a path or a host that only one machine has"
        if front_end and MARKUP.search(line):
            yield number, "markup or code made from a string; make elements, and set textContent"
    if path.suffix == ".ipynb" and "widgets" in json.loads(text).get("metadata", {}):
        yield 1, "the notebook keeps widget state; save it without metadata.widgets"


def main() -> int:
    """Prints what breaks a rule; 1 when something does."""
    found = 0
    for path in sorted(files()):
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:  # a picture or the like
            continue
        for number, rule in broken_rules(path, text):
            print(f"{path.relative_to(ROOT)}:{number}: {rule}")
            found += 1
    return min(found, 1)


if __name__ == "__main__":
    sys.exit(main())
