from __future__ import annotations

import sys
from dataclasses import replace
from typing import Final

import pytest

from glance_widget.agent.account import Account
from glance_widget.errors import SandboxError
from glance_widget.platform_choice import API_KEY_VARIABLE, PlatformChoice
from glance_widget.protocol.base_urls import BaseUrl
from glance_widget.secret import Secret

WISHED: Final = Account(groupid=12345, puid="ann")


def test_a_platform_by_name_or_address() -> None:
    choice = PlatformChoice()
    for value in ("production", "beta", "https://glance.example:8443"):
        assert choice.account(value, WISHED) == replace(WISHED, base=BaseUrl.parse(value))


def test_the_api_key_of_the_environment_is_used_when_nothing_else_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    choice = PlatformChoice()
    assert choice.account("production", WISHED).apikey is None
    monkeypatch.setenv(API_KEY_VARIABLE, "canary")
    account = choice.account("production", WISHED)
    assert account.apikey == Secret("canary")
    assert "canary" not in repr(account)
    for given in (
        replace(WISHED, apikey=Secret("given")),
        replace(WISHED, loginkey=Secret("given")),
        replace(WISHED, authurl="https://x.example/"),
    ):
        assert choice.account("production", given).apikey == given.apikey
    monkeypatch.setenv(API_KEY_VARIABLE, "")
    assert choice.account("production", WISHED).apikey is None


def test_the_sandbox_supplies_what_is_not_given() -> None:
    choice = PlatformChoice()
    try:
        supplied = choice.account("sandbox", Account())
        assert supplied.groupid is not None
        assert supplied.puid
        assert supplied.authurl is not None
        assert supplied.authurl.startswith(supplied.base.origin)

        kept = choice.account("sandbox", replace(WISHED, apikey=Secret("given")))
        assert (kept.groupid, kept.puid, kept.authurl, kept.apikey) == (12345, "ann", None, Secret("given"))
        assert kept.base == supplied.base
    finally:
        choice.release()
        choice.release()


def test_leaving_the_sandbox_lets_it_go() -> None:
    choice = PlatformChoice()
    choice.account("sandbox", WISHED)
    choice.account("production", WISHED)  # no thread is left: the fixture of all tests looks


def test_an_environment_without_the_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "glance_widget.sandbox", None)
    with pytest.raises(SandboxError) as caught:
        PlatformChoice().account("sandbox", WISHED)
    assert caught.value.code == "sandbox_missing"
    assert "pip install" in caught.value.hint
