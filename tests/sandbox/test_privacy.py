"""What a site shows and hides: given to the sandbox, checked, and told to visitors' scripts."""

from __future__ import annotations

from typing import Any

import pytest

from glance_widget.cli import main
from glance_widget.errors import PropertyError
from glance_widget.sandbox import Sandbox
from tests.sandbox.clients import Wire, wire_to

CALL = "/api/CobrowseSettings/VisitorSettings"


def asked(wire: Wire, **changes: str) -> dict[str, Any]:
    query = {"groupid": str(wire.group), "site": "production", "ver": "6.33.0.1480702263"} | changes
    answer = wire.http.get(CALL, params=query, headers={"Origin": "http://localhost:8888"})
    assert answer.headers["access-control-allow-origin"] == "http://localhost:8888"
    result: dict[str, Any] = answer.json()
    return result


def test_scripts_are_told_what_was_given() -> None:
    with (
        Sandbox(
            privacy="open",
            masking_selectors=[" #card ", 'input[name="a]b"]', "a:not(.b, .c) > p"],
            unmasking_selectors=(".public", "img@@[alt,title]"),
            masked_urls=["https://shop.example/account/*"],
        ) as sandbox,
        wire_to(sandbox) as wire,
    ):
        told = asked(wire)
        assert told["privacy"] == "open"
        assert told["maskingSelectors"] == ["#card", 'input[name="a]b"]', "a:not(.b, .c) > p"]
        assert told["unmasked"] == [".public", "img@@[alt,title]"]
        assert told["maskedURLs"] == {"https://shop.example/account/*": True}


def test_pages_decide_where_nothing_is_said_and_other_groups_have_no_settings(wire: Wire) -> None:
    assert "privacy" not in asked(wire)
    for group in ("12345", "", "x"):
        assert asked(wire, groupid=group)["err"] == "notfound"


@pytest.mark.parametrize("mode", ["", "Standard", "none", 1, ["open"]])
def test_other_modes_are_named_errors(mode: object) -> None:
    with pytest.raises(PropertyError, match="privacy must be") as caught:
        Sandbox(privacy=mode)  # type: ignore[arg-type]
    assert caught.value.hint


@pytest.mark.parametrize("name", ["masking_selectors", "unmasking_selectors", "masked_urls"])
@pytest.mark.parametrize(
    "value", ["#card", b"x", None, 5, [""], ["  "], [5], ["x" * 2049], ["a\nb"], [["#a"]], ["x"] * 501], ids=repr
)
def test_lists_must_be_lists_of_texts(name: str, value: object) -> None:
    with pytest.raises(PropertyError) as caught:
        Sandbox(**{name: value})  # type: ignore[arg-type]
    assert caught.value.name == name


@pytest.mark.parametrize(
    "selector", ["a[", "a]", "a(", "a)", "a[)]", "a{color:red}", "a;", "a,", 'a["', "'", "@@[alt]", "a } b"]
)
def test_what_is_no_selector_is_said(selector: str) -> None:
    with pytest.raises(PropertyError, match="no CSS selector"):
        Sandbox(masking_selectors=[selector])


@pytest.mark.parametrize("url", ["https://x/ y", "https://x/?a=1", "https://x/#a"])
def test_addresses_have_no_query(url: str) -> None:
    with pytest.raises(PropertyError, match="query or hash"):
        Sandbox(masked_urls=[url])


def test_the_command_checks_them_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--privacy", "loose"]) == 2
    assert "privacy must be" in capsys.readouterr().err
    assert main(["serve", "--mask", "a["]) == 2
    assert "masking_selectors" in capsys.readouterr().err


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.0.2.1"])  # noqa: S104
def test_listening_to_others_needs_a_key_of_ones_own_and_says_so(host: str) -> None:
    with pytest.raises(Exception, match="can be reached from other machines: it needs a given API key") as caught:
        Sandbox(host=host)
    assert getattr(caught.value, "code", "") == "sandbox_open"
