from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import pandas as pd
import pytest

from glance_widget import Glance
from glance_widget.protocol.session_report import session_report
from glance_widget.report_table import report_table

START = datetime(2026, 11, 22, 10, 0, 0, 250_000, tzinfo=timezone.utc)
KINDS = {
    "sessionId": "string",
    "sessionStart": "UTC",
    "sessionEnd": "UTC",
    "duration": "int64",
}


def kinds(table: pd.DataFrame) -> dict[str, str]:
    return {str(name): str(getattr(kind, "tz", kind)) for name, kind in table.dtypes.items()}


def test_one_row_for_each_report_oldest_first() -> None:
    reports = [session_report(f"00{n}", START, START + timedelta(seconds=n * 60.5)) for n in (1, 2, 3)]
    table = report_table(reports)
    assert kinds(table) == KINDS
    assert table["sessionId"].tolist() == ["001", "002", "003"]
    assert table["duration"].tolist() == [60, 121, 181]
    assert table["sessionStart"].iloc[0] == pd.Timestamp(START)
    assert (table["sessionEnd"] - table["sessionStart"]).dt.total_seconds().tolist() == [60.5, 121.0, 181.5]


def test_no_row_has_the_same_columns() -> None:
    table = report_table([])
    assert len(table) == 0
    assert kinds(table) == KINDS


def test_a_widget_without_a_session_has_an_empty_table(button: Callable[..., Glance]) -> None:
    assert kinds(button().to_dataframe()) == KINDS


def test_without_pandas_the_error_names_it(button: Callable[..., Glance], monkeypatch: pytest.MonkeyPatch) -> None:
    widget = button()
    monkeypatch.delitem(sys.modules, "glance_widget.report_table")
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match="pip install pandas"):
        widget.to_dataframe()
