from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from glance_widget.protocol.session_report import iso_ms, session_report

START = datetime(2023, 8, 14, 17, 36, 2, tzinfo=timezone.utc)


def test_the_report_of_the_plugins_documents() -> None:
    assert session_report("111111111", START, START + timedelta(seconds=140)) == {
        "sessionId": "111111111",
        "sessionStart": "2023-08-14T17:36:02.000Z",
        "sessionEnd": "2023-08-14T17:38:22.000Z",
        "duration": 140,
    }


def test_times_are_in_utc_with_milliseconds() -> None:
    elsewhere = datetime(2023, 8, 14, 19, 36, 2, 987_654, tzinfo=timezone(timedelta(hours=2)))
    assert iso_ms(elsewhere) == "2023-08-14T17:36:02.987Z"
    with pytest.raises(ValueError, match="time zone"):
        iso_ms(START.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("seconds", "duration"), [(0.0, 0), (0.999, 0), (1.0, 1), (59.9999, 59), (86_400.5, 86_400), (-30.0, 0)]
)
def test_the_duration_is_whole_seconds_and_never_negative(seconds: float, duration: int) -> None:
    report = session_report("1", START, START + timedelta(seconds=seconds))
    assert report["duration"] == duration
    assert report["sessionEnd"] >= report["sessionStart"]
