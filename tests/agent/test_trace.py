from __future__ import annotations

import pytest

from glance_widget.agent import trace
from tests.agent.desk import Desk


@pytest.mark.parametrize(
    "text",
    [
        "$1$1392680360$YsT2Kj8rOp6FaJOG69o3QOj-GUacRiOo7Gw6l1EPVB8",
        "Bearer opaque.token",
        "eyJhbGciOi.eyJzdWIi.c2VjcmV0",
        "LOGINKEY=canary",
        "https://x/AgentView.aspx?TICKET=canary",
    ],
)
def test_what_looks_secret_is_struck_out(text: str, caplog: pytest.LogCaptureFixture) -> None:
    trace.write_trace("maria-21", f"before {text} after")
    (record,) = caplog.records
    assert record.message.startswith("maria-21: before ")
    assert record.message.endswith("********** after")
    for word in ("canary", "YsT2Kj8r", "opaque", "c2VjcmV0"):
        assert word not in record.message


def test_an_address_is_told_without_what_may_be_secret() -> None:
    line = trace.request_line("POST", "https://ann:canary@x.example:8443/loginkey?token=canary#canary", 200)
    assert line == "POST https://x.example:8443/loginkey: 200"


def test_the_lines_tell_the_story(present: Desk) -> None:
    lines = "\n".join(present.lines)
    assert "Started: signed_out -> connecting (signing_in); to do: FollowVisitor, SignIn" in lines
    assert "/services/AuthorizationService.svc/rest/Authorize: 200" in lines
    assert "VisitorConnection: absent -> present (visitor_came)" in lines
