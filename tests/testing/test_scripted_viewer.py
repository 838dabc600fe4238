"""What an agent sees, without a browser."""

from __future__ import annotations

import pytest

from glance_widget import Glance
from glance_widget.errors import ClosedError, ViewerError, WaitTimeoutError
from glance_widget.sandbox import shared_sandbox
from glance_widget.testing import ScriptedPage, ScriptedViewer, ScriptedVisitor


def test_an_agent_sees_the_page_and_what_is_typed_only_as_stars() -> None:
    with (
        shared_sandbox.acquire() as lease,
        ScriptedVisitor(lease.address, "maria-21") as maria,
        ScriptedViewer() as viewer,
        Glance(glancebaseurl="sandbox", presence=True, visitorid="maria-21", openwindow=viewer.open) as button,
    ):
        button.wait_for("present")
        button.join()
        viewer.wait_for_text("at the pace of a heron")
        maria.wait_for("watched")
        maria.type("Full name", "Maria Canary")
        viewer.wait_for_text("***** ******")
        assert "Canary" not in viewer.text
        maria.go_to("checkout", ScriptedPage(heading="Nearly there"))
        viewer.wait_for_text("Nearly there")
        assert "heron" not in viewer.text.replace("Slow Heron", "")
        assert (viewer.href or "").endswith("/checkout")
        viewer.end()
        viewer.wait_for_end()
        assert viewer.ended == "agent"
        button.wait_for("ended")


def test_what_is_not_seen_is_said_with_what_is() -> None:
    viewer = ScriptedViewer()
    with pytest.raises(WaitTimeoutError, match=r"saw no 'kettle'.*nothing"):
        viewer.wait_for_text("kettle", 0.01)
    viewer.received({"type": "events", "events": [{"type": 3, "data": {"texts": [{"id": 1, "value": "dripper"}]}}]})
    with pytest.raises(WaitTimeoutError, match="dripper"):
        viewer.wait_for_text("kettle", 0.01)
    with pytest.raises(ClosedError):
        viewer.end()


def test_an_address_that_opens_no_viewer_is_refused() -> None:
    with shared_sandbox.acquire() as lease, ScriptedViewer() as viewer:
        with pytest.raises(ViewerError, match="no viewer at this address"):
            viewer.open(lease.address.url + "/")
        with pytest.raises(ViewerError, match="cannot be reached"):
            viewer.open("http://127.0.0.1:9/")
