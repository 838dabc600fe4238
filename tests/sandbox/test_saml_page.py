from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from glance_widget import verify_login_key
from glance_widget.protocol.saml import parse_identity
from glance_widget.sandbox import Limits, Sandbox
from tests.sandbox.clients import Wire, wire_to

PAGE: Final = "/account/getloginkey.aspx"
EMBEDDED: Final = {"sso": "1", "mode": "embedded", "fmt": "html"}
NOTEBOOK: Final = "http://127.0.0.1:8888"
FROM_NOTEBOOK: Final = {"Referer": NOTEBOOK + "/"}


def told(answer: httpx.Response) -> dict[str, Any] | None:
    """What the page tells whoever asked."""
    match = re.search(r'id="told">(.*?)</script>', answer.text)
    return json.loads(match[1]) if match else None


def sign_in(wire: Wire, puid: str = "ann+b@x.example", **fields: str) -> httpx.Response:
    answer = wire.http.post(PAGE, params=EMBEDDED, data={"partneruserid": puid, **fields})
    assert answer.status_code == 200
    return answer


def ask(wire: Wire, referer: str | None = NOTEBOOK + "/lab?x", **query: str) -> httpx.Response:
    headers = {} if referer is None else {"Referer": referer}
    return wire.http.get(PAGE, params=EMBEDDED | query, headers=headers)


def test_an_agent_whom_nobody_knows_is_asked(wire: Wire) -> None:
    answer = ask(wire)
    assert "Who are you?" in answer.text
    assert f'name="asking" value="{NOTEBOOK}"' in answer.text
    assert told(answer) is None


def test_an_agent_with_the_cookie_gets_a_login_key(wire: Wire) -> None:
    cookie = sign_in(wire).headers["set-cookie"]
    assert cookie.startswith("GSSNID=")
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    assert "ann" not in cookie
    said = told(ask(wire, idpid=str(wire.group)))
    assert said is not None
    assert said["origin"] == NOTEBOOK
    assert said["message"]["glanceEvent"] == "authenticateSucceeded"
    identity = parse_identity(said["message"]["data"]["loginKey"])
    assert (identity.groupid, identity.puid) == (wire.group, "ann+b@x.example")
    verify_login_key(identity.loginkey.reveal(), wire.group, identity.puid, wire.sandbox.apikey)


def test_the_form_answers_the_page_that_asked_first(wire: Wire) -> None:
    said = told(sign_in(wire, asking=NOTEBOOK))
    assert said is not None
    assert said["origin"] == NOTEBOOK


@pytest.mark.parametrize("referer", [None, "http://evil.example/", "http://127.0.0.1.evil.example/", "nonsense", "//["])
def test_nobody_else_is_told_anything(wire: Wire, referer: str | None) -> None:
    sign_in(wire)
    answer = ask(wire, referer)
    assert told(answer) is None
    assert "$1$" not in answer.text
    assert "was not told" in answer.text
    assert told(sign_in(wire, asking="http://evil.example")) is None


def test_only_an_embedded_page_tells(wire: Wire) -> None:
    sign_in(wire)
    answer = wire.http.get(PAGE, params={"sso": "1"}, headers=FROM_NOTEBOOK)
    assert told(answer) is None
    assert "You are signed in" in answer.text
    assert "$1$" not in answer.text


def test_an_origin_that_is_allowed_by_name_is_told() -> None:
    with Sandbox(allowed_origins=["https://crm.example"]) as sandbox, wire_to(sandbox) as wire:
        sign_in(wire)
        said = told(ask(wire, "https://crm.example/case/7"))
        assert said is not None
        assert said["origin"] == "https://crm.example"
        assert "https://crm.example" in ask(wire).headers["content-security-policy"]


def test_the_page_may_be_framed_by_allowed_pages_and_runs_its_own_script_only(wire: Wire) -> None:
    policy = ask(wire).headers["content-security-policy"]
    assert "frame-ancestors 'self' http://127.0.0.1:*" in policy
    assert "default-src 'none'; script-src 'nonce-" in policy
    assert policy != ask(wire).headers["content-security-policy"]


def test_another_group_is_refused_and_the_page_that_asked_is_told(wire: Wire) -> None:
    sign_in(wire)
    answer = ask(wire, idpid="12345")
    assert answer.status_code == 404
    assert told(answer) == {"message": {"glanceEvent": "authenticateFailed", "data": {}}, "origin": NOTEBOOK}


def test_a_name_is_text_and_no_markup(wire: Wire) -> None:
    text = sign_in(wire, '</script><img src=x onerror="1">&amp;', asking=NOTEBOOK).text
    assert "<img" not in text
    assert "</script><" not in text.replace("</script>\n<", "")


@pytest.mark.parametrize("puid", ["", " ", "x" * 256])
def test_a_name_that_nobody_has(wire: Wire, puid: str) -> None:
    assert wire.http.post(PAGE, data={"partneruserid": puid}).status_code == 400


@pytest.mark.parametrize("origin", ["http://evil.example", NOTEBOOK, "null"])
def test_no_other_page_signs_an_agent_in(wire: Wire, origin: str) -> None:
    answer = wire.http.post(PAGE, data={"partneruserid": "ann"}, headers={"Origin": origin})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_signing_out(wire: Wire) -> None:
    sign_in(wire)
    answer = wire.http.post(PAGE, params=EMBEDDED, data={"signout": "1"})
    assert "Who are you?" in answer.text
    assert "Who are you?" in ask(wire).text


def test_a_cookie_that_nobody_gave_out(wire: Wire) -> None:
    wire.http.cookies.set("GSSNID", "made-up")
    assert "Who are you?" in ask(wire).text


def test_a_sign_in_ends_after_a_working_day() -> None:
    now = 1_700_000_000.0
    with Sandbox(clock=lambda: now) as sandbox, wire_to(sandbox) as wire:
        cookie = sign_in(wire).cookies["GSSNID"]
        now += 8 * 3600
        answer = httpx.get(sandbox.url + PAGE, params=EMBEDDED, headers={"Cookie": f"GSSNID={cookie}"})
        assert "Who are you?" in answer.text


def test_too_many_are_turned_away() -> None:
    with Sandbox(limits=Limits(sign_ins_per_minute=2)) as sandbox, wire_to(sandbox) as wire:
        assert [ask(wire).status_code for _ in range(3)] == [200, 200, 429]


def test_over_tls_pages_of_other_sites_may_frame_it(tmp_path: Path) -> None:
    with Sandbox(tls=True, data_folder=tmp_path) as sandbox, wire_to(sandbox) as wire:
        cookie = sign_in(wire).headers["set-cookie"]
    assert {"Secure", "SameSite=none", "HttpOnly"} <= set(cookie.split("; "))
