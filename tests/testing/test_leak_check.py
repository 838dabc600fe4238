from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from glance_widget.errors import ClosedError, PropertyError, StateError
from glance_widget.sandbox import Sandbox
from glance_widget.testing import LeakCheck
from glance_widget.testing.leak_search import Departure, search
from tests.chromium import chromium
from tests.privacy.planted.website import website

SECRET = "Ünlü café C-4711/0815"


def snapshot(*nodes: object) -> str:
    return json.dumps({"type": "events", "events": [{"type": 2, "data": {"node": {"childNodes": nodes}}}]})


def element(tag: str, *children: object, **attributes: str) -> dict[str, object]:
    return {"type": 2, "tagName": tag, "attributes": attributes, "childNodes": children}


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (f"<<{SECRET}>>", "plain"),
        (SECRET.upper(), "plain"),
        (SECRET.replace(" ", "\n\t "), "plain"),
        (json.dumps({"a": SECRET}), "escaped"),
        (json.dumps(json.dumps({"a": SECRET})), "escaped"),
        ("q=%C3%9Cnl%C3%BC+caf%c3%a9%20C-4711%2F0815", "escaped"),
        ("&Uuml;nl&uuml; caf&#233; C-4711&#x2f;0815", "escaped"),
        (r'"\dcnl\fc  caf\e9  C-4711\2f 0815"', "escaped"),
        (snapshot(*({"type": 3, "textContent": part} for part in ("Ünlü ca", "fé C-47", "11/0815"))), "in pieces"),
        *((base64.b64encode(b"x" * shift + SECRET.encode() + b"yz").decode(), "base64") for shift in range(3)),
        (base64.urlsafe_b64encode(SECRET.encode()).decode(), "base64"),
        (SECRET.encode().hex(), "hex"),
        (SECRET.encode(), "plain"),
        (SECRET.encode("utf-16-le"), "plain"),
        (b"\0" + SECRET.encode("utf-16-le"), "plain"),
        (gzip.compress(SECRET.encode(), mtime=0), "plain"),
    ],
)
def test_a_secret_is_found_however_it_is_written(content: str | bytes, encoding: str) -> None:
    leaks, found = search({"customer": SECRET}, [Departure("a frame", content)])
    assert found == {"customer"}
    assert [(leak.name, leak.where, leak.encoding) for leak in leaks] == [("customer", "a frame", encoding)]


def test_what_is_not_there_is_not_found() -> None:
    content = snapshot(element("p", {"type": 3, "textContent": "C-4711/0816"}, title="***"))
    assert search({"customer": SECRET}, [Departure("a frame", content)]) == ((), frozenset())


def test_a_leak_names_its_place_and_never_a_secret() -> None:
    content = snapshot(element("img", alt="secret-of-one and secret-of-two", width="20"))
    secrets = {"one": "secret-of-one", "two": "secret-of-two"}
    leaks, _ = search(secrets, [Departure("a frame", content)], visible=["two"])
    assert [(leak.name, leak.at) for leak in leaks] == [("one", "<img> alt")]
    assert "«one» and «two»" in str(leaks[0])
    leaks, _ = search(secrets, [Departure("request to 127.0.0.1/Secret-of-One.png", "/secret-of-one.png")])
    assert leaks[0].where == "request to 127.0.0.1/«one».png"
    assert not any(secret in str(leak) for secret in secrets.values() for leak in leaks)


def test_many_secrets_are_searched_as_one_is() -> None:
    secrets = {f"secret {number}": f"number-{number:05}-of-many" for number in range(1000)}
    content = " ".join(list(secrets.values())[::7])
    _, found = search(secrets, [Departure("a frame", content)])
    assert found == set(list(secrets)[::7])


@pytest.mark.parametrize(("secrets", "visible"), [({"pin": "12345"}, []), ({"customer": SECRET}, ["costumer"])])
def test_what_cannot_be_searched_is_refused(secrets: dict[str, str], visible: list[str]) -> None:
    with pytest.raises(PropertyError):
        search(secrets, [], visible=visible)


def test_wrong_use_is_an_error_with_a_name() -> None:
    check = LeakCheck("http://localhost:1/")
    assert repr(check) == "<LeakCheck stopped>"
    with pytest.raises(ClosedError):
        check.check({"customer": SECRET})
    with pytest.raises(PropertyError, match="privacy"):
        LeakCheck("http://localhost:1/", Sandbox(), privacy="open")


def test_missing_playwright_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "playwright.sync_api", None)
    with pytest.raises(StateError, match="Playwright"):
        LeakCheck("http://localhost:1/").start()


PAGE = """<!doctype html><html><head><title>account</title></head><body>
<p>Hello visible-name-of-maria</p><p data-customer="hidden-number-4711">row</p><input id="iban">
</body></html>"""
SECRETS = {"name": "visible-name-of-maria", "number": "hidden-number-4711", "iban": "DE89370400440532013000"}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@contextmanager
def watched(browser: Browser, records: Path | None = None) -> Iterator[tuple[LeakCheck, str]]:
    """A page without a visitor script of its own, and the service's address."""
    context = browser.new_context()
    with (
        website(lambda: PAGE) as address,
        Sandbox(database=records) as sandbox,
        LeakCheck(f"{address}/page", sandbox, page=context.new_page(), records=records) as check,
    ):
        yield check, sandbox.url
    context.close()


@pytest.mark.browser
def test_a_page_without_a_script_is_given_one_and_is_safe(browser: Browser) -> None:
    with watched(browser) as (check, _):
        check.page.locator("#iban").fill(SECRETS["iban"])
        check.assert_no_leaks(SECRETS, visible=["name"])
        report = check.check(SECRETS)
        assert report.leaked == ("name",)
        assert any(leak.where == "relayed to the agent" for leak in report.leaks)
        with pytest.raises(AssertionError, match="Left the page and must not \\(1\\): name"):
            check.assert_no_leaks(SECRETS)
        with pytest.raises(AssertionError, match="visible to the agent and is not \\(1\\): number"):
            check.assert_no_leaks(SECRETS, visible=["name", "number"])


WAYS = {
    "socket": "socket.send('hidden-number-4711')",
    "socket, bytes": "socket.send(new TextEncoder().encode('hidden-number-4711'))",
    "socket, blob": "socket.send(new Blob(['hidden-number-4711']))",
    "beacon": "navigator.sendBeacon(service + '/agent', 'hidden-number-4711')",
    "beacon, blob": "navigator.sendBeacon(service + '/agent', new Blob(['hidden-number-4711']))",
    "request, address": "fetch(service + '/?hidden-number-4711', { mode: 'no-cors' })",
    "request, body": "fetch(service + '/agent', { method: 'POST', body: 'hidden-number-4711', mode: 'no-cors' })",
    "request, form": """
        const form = new FormData();
        form.append('n', new Blob(['hidden-number-4711']));
        fetch(service + '/agent', { method: 'POST', body: form, mode: 'no-cors' })""",
    "request, header": "fetch(service + '/', { mode: 'no-cors', headers: { Accept: 'hidden-number-4711' } })",
    "request, referrer": """
        history.replaceState(null, '', '?hidden-number-4711');
        fetch(service + '/', { mode: 'no-cors', referrerPolicy: 'unsafe-url' })""",
    "request, old way": """
        const request = new XMLHttpRequest();
        request.open('POST', service + '/agent');
        request.send(new Blob(['hidden-number-4711']))""",
    "picture": "new Image().src = service + '/hidden-number-4711.png'",
    "picture of others": "new Image().src = 'http://127.0.0.1:9/hidden-number-4711.png'",
    "worker": """
        const post = `fetch("${service}/", { method: "POST", body: "hidden-number-4711", mode: "no-cors" })`;
        const worker = new Worker(URL.createObjectURL(new Blob([`${post}.finally(() => postMessage(1))`])));
        await new Promise((answered) => { worker.onmessage = answered; });""",
}


@pytest.mark.browser
def test_every_way_out_is_watched(browser: Browser) -> None:
    with watched(browser) as (check, service):
        found = {}
        for way, script in WAYS.items():
            secret = f"hidden-number-{way.encode().hex()}"
            check.page.evaluate(
                f"""async (service) => {{
                    const socket = new WebSocket(service.replace("http", "ws") + "/agent");
                    await new Promise((opened) => {{ socket.onopen = opened; }});
                    {script.replace("hidden-number-4711", secret)};
                }}""",
                service,
            )
            found[way] = secret
        assert sorted(check.check(found).leaked) == sorted(WAYS)


@pytest.mark.browser
def test_what_the_service_stores_is_searched(browser: Browser, tmp_path: Path) -> None:
    with watched(browser, tmp_path / "records.sqlite") as (check, _):
        report = check.check({"a table of the records": "glance_session_agents"})
        assert {leak.where for leak in report.leaks} == {"stored by the service"}


@pytest.mark.browser
def test_what_the_website_itself_gets_is_no_leak(browser: Browser) -> None:
    with watched(browser) as (check, _):
        check.page.evaluate("fetch('/save', { method: 'POST', body: 'hidden-number-4711' })")
        check.assert_no_leaks(SECRETS, visible=["name"])
