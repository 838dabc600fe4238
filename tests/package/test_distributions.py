"""The wheel and the sdist carry what a user needs, and the wheel works without Node and without the checkout."""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.package

ROOT = Path(__file__).parents[2]
NEEDED = (
    "glance_widget/static/widget.js",
    "glance_widget/static/visitor.js",
    "glance_widget/static/viewer.js",
    "glance_widget/static/phone.js",
    "glance_widget/static/THIRD_PARTY_LICENSES.txt",
    "glance_widget/sandbox/shop/templates/base.html",
    "glance_widget/sandbox/shop/assets/shop.css",
    "glance_widget/phrases/ar.json",
    "glance_widget/phrases/en.json",
    "glance_widget/py.typed",
)
NOTEBOOK = "glance_widget/demo/quickstart.ipynb"


def run(*command: str | Path, cwd: Path, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    return folder


@pytest.fixture(scope="module")
def wheel(distributions: Path) -> Path:
    (found,) = distributions.glob("*.whl")
    return found


def test_wheel_carries_what_is_needed_and_nothing_of_the_workshop(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert [name for name in (*NEEDED, NOTEBOOK) if name not in names] == []
    assert [name for name in names if name.startswith(("tests/", "js/", "scripts/"))] == []


def test_sdist_carries_the_bundle_and_its_sources(distributions: Path) -> None:
    (sdist,) = distributions.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = (*NEEDED, "js/widget/index.ts", "js/package-lock.json", "hatch_build.py", "LICENSE")
    assert [name for name in wanted if name not in names] == []


def test_wheel_works_in_an_empty_environment_without_node(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "venv"
    venv.create(home, with_pip=False)
    python = home / "bin" / "python"
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=tmp_path).strip())
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)  # noqa: S202 - our own wheel, made a moment ago
    # The dependencies, which no test may download, come from the environment that runs the tests.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    env = {"PATH": str(home / "bin"), "HOME": str(tmp_path)}
    program = (
        "import glance_widget, pathlib; from glance_widget.sandbox import Sandbox\n"
        "print(pathlib.Path(glance_widget.__file__).parent)\n"
        "with Sandbox() as sandbox, glance_widget.Glance(\n"
        "    glancebaseurl=sandbox.url, groupid=sandbox.groupid, puid=sandbox.puid, authurl=sandbox.authurl\n"
        ") as w:\n"
        "    w.wait_for('absent', 20); print(w.state)\n"
    )
    where, state = run(python, "-W", "error", "-c", program, cwd=tmp_path, env=env).split()
    assert Path(where) == site / "glance_widget"
    assert state == "absent"
    help_text = "import sys; from glance_widget.cli import main; sys.exit(main(['--help']))"
    assert "glance-widget serve" in run(python, "-c", help_text, cwd=tmp_path, env=env)


@pytest.mark.parametrize(
    ("names", "limit"), [(["visitor.js"], 40_000), (["widget.js", "viewer.js"], 100_000), (["phone.js"], 8_000)]
)
def test_bundles_keep_their_size(names: list[str], limit: int) -> None:
    """Visitors load one of them; an agent loads the widget and, once somebody accepted, the viewer."""
    static = ROOT / "glance_widget" / "static"
    size = sum(len(gzip.compress((static / name).read_bytes(), 9)) for name in names)
    assert size <= limit, f"{' and '.join(names)}: {size} bytes gzip, {limit} are allowed"


def test_python_and_js_have_one_version() -> None:
    from glance_widget import __version__

    package = (ROOT / "js" / "package.json").read_text()
    assert f'"version": "{__version__}"' in package
    assert (
        f"## [{__version__}]" in (ROOT / "CHANGELOG.md").read_text()
        or "## [Unreleased]" in (ROOT / "CHANGELOG.md").read_text()
    )


def test_commands_are_executable() -> None:
    commands = ["scripts/demo", "scripts/test", "scripts/check", "scripts/bench", "scripts/setup", ".ci/run"]
    assert [name for name in commands if not os.access(ROOT / name, os.X_OK)] == []


def test_the_visitor_script_keeps_the_names_that_others_use() -> None:
    script = (ROOT / "glance_widget" / "static" / "visitor.js").read_text(encoding="utf-8")
    public = re.findall(r"^  (\w+)\(", (ROOT / "js" / "visitor" / "api.ts").read_text(encoding="utf-8"), re.MULTILINE)
    wire = ["within", "agentlist", "partneruserid", "sessionKey", "paused", "keepalive", "maskingSelectors", "fire"]
    assert "withdrawTerms" in public
    assert [name for name in (*public, *wire) if not re.search(rf"\b{name}\b", script)] == []
