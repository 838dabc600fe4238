from __future__ import annotations

import random
from dataclasses import asdict, replace

import pytest

from glance_widget.errors import MessageError
from glance_widget.protocol.session_lookup import (
    NOT_FOUND_XML,
    AgentSession,
    FoundSession,
    agent_sessions_xml,
    delay_after_miss,
    lookup_form,
    parse_agent_sessions,
    parse_lookup,
)

FOUND = FoundSession(
    id="987654321",
    ssnid="12345.maria-21.4711",
    servername="dw1.myglance.org",
    groupid="12345",
    passcode="maria-21",
    agentjoinurl="https://www.glance.net/agentjoin/AgentView.aspx?SessionKey=maria-21&groupid=12345",
    serverip="192.0.2.7",
    personid="42",
    clientjoinurl="glance://join",
    calltype="C",
    visitorversion="6.33.0",
)
SESSIONS = [AgentSession("1", "maria-21", "0", "4711", "dw1"), AgentSession("2", "<k>&", "1", "4712", "dw2:8443")]
BILLION_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><session2><id>&c;</id></session2>'
)
EXTERNAL = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><session2><id>0</id><ssnid>&e;</ssnid></session2>'
HOSTILE = [
    "",
    "not xml",
    "The login key is wrong.",
    "<id>0",
    "<session2><id>0</id>",
    "<session2/>",
    "<session2><id></id></session2>",
    "<session2><id>17</id></session2>",
    "<session2><id>00</id></session2>",
    "<session2><ssnid>0</ssnid></session2>",
    "<html><body>Sign in</body></html>",
    "<id>0</id><id>0</id>",
    "<session2><id>&undefined;</id></session2>",
    BILLION_LAUGHS,
    EXTERNAL,
    "<session2><!-- a comment --><id>0</id></session2>",
    f"<session2><id>0</id><x>{'a' * 300_000}</x></session2>",
    "<a>" * 20_000 + "<id>7</id>" + "</a>" * 20_000,
    "\x00",
    "\ud800",
    "\ufffe<session2><id>0</id></session2>",
]


def test_a_session_travels_both_ways() -> None:
    assert parse_lookup(FOUND.to_xml()) == FOUND
    assert asdict(FOUND) == asdict(parse_lookup(FOUND.to_xml()) or replace(FOUND, id=""))


def test_the_order_of_the_elements_and_their_namespace_do_not_matter() -> None:
    fields = {name: value.replace("&", "&amp;") for name, value in reversed(asdict(FOUND).items())}
    inner = "".join(f"<x:{name}>{value}</x:{name}>" for name, value in fields.items())
    assert parse_lookup(f'<r xmlns:x="urn:other"><deep><x:extra/>{inner}</deep></r>') == FOUND


def test_optional_elements_may_be_missing() -> None:
    names = ("id", "ssnid", "servername", "groupid", "passcode", "agentjoinurl")
    inner = "".join(f"<{name}>{name}</{name}>" for name in names)
    found = parse_lookup(f"<session2>{inner}</session2>")
    assert found == FoundSession(*names)


@pytest.mark.parametrize("name", ["id", "ssnid", "servername", "groupid", "passcode"])
def test_an_element_that_must_be_there_is_missed(name: str) -> None:
    xml = FOUND.to_xml()
    start, end = xml.index(f"<{name}>"), xml.index(f"</{name}>") + len(name) + 3
    with pytest.raises(MessageError) as caught:
        parse_lookup(xml[:start] + xml[end:])
    assert caught.value.code == "lookup_answer"


@pytest.mark.parametrize(
    "text",
    [
        NOT_FOUND_XML,
        "<session2><id>0</id></session2>",
        "<session2><id> 0\n</id></session2>",
        '<a xmlns="urn:x"><b><id>0</id></b></a>',
        "\n  <session2><id>0</id><ssnid>x</ssnid></session2>",
    ],
)
def test_no_session_yet(text: str) -> None:
    assert parse_lookup(text) is None


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_answers_that_cannot_be_read_are_not_repeated(text: str) -> None:
    with pytest.raises(MessageError) as caught:
        parse_lookup(text)
    assert caught.value.code == "lookup_answer"
    assert len(str(caught.value)) < 200
    assert not text.strip() or text.strip()[:12] not in str(caught.value)


def test_every_character_that_xml_can_carry(rng: random.Random) -> None:
    letters = "<>&\"'];é安🦩 \t" + "abc"
    for _ in range(300):
        values = {name: "x" + "".join(rng.choices(letters, k=rng.randint(0, 30))) for name in asdict(FOUND)}
        session = FoundSession(**values)
        assert parse_lookup(session.to_xml()) == session
        sessions = [AgentSession(*list(values.values())[:5])]
        assert parse_agent_sessions(agent_sessions_xml(sessions)) == sessions


def test_a_truncated_answer_is_never_taken_for_a_session() -> None:
    xml = FOUND.to_xml()
    for length in range(len(xml)):
        with pytest.raises(MessageError):
            parse_lookup(xml[:length])


def test_lists_of_sessions() -> None:
    assert parse_agent_sessions(agent_sessions_xml(SESSIONS)) == SESSIONS
    assert parse_agent_sessions(agent_sessions_xml([])) == []
    assert parse_agent_sessions(NOT_FOUND_XML) == []
    with pytest.raises(MessageError):
        parse_agent_sessions("<ArrayOfSession2><session2><id>1</id></session2></ArrayOfSession2>")
    with pytest.raises(MessageError):
        parse_agent_sessions(BILLION_LAUGHS)


def test_the_form_of_a_lookup() -> None:
    form = lookup_form(12345, "ann+b@x.example", "$1$2$3", "maria-21")
    assert list(form.items()) == [
        ("partnerid", "12345"), ("partneruserid", "ann+b@x.example"), ("loginkey", "$1$2$3"), ("ssnkey", "maria-21"),
    ]  # fmt: skip


def test_twelve_lookups_six_waits_of_three_seconds_and_five_of_five() -> None:
    delays = []
    attempts = 1
    while (delay := delay_after_miss(attempts)) is not None:
        delays.append(delay)
        attempts += 1
    assert attempts == 12
    assert delays == [3.0] * 6 + [5.0] * 5
    assert delay_after_miss(13) is None
