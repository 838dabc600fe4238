"""Planted secrets, and every place to which one could have got."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter

from glance_widget import sign_login_key
from glance_widget.demo.lab_page import LabPage
from glance_widget.demo.people import Viewer
from glance_widget.demo.witness import Witness
from glance_widget.sandbox import Sandbox
from glance_widget.testing import ScriptedVisitor
from tests.jupyter.authurl import AuthService, auth_service
from tests.jupyter.desk import Button, Desk, expect_closed, new_context, new_notebook

pytestmark = pytest.mark.jupyter

GROUPID = 4711
VISITORID = "watched"
# What a careless user would do: everything as plain text in variables of the notebook's own kernel.
SHOW = """
import json, logging
from glance_widget import Glance
from IPython.display import display
planted = json.loads(open({file!r}).read())
logging.basicConfig(filename={log!r}, level=logging.DEBUG)
common = dict(glancebaseurl=planted["url"], groupid={groupid}, presence=True, visitorid={visitorid!r}, debugmode=True)
by_apikey = Glance(**common, puid="a@example.com", apikey=planted["apikey"])
by_loginkey = Glance(**common, puid="b@example.com", loginkey=planted["loginkey"])
by_authurl = Glance(
    **common, puid="c@example.com", authurl=planted["authurl"],
    authheaders={{"Authorization": "Bearer " + planted["bearer"]}}, authbody={{"ticket": planted["body"]}},
)
buttons = [by_apikey, by_loginkey, by_authurl]
for button in buttons:
    button.wait_for("absent", 30)
    display(button)
"""
SAYS = """
said = []
for properties in (
    {"apikey": [planted["apikey"]]}, {"loginkey": {"k": planted["loginkey"]}}, {"authheaders": [planted["bearer"]]},
    {"authbody": [planted["body"]]}, {"authurl": "ftp://" + planted["bearer"]}, {"api_key": planted["apikey"]},
):
    try:
        Glance(**properties)
    except Exception as error:
        said += [repr(error), str(error), repr(error.__dict__), repr(error.__context__)]
wrong = Glance(**common, puid="someone@example.com", loginkey=planted["loginkey"])
try:
    wrong.wait_for("absent", 30)
except Exception as error:
    said += [repr(error), str(error), repr(error.__context__)]
for button in (*buttons, wrong):
    said += [repr(button), str(button), repr(button.get_state()), repr(button.error), repr(button.status)]
    said += [repr(button.apikey), repr(button.loginkey), f"{button.apikey} {button.loginkey!s}"]
print(json.dumps(said))
"""
# The only place where a secret is taken out of its cover; what it prints goes into a file that is not searched.
REVEAL = """
tokens = [button._agent._runner.platform.authorization for button in buttons]
open({file!r}, "w").write(json.dumps([a._token.reveal() for a in tokens]))
"""


@dataclass(frozen=True)
class Planted:
    """What is planted, and where to use it."""

    url: str
    authurl: str
    apikey: str
    loginkey: str
    bearer: str
    body: str


@dataclass(frozen=True)
class Trap:
    """The platform and the login key service that take the secrets, and the secrets."""

    sandbox: Sandbox
    service: AuthService
    planted: Planted

    def secrets(self, tokens: list[str]) -> dict[str, str]:
        """What must not be found: the first part of each secret, as logs may cut long texts."""
        planted = self.planted
        whole = {"API key": planted.apikey, "header": planted.bearer, "body": planted.body}
        whole |= {f"presence token {number}": token for number, token in enumerate(tokens)}
        # The first parts of a login key are its version and its time, which are no secrets.
        keys = [planted.loginkey, *self.service.loginkeys]
        whole |= {f"login key {number}": key.rpartition("$")[2] for number, key in enumerate(keys)}
        return {name: secret[:12] for name, secret in whole.items()}


@pytest.fixture
def trap() -> Iterator[Trap]:
    with (
        Sandbox(groupid=GROUPID, apikey="apikey-5f1c07b2e9-canary") as sandbox,
        auth_service(GROUPID, sandbox.apikey) as service,
    ):
        loginkey = sign_login_key(GROUPID, "b@example.com", sandbox.apikey, int(time.time()) + 3600)
        planted = Planted(
            sandbox.url, service.url, sandbox.apikey, loginkey, "bearer-canary-77ab31", "body-canary-90cd12"
        )
        yield Trap(sandbox, service, planted)


def test_no_secret_gets_anywhere(desk: Desk, trap: Trap, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    file, log, tokens = tmp_path / "planted.json", tmp_path / "kernel.log", tmp_path / "tokens.json"
    file.write_text(json.dumps(asdict(trap.planted)))
    source = SHOW.format(file=str(file), log=str(log), groupid=GROUPID, visitorid=VISITORID)
    desk.show_source(source)
    with second_tab(desk) as second:
        with ScriptedVisitor(trap.sandbox, VISITORID) as visitor:
            for number in range(3):
                one_session(Button(desk.lab.button(desk.cell).nth(number)), visitor)
        found = {"errors and texts": desk.lab.execute(SAYS)}
    desk.lab.execute(REVEAL.format(file=str(tokens)) + "logging.basicConfig(force=True)")
    desk.lab.save()
    found |= documents(desk.server.folder / desk.notebook, "saved by JupyterLab")
    found |= documents(executed(source, tmp_path), "saved by nbclient")
    found["log of the kernel, all of it"] = log.read_text()
    found["output of the server and its kernels"] = desk.server.log.read_text()
    found["log of the sandbox"] = caplog.text
    found["what the second tab received"] = "\n".join(second.received)
    found["what the first tab received"] = "\n".join(desk.witness.received)
    found["consoles"] = "\n".join(desk.witness.printed + second.printed)
    found["addresses"] = "\n".join(desk.witness.requests + second.requests)

    assert "sealed" in found["what the second tab received"]
    assert "[glance] state in_session" in found["consoles"]
    assert "AgentView.aspx" in found["addresses"]
    assert "AgentView.aspx" in found["log of the sandbox"]
    assert "DEBUG:httpcore" in found["log of the kernel, all of it"]
    assert trap.service.seen == {(f"Bearer {trap.planted.bearer}", f"ticket={trap.planted.body}")}
    secrets = trap.secrets(json.loads(tokens.read_text())).items()
    assert [f"{name} in {place}" for place, text in found.items() for name, secret in secrets if secret in text] == []


def test_a_notebook_saved_in_mid_session_holds_no_session_key(desk: Desk) -> None:
    visitorid = desk.new_visitorid()
    button = desk.show(visitorid, "openlocation='iframe'")
    with ScriptedVisitor(desk.sandbox, visitorid):
        button.expect_state("present")
        button.press("Join")
        button.expect_state("in_session")
        desk.lab.save()
        key, session_id = json.loads(desk.value("__import__('json').dumps([w.session['key'], w.session['sessionId']])"))
        saved = (desk.server.folder / desk.notebook).read_text()
        assert session_id in saved
        assert key not in saved
        button.press("End Session")
        button.expect_state("ended")


@contextmanager
def second_tab(desk: Desk) -> Iterator[Witness]:
    """Somebody else who has the same notebook open."""
    context = new_context(desk.browser)
    witness = Witness(context, "second tab")
    try:
        LabPage.open(context, desk.server, desk.notebook)
        yield witness
    finally:
        context.close()
    assert witness.complaints() == []


def one_session(button: Button, visitor: ScriptedVisitor) -> None:
    button.expect_state("present")
    page = button.opens_a_window("Join")
    Viewer(page).expect_heading("Coffee at the pace of a heron")
    button.press("End Session")
    button.expect_state("ended")
    visitor.wait_for("ended")
    page.close()
    expect_closed(page)


def executed(source: str, folder: Path) -> Path:
    """A notebook that nbclient has run and saved with the widgets' state."""
    path = folder / "executed.ipynb"
    notebook = nbformat.reads(json.dumps(new_notebook(source)), as_version=4)  # type: ignore[no-untyped-call]
    NotebookClient(notebook, timeout=60, kernel_name="python3", store_widget_state=True).execute()
    path.write_text(json.dumps(notebook))
    return path


def documents(path: Path, origin: str) -> dict[str, str]:
    """A saved notebook, and the web page that is made of it."""
    text = path.read_text()
    notebook = json.loads(text)
    assert any("by_apikey" in "".join(cell["source"]) for cell in notebook["cells"])
    assert "c@example.com" in json.dumps(notebook["metadata"]["widgets"])
    html, _resources = HTMLExporter().from_filename(str(path))  # type: ignore[no-untyped-call]
    return {f"notebook {origin}": text, f"web page of the notebook {origin}": html}
