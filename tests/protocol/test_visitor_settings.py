from __future__ import annotations

from glance_widget.protocol.visitor_settings import VisitorSettings


def test_the_answer_has_what_real_scripts_need() -> None:
    answer = VisitorSettings().as_answer()
    assert (answer["port"], answer["agenthttp"], answer["compression"], answer["video"]) == ("443", False, False, "off")
    for name in ("maskedURLs", "roleBasedMasking", "roleBasedMaskedURLs"):
        assert answer[name] == {}
    for name in (
        "trusteddomains", "maskingSelectors", "unmasked", "selectiveEditing", "urlwhitelist", "urlblacklist",
        "hoverables", "pdflinks", "nogids", "chatdomains",
    ):  # fmt: skip
        assert answer[name] == []
    assert "privacy" not in answer


def test_the_answer_says_what_is_masked() -> None:
    answer = VisitorSettings("private", ("#a", ".b"), (".c",), ("https://x/*",)).as_answer()
    assert answer["privacy"] == "private"
    assert answer["maskingSelectors"] == ["#a", ".b"]
    assert answer["unmasked"] == [".c"]
    assert answer["maskedURLs"] == {"https://x/*": True}
