from __future__ import annotations

from collections.abc import Callable

import pytest

import glance_widget
from glance_widget import Glance, GlanceError
from glance_widget.errors import PropertyError, UnknownPropertyError
from glance_widget.properties import ALIASES
from glance_widget.secret import MASK, Secret
from glance_widget.widget_traits import kept_names, property_names

NOWHERE = "http://127.0.0.1:9"


def nothing() -> None: ...


GOOD: list[tuple[str, object, object]] = [
    ("groupid", 12345, 12345),
    ("groupid", "12345", 12345),
    ("groupid", None, None),
    ("puid", "ann+b@x.example", "ann+b@x.example"),
    ("puid", "ü" * 255, "ü" * 255),
    ("visitorid", "a" * 62, "a" * 62),
    ("visitorid", "A-z_09", "A-z_09"),
    ("visitorid", "", None),
    ("presence", True, True),
    ("openlocation", "iframe", "iframe"),
    ("iframeid", "viewer", "viewer"),
    ("gicon", True, True),
    ("glancebaseurl", "beta", "beta"),
    ("glancebaseurl", "https://glance.example:8443", "https://glance.example:8443"),
    ("debugmode", True, True),
    ("uiVersion", 2, 2),
    ("errorMessage", "Call 100", "Call 100"),
    ("authmethod", "LOGINKEY", "loginkey"),
    ("authmethod", "SamlPopup", "samlpopup"),
    ("authurl", "https://x.example/key?a=1", "https://x.example/key?a=1"),
    ("authurl", "http://localhost:8000/key", "http://localhost:8000/key"),
    ("custominvoke", {"func": "go", "args": {"a": 1}}, {"func": "go", "args": {"a": 1}}),
    ("custominvoke", {"func": "GLANCE.X.stop"}, {"func": "GLANCE.X.stop", "args": {}}),
    ("reportingOrigin", "crm", "crm"),
    ("reportingExternalId", "case-7", "case-7"),
    ("autojoin", True, True),
    ("language", "de", "de"),
    ("language", None, "auto"),
]  # fmt: skip

BAD: list[tuple[str, object]] = [
    ("groupid", True), ("groupid", 0), ("groupid", 1234567), ("groupid", "12a"), ("groupid", 1.5), ("groupid", "١٢٣"),
    ("puid", ""), ("puid", "x" * 256), ("puid", 7), ("puid", "a\nb"),
    ("visitorid", "a" * 63), ("visitorid", "a b"), ("visitorid", "a~b"), ("visitorid", "é"), ("visitorid", 5),
    ("presence", 1), ("presence", None), ("gicon", "yes"), ("debugmode", "true"), ("autojoin", 0),
    ("openlocation", "tabs"), ("openlocation", None), ("openlocation", "TAB"),
    ("iframeid", 3), ("errorMessage", "x" * 1025), ("language", 1),
    ("language", "de_AT"), ("language", "tlh"), ("languagemanager", {"join": "x"}),
    ("glancebaseurl", "http://glance.example"), ("glancebaseurl", "prod"), ("glancebaseurl", 1),
    ("glancebaseurl", "https://x.example/path"), ("glancebaseurl", "https://user:pass@x.example"),
    ("uiVersion", 3), ("uiVersion", True), ("uiVersion", "1"),
    ("authmethod", "password"), ("authmethod", 1),
    ("authurl", "http://x.example/key"), ("authurl", "ftp://x.example"), ("authurl", 4), ("authurl", "javascript:1"),
    ("custominvoke", "go"), ("custominvoke", {"args": {}}), ("custominvoke", {"func": "document.write"}),
    ("custominvoke", {"func": "go", "args": [1]}), ("custominvoke", {"func": "go", "args": {"a": object()}}),
    ("custominvoke", {"func": "go", "args": {"a": "x" * 20_000}}), ("custominvoke", {"func": "go", "more": 1}),
    ("loginkey", ""), ("loginkey", 5), ("apikey", b"x"), ("apikey", ""),
    ("authheaders", {"a": 1}), ("authheaders", "a"), ("authbody", {"a": 1}), ("authbody", 5),
    ("authheaders", {"Authorization": "Bearer x\n"}), ("authheaders", {"Authorization": "Bearer é"}),
    ("authheaders", {"a b": "x"}),
    ("custominvoke", {"func": "go", "args": []}), ("custominvoke", {"func": "go", "args": 0}),
    ("custominvoke", {"func": 7}), ("custominvoke", {"func": "go", "args": {"a": float("inf")}}),
    ("presessionfunc", "x"), ("openwindow", 1), ("reportingCallback", {}),
]  # fmt: skip


@pytest.fixture
def made() -> Callable[..., Glance]:
    return lambda **properties: Glance(**{"glancebaseurl": NOWHERE, "groupid": 1, **properties})


@pytest.mark.parametrize(("name", "value", "kept"), GOOD, ids=lambda value: repr(value)[:40])
def test_good_values_are_kept(name: str, value: object, kept: object, made: Callable[..., Glance]) -> None:
    with made(**{name: value}) as w:
        assert getattr(w, name) == kept
    with made() as w:
        setattr(w, name, value)
        assert getattr(w, name) == kept


@pytest.mark.parametrize(("name", "value"), BAD, ids=lambda value: repr(value)[:40])
def test_bad_values_are_refused_at_once_and_later(name: str, value: object, made: Callable[..., Glance]) -> None:
    with pytest.raises(GlanceError) as raised:
        made(**{name: value})
    assert raised.value.message
    with made() as w:
        before = getattr(w, name)
        with pytest.raises(PropertyError):
            setattr(w, name, value)
        assert getattr(w, name) == before


@pytest.mark.parametrize(("alias", "name"), ALIASES.items())
def test_newer_spellings_mean_the_same(alias: str, name: str, made: Callable[..., Glance]) -> None:
    value: object = {"uiVersion": 2}.get(name, "text")
    if name in kept_names():
        value = nothing
    with made(**{alias: value}) as w:
        assert getattr(w, name) == value


@pytest.mark.parametrize(
    ("typed", "meant"), [("visitorID", "visitorid"), ("group_id", "groupid"), ("authUrl", "authurl")]
)
def test_unknown_keyword_names_the_nearest(typed: str, meant: str, made: Callable[..., Glance]) -> None:
    with pytest.raises(UnknownPropertyError) as raised:
        made(**{typed: 1})
    assert raised.value.hint == f"Did you mean {meant!r}?"


def test_unknown_keyword_without_a_near_one_lists_all(made: Callable[..., Glance]) -> None:
    with pytest.raises(UnknownPropertyError) as raised:
        made(zzzzzzzz=1)
    assert all(name in raised.value.hint for name in {*property_names(), *kept_names()})


def test_kept_properties_are_no_traits(made: Callable[..., Glance]) -> None:
    with made(apikey="an-api-key", authheaders={"Authorization": "x"}) as w:
        assert not kept_names() & set(w.traits())
        assert not kept_names() & set(w.keys)
        assert not kept_names() & set(w.get_state())
        assert isinstance(w.apikey, Secret)
        assert str(w.apikey) == MASK


def test_properties_are_those_of_the_table() -> None:
    assert property_names() == {
        "groupid", "puid", "visitorid", "openlocation", "iframeid", "gicon", "presence", "glancebaseurl", "debugmode",
        "uiVersion", "errorMessage", "authmethod", "authurl", "custominvoke", "reportingOrigin", "reportingExternalId",
        "autojoin", "language",
    }  # fmt: skip
    assert kept_names() == {
        "authheaders", "authbody", "loginkey", "apikey", "presessionfunc", "openwindow", "reportingCallback",
        "languagemanager",
    }  # fmt: skip


def test_a_browser_writes_properties_only(made: Callable[..., Glance]) -> None:
    with made(visitorid="maria") as w:
        state = w.state
        w.set_state({"state": "in_session", "reports": [{}], "visitorid": "a b", "gicon": True, "_esm": "alert(1)"})
        assert (w.state, w.reports, w.visitorid, w.gicon) == (state, [], "maria", True)
        assert "alert(1)" not in str(w.get_state()["_esm"])
        assert w.error is not None
        assert w.error["message"].startswith("visitorid")


def test_state_cannot_be_assigned(made: Callable[..., Glance]) -> None:
    with made() as w, pytest.raises(Exception, match="read-only"):
        w.state = "present"


def test_text_is_the_same_every_time(made: Callable[..., Glance]) -> None:
    with made(visitorid="maria-21", apikey="an-api-key") as w:
        assert repr(w) == "Glance(visitorid='maria-21')"


def test_public_names() -> None:
    assert sorted(glance_widget.__all__) == [
        "Glance", "GlanceError", "LanguageManager", "SessionReport", "__version__", "sign_login_key",
        "verify_login_key",
    ]  # fmt: skip
    assert all(hasattr(glance_widget, name) for name in glance_widget.__all__)
