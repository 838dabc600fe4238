from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from glance_widget.errors import MessageError
from glance_widget.messages import PAD_BYTES, FromBrowser, ToBrowser, parse_from_browser, seal
from tests.widget.conftest import new_pad, unseal

EXAMPLES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "contract" / "frontend_messages.json").read_text()
)
TO_KERNEL = [each for each in EXAMPLES if each["direction"] == "to_kernel"]


def test_there_are_examples_enough() -> None:
    assert len(EXAMPLES) >= 40
    assert {(each["direction"], each["valid"]) for each in EXAMPLES} == {
        ("to_kernel", True), ("to_kernel", False), ("to_browser", True), ("to_browser", False),
    }  # fmt: skip


@pytest.mark.parametrize("example", TO_KERNEL, ids=lambda example: example["name"])
def test_kernel_reads_what_the_contract_says(example: dict[str, Any]) -> None:
    if example["valid"]:
        assert parse_from_browser(example["message"]).type == example["message"]["type"]
        return
    with pytest.raises(MessageError):
        parse_from_browser(example["message"])


def test_kernel_speaks_what_the_contract_says() -> None:
    pad, _sent = new_pad()
    request = FromBrowser("join", "tab-1", "req-1", pad=pad)
    messages = ToBrowser()
    spoken = [
        messages.welcome(request),
        messages.taken(request),
        messages.viewer(request, "https://x.example/", {"A": "1"}),
        messages.refused(request, {"code": "declined", "message": "No." * 1000, "hint": ""}),
        messages.saml("tab-1", "req-2", "frame", "https://x.example/"),
        messages.saml_over("tab-1", "req-2"),
        messages.invitation("482913", "Type the key 482913."),
        messages.invitation("482913", "Type the key 482913.", request),
    ]
    assert [message["seq"] for message in spoken] == [1, 2, 3, 4, 5, 6, 7, 8]
    by_type = {e["message"]["type"]: e["message"] for e in EXAMPLES if e["direction"] == "to_browser" and e["valid"]}
    for message in spoken:
        assert set(message) <= set(by_type[str(message["type"])])
    assert len(str(spoken[3]["message"])) == 1000


def test_sealed_form_is_read_with_the_pad_only() -> None:
    pad, _sent = new_pad()
    other, _sent = new_pad()
    fields = {"LOGINKEY": "$1$99$canary", "PARTNERUSERID": "ännë"}
    sealed = seal("https://x.example/view", fields, pad)
    assert unseal(sealed, pad) == {"action": "https://x.example/view", "fields": fields}
    assert fields["LOGINKEY"].encode() not in base64.b64decode(sealed)
    with pytest.raises(ValueError, match=r"codec|JSON|Expecting|Extra|Invalid"):
        unseal(sealed, other)


def test_every_sealed_form_has_the_same_length() -> None:
    pad, _sent = new_pad()
    assert len(seal("https://x.example", {}, pad)) == len(seal("https://x.example", {"A": "b" * 3000}, pad))


def test_form_that_does_not_fit_is_refused() -> None:
    pad, _sent = new_pad()
    with pytest.raises(MessageError):
        seal("https://x.example", {"A": "b" * PAD_BYTES}, pad)
