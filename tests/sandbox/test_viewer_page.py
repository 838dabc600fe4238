from __future__ import annotations

import json
import re

import httpx
import pytest

from glance_widget.sandbox import Sandbox, Timings
from glance_widget.sandbox.viewer_page import script_json
from tests.sandbox.clients import VIEW, Query, Wire, wire_to

JOIN = "/agentjoin/AgentJoin.aspx"


def opened(wire: Wire, response: httpx.Response, key: str) -> bool:
    """Whether the page's ticket lets a viewer into the session."""
    viewer = wire.viewer_with(wire.viewer_settings(response)["ticket"])
    return bool(viewer.expect("session")["key"] == key)


def test_the_form_of_real_clients_opens_the_viewer(wire: Wire) -> None:
    wire.start("posted")
    response = wire.view("posted", GROUPID=str(wire.group))
    assert response.status_code == 200
    settings = wire.viewer_settings(response)
    assert set(settings) == {"ticket", "openerOrigin", "sessionKey", "error", "phrases"}
    assert (settings["sessionKey"], settings["error"], settings["openerOrigin"]) == ("posted", None, None)
    assert '<div id="glance-viewer">' in response.text
    assert '<script src="../static/viewer.js"></script>' in response.text
    assert opened(wire, response, "posted")


@pytest.mark.parametrize("path", [VIEW, VIEW.lower(), "/cobrowse/AgentView.aspx"])
@pytest.mark.parametrize("names", [str, str.lower, str.upper])
def test_get_works_whatever_the_case_of_the_names(wire: Wire, path: str, names: type[str]) -> None:
    key = wire.start()["sessionKey"]
    fields = {
        "SessionKey": key,
        "partnerid": wire.group,
        "partneruserid": wire.sandbox.puid,
        "loginkey": wire.loginkey(),
    }
    response = wire.http.get(path, params={str(names(name)): value for name, value in fields.items()})
    assert response.status_code == 200
    assert opened(wire, response, key)


def test_the_old_name_of_the_session_key_works(wire: Wire) -> None:
    wire.start("old-name")
    fields: Query = {"VisitorId": "old-name", "groupid": wire.group, "partneruserid": wire.sandbox.puid}
    response = wire.http.get(VIEW, params=fields | {"loginkey": wire.loginkey(), "Wait": "1"})
    assert opened(wire, response, "old-name")


def test_each_opening_has_a_ticket_of_its_own(wire: Wire) -> None:
    assert wire.ticket("k") != wire.ticket("k")


def test_the_ticket_is_in_no_address_and_nothing_is_stored(wire: Wire) -> None:
    response = wire.view("k")
    ticket = wire.viewer_settings(response)["ticket"]
    assert len(ticket) >= 40
    assert response.text.count(ticket) == 1
    assert wire.loginkey()[:20] not in response.text
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("header", "shown"),
    [
        ("", ("en", "ltr", {})),
        ("de-AT,de;q=0.9,en;q=0.8", ("de-AT", "ltr", "Sitzung beenden")),
        ("en;q=0.5, ar", ("ar", "rtl", "إنهاء الجلسة")),
        ("pt-BR, ja;q=0", ("en", "ltr", {})),
        ('de;q=x, */*, "><script>, fr;q=0.1', ("fr", "ltr", "Terminer la session")),
        ("en-GB, de", ("en-GB", "ltr", {})),
    ],
)
def test_the_viewer_speaks_the_language_of_its_reader(wire: Wire, header: str, shown: tuple[object, ...]) -> None:
    response = wire.http.get(VIEW, headers={"Accept-Language": header})
    found = re.search(r'<html lang="([^"]*)" dir="([^"]*)">', response.text)
    assert found is not None
    phrases = wire.viewer_settings(response)["phrases"]
    assert (*found.groups(), phrases.get("session.end", {})) == shown


@pytest.mark.parametrize("fields", [{}, {"SessionKey": "k"}, {"SessionKey": "k", "groupid": "21489", "loginkey": ""}])
def test_without_a_login_key_the_page_asks_to_sign_in(wire: Wire, fields: dict[str, str]) -> None:
    response = wire.http.get(VIEW, params=fields)
    assert response.status_code == 401
    settings = wire.viewer_settings(response)
    assert settings["ticket"] is None
    assert settings["error"]["code"] == "signin"
    assert "You are not signed in." in response.text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"LOGINKEY": "$1$1$" + "A" * 43}, "not signed with"),
        ({"LOGINKEY": "nonsense"}, "wrong form"),
        ({"PARTNERID": "12345"}, "another group"),
        ({"PARTNERUSERID": "somebody"}, "not signed with"),
        ({"PARTNERUSERID": ""}, "no partner user id"),
    ],
)
def test_a_bad_login_key_is_refused_in_words(wire: Wire, fields: dict[str, str], words: str) -> None:
    response = wire.view("k", **fields)
    assert response.status_code == 403
    settings = wire.viewer_settings(response)
    assert settings["ticket"] is None
    assert words in settings["error"]["message"]
    assert settings["error"]["message"].replace("'", "&#39;") in response.text
    assert fields.get("LOGINKEY", "never") not in response.text


def test_an_expired_login_key_says_so(wire: Wire) -> None:
    response = wire.view("k", LOGINKEY=wire.loginkey(seconds=-1))
    assert response.status_code == 403
    assert "expired" in wire.viewer_settings(response)["error"]["message"]


@pytest.mark.parametrize(
    "fields",
    [
        {"SESSIONKEY": ""},
        {"SESSIONKEY": "a b"},
        {"SESSIONKEY": "<script>"},
        {"PARTNERID": ""},
        {"PARTNERUSERID": "a\nb"},
    ],
)
def test_malformed_fields_are_refused_in_words(wire: Wire, fields: dict[str, str]) -> None:
    response = wire.view("k", **fields)
    assert response.status_code == 400
    assert wire.viewer_settings(response)["error"]["message"]
    assert "<script>" not in response.text.replace("<script id=", "")


def test_too_large_a_form_is_refused(wire: Wire) -> None:
    assert wire.http.post(VIEW, data={"x": "y" * 70_000}).status_code == 413
    assert wire.http.post(VIEW, data={f"x{n}": "" for n in range(200)}).status_code == 400
    assert wire.http.post(VIEW, content=b"\xff\xfe=1").status_code == 400


@pytest.mark.parametrize(
    ("origin", "told"),
    [
        ("http://localhost:8888", True),
        ("http://127.0.0.1:8866", True),
        ("https://localhost", True),
        ("http://[::1]:8888", True),
        ("http://notebook.localhost:8888", True),
        ("https://evil.example", False),
        ("https://localhost.evil.example", False),
        ("https://127.0.0.1.evil.example", False),
        ("null", False),
        ("http://localhost:x", False),
        ("file://", False),
    ],
)
def test_only_origins_of_this_machine_are_told_what_happens(wire: Wire, origin: str, told: bool) -> None:  # noqa: FBT001
    form = {"LOGINKEY": wire.loginkey(), "PARTNERID": wire.group, "PARTNERUSERID": wire.sandbox.puid, "SESSIONKEY": "k"}
    response = wire.http.post(VIEW, data=form, headers={"Origin": origin})
    assert wire.viewer_settings(response)["openerOrigin"] == (origin if told else None)


def test_the_viewers_policy_lets_nothing_out(wire: Wire) -> None:
    policy = dict(part.split(" ", 1) for part in wire.view("k").headers["content-security-policy"].split("; "))
    host = wire.sandbox.url.removeprefix("http://")
    assert policy.pop("frame-ancestors").startswith("'self' http://127.0.0.1:* ")
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'unsafe-inline'",
        "img-src": "data:",
        "font-src": "data:",
        "connect-src": f"ws://{host}/live/agent",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def test_settings_cannot_break_out_of_their_element() -> None:
    value = {"x": "</script><script>alert(1)</script><!-- & ' \" \u2028"}
    text = str(script_json(value))
    assert not set("<>&") & set(text)
    assert json.loads(text) == value


def test_agent_join_has_the_documented_controls(wire: Wire) -> None:
    response = wire.http.get(JOIN)
    assert response.status_code == 200
    assert re.search(r'<label for="code">Session Code</label>\s*<input id="code" name="SessionKey"', response.text)
    assert '<button type="submit">Join Session</button>' in response.text
    assert 'target="_blank"' in response.text
    assert "frame-ancestors 'none'" in response.headers["content-security-policy"]
    assert response.headers["cache-control"] == "no-store"
    # With "no-referrer" a form is posted with the origin "null", and the viewer tells nobody anything.
    assert response.headers["referrer-policy"] == "same-origin"


def test_agent_join_keeps_the_window_when_asked_to(wire: Wire) -> None:
    assert "_blank" not in wire.http.get(JOIN, params={"viewersamewindow": "1"}).text


def hidden_fields(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))


def test_agent_join_signs_in_the_sandboxs_own_agent(wire: Wire) -> None:
    wire.start("by-code")
    fields = hidden_fields(wire.http.get(JOIN).text)
    response = wire.http.post(VIEW, data=fields | {"SessionKey": "by-code"})
    assert opened(wire, response, "by-code")


def test_agent_join_passes_credentials_on(wire: Wire) -> None:
    given = {
        "partnerid": str(wire.group),
        "partneruserid": "ann@x",
        "loginkey": wire.loginkey("ann@x"),
        "name": 'A"nn<',
    }
    for response in (wire.http.get(JOIN, params=given), wire.http.post(JOIN, data=given)):
        fields = hidden_fields(response.text)
        assert fields["loginkey"] == given["loginkey"]
        assert fields["partneruserid"] == "ann@x"
        assert fields["name"] == "A&#34;nn&lt;"


TICKET = "/agentjoin/ViewerTicket"


def ticket_for(wire: Wire, key: str, **fields: str) -> str:
    """A ticket that opens the viewer once."""
    form = {"SESSIONKEY": key, "PARTNERID": wire.group, "PARTNERUSERID": wire.sandbox.puid, "LOGINKEY": wire.loginkey()}
    answer = wire.http.post(TICKET, data=form | fields)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert set(answer.json()) == {"ticket", "expires"}
    return str(answer.json()["ticket"])


def test_a_ticket_opens_the_viewer_once(wire: Wire) -> None:
    wire.start("by-ticket")
    ticket = ticket_for(wire, "by-ticket", XID="CASE-7")
    address = {"ticket": ticket}
    for glance in (wire.http.head(VIEW, params=address), wire.http.get(VIEW, params=address, headers=AHEAD)):
        assert glance.status_code == 503
    response = wire.http.get(VIEW, params=address)
    assert response.status_code == 200
    assert ticket not in response.text
    assert opened(wire, response, "by-ticket")
    again = wire.http.get(VIEW, params=address)
    assert again.status_code == 403
    settings = wire.viewer_settings(again)
    assert (settings["ticket"], settings["error"]["code"]) == (None, "viewer_ticket")


AHEAD = {"Sec-Purpose": "prefetch;prerender"}


@pytest.mark.parametrize("ticket", ["", "x", "x" * 43, "ü\ud800".encode(errors="replace").decode()])
def test_a_made_up_ticket_opens_nothing(wire: Wire, ticket: str) -> None:
    assert wire.http.get(VIEW, params={"TICKET": ticket}).status_code == 403


def test_a_ticket_of_the_live_view_is_no_ticket_of_the_viewer(wire: Wire) -> None:
    assert wire.http.get(VIEW, params={"TICKET": wire.ticket("k")}).status_code == 403
    viewer = wire.viewer_with(ticket_for(wire, "k"))
    assert viewer.expect("refused")["code"]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"LOGINKEY": ""}, 401),
        ({"LOGINKEY": "$1$1$nonsense"}, 403),
        ({"PARTNERUSERID": "somebody-else"}, 403),
        ({"SESSIONKEY": "not a key"}, 400),
    ],
)
def test_a_ticket_is_for_agents_who_have_signed_in(wire: Wire, fields: dict[str, str], status: int) -> None:
    form = {"SESSIONKEY": "k", "PARTNERID": wire.group, "PARTNERUSERID": wire.sandbox.puid, "LOGINKEY": wire.loginkey()}
    answer = wire.http.post(TICKET, data=form | fields)
    assert (answer.status_code, set(answer.json())) == (status, {"err", "msg"})
    assert wire.http.get(TICKET).status_code == 405


def test_a_ticket_ends_soon() -> None:
    with Sandbox(timings=Timings(viewer_ticket=0.0)) as sandbox, wire_to(sandbox) as wire:
        assert wire.http.get(VIEW, params={"TICKET": ticket_for(wire, "k")}).status_code == 403
