"""A sandbox that browsers reach through a proxy: what it says about itself, and whom it believes."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from glance_widget import Glance
from glance_widget.errors import PropertyError
from glance_widget.sandbox import Sandbox, shared_sandbox
from glance_widget.sandbox.address import SandboxAddress
from tests.sandbox.clients import START, VIEW, Query

PUBLIC = "https://hub.test/user/ann/proxy/{port}"
PROXIED = {"Host": "hub.test", "X-Forwarded-Context": "/user/ann/proxy/1"}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(public_url=PUBLIC) as sandbox:
        yield sandbox


@pytest.fixture
def http(sandbox: Sandbox) -> Iterator[httpx.Client]:
    """What comes through the proxy."""
    with httpx.Client(base_url=sandbox.url, headers=PROXIED) as client:
        yield client


@pytest.fixture
def public(sandbox: Sandbox) -> str:
    return PUBLIC.replace("{port}", sandbox.url.rpartition(":")[2])


def test_browsers_are_told_the_public_address_and_programs_the_own(sandbox: Sandbox, public: str) -> None:
    assert sandbox.public_url == public
    assert sandbox.visitor_url("maria-21") == f"{public}/shop/maria-21/"
    assert sandbox.authurl == f"{sandbox.url}/loginkey"
    answer = httpx.get(f"{sandbox.url}/sandbox.json").json()
    assert SandboxAddress.parse(answer) == sandbox.address


def test_pages_name_everything_under_the_proxys_path(http: httpx.Client, public: str) -> None:
    prefix = public.removeprefix("https://hub.test")
    shop = http.get("/shop/maria-21/")
    assert f'src="{prefix}/cobrowse/CobrowseJS.ashx?' in shop.text
    assert f'href="{prefix}/shop/maria-21/orders"' in shop.text
    assert f"wss://hub.test{prefix}/" in shop.headers["content-security-policy"]
    assert '"/s' not in shop.text
    viewer = http.get(VIEW)
    assert f"connect-src wss://hub.test{prefix}/live/agent" in viewer.headers["content-security-policy"]
    assert f'href="{prefix}/phone/"' in http.get("/").text


def test_calls_lead_on_through_the_proxy(http: httpx.Client, sandbox: Sandbox, public: str) -> None:
    server = public.removeprefix("https://")
    query: Query = {"groupid": sandbox.groupid, "service": "presence"}
    settings = http.get("/services/authorizationservice/GetVisitorSettings3", params=query).json()
    assert settings["presenceUrl"] == server
    presence = http.post("/presence", params={"groupid": sandbox.groupid, "visitorid": "maria-21"}, json={}).json()
    assert presence == {"direct": server}
    start = {"groupid": str(sandbox.groupid), "sessionKey": "k-1", "sessionType": 2, "disambiguateId": 1}
    assert http.post(START, json=start).json()["serverName"] == server


def test_the_own_address_goes_on_to_work(sandbox: Sandbox) -> None:
    assert 'src="/cobrowse/CobrowseJS.ashx?' in httpx.get(f"{sandbox.url}/shop/maria-21/").text


@pytest.mark.parametrize(
    "header", [{}, {"X-Forwarded-For": "203.0.113.7"}, {"Forwarded": "for=203.0.113.7"}, {"Host": "hub.test"}]
)
def test_a_proxy_is_not_this_machine(sandbox: Sandbox, header: dict[str, str]) -> None:
    asked = httpx.post(sandbox.authurl, params={"partneruserid": sandbox.puid}, headers=header)
    assert asked.status_code == (403 if header else 200)


def test_another_host_stays_a_stranger(sandbox: Sandbox) -> None:
    assert httpx.get(sandbox.url, headers={"Host": "evil.test"}).status_code == 421
    assert httpx.get(sandbox.url, headers={"Host": "hub.test:1"}).status_code == 421


@pytest.mark.parametrize(
    ("variables", "address"),
    [
        ({"GLANCE_SANDBOX_PUBLIC_URL": "https://lab.test/{port}/"}, "https://lab.test/{port}"),
        ({"GLANCE_SANDBOX_PUBLIC_URL": "http://127.0.0.1:8888/proxy/{port}"}, "http://127.0.0.1:8888/proxy/{port}"),
        ({"JUPYTERHUB_PUBLIC_URL": "https://hub.test/user/ann/"}, PUBLIC),
        ({"JUPYTERHUB_PUBLIC_URL": ""}, ""),
        (
            {"JUPYTERHUB_PUBLIC_URL": "https://hub.test/", "GLANCE_SANDBOX_PUBLIC_URL": "https://lab.test"},
            "https://lab.test",
        ),
    ],
)
def test_the_environment_says_it_for_the_process_own_sandbox(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], address: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with shared_sandbox.acquire() as lease:
        port = lease.address.url.rpartition(":")[2]
        assert lease.address.public_url == (address.replace("{port}", port) or lease.address.url)


@pytest.mark.parametrize(
    "wrong",
    [
        "hub.test/{port}",
        "http://hub.test/{port}",
        "https://a:b@hub.test",
        "https://hub.test/?x",
        "https://hub.test/user/{username}/proxy/{port}",
    ],
)
def test_an_address_that_browsers_cannot_use_is_refused(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    with pytest.raises(PropertyError, match="public_url") as refused:
        Sandbox(public_url=wrong)
    assert "https://hub.example" in refused.value.hint
    monkeypatch.setenv("GLANCE_SANDBOX_PUBLIC_URL", wrong)
    with pytest.raises(PropertyError, match="GLANCE_SANDBOX_PUBLIC_URL"):
        Glance(glancebaseurl="sandbox")


def test_a_hub_that_does_not_say_its_address_is_named(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/ann/")
    with Sandbox(public_url=PUBLIC):
        assert caplog.messages == []
    with Sandbox() as sandbox:
        assert sandbox.public_url == sandbox.url
    (message,) = caplog.messages
    assert "GLANCE_SANDBOX_PUBLIC_URL to the hub's address and /user/ann/proxy/{port}." in message
