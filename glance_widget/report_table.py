"""Session reports as a pandas table. Imported only where pandas is wanted."""

from __future__ import annotations

from collections.abc import Sequence

try:
    import pandas as pd
except ImportError:
    raise ImportError("A table of reports needs pandas. Run: pip install pandas.", name="pandas") from None

from glance_widget.protocol.session_report import SessionReport


def report_table(reports: Sequence[SessionReport]) -> pd.DataFrame:
    """One row per report, oldest first.

    Returns:
        Columns ``sessionId`` (text), ``sessionStart`` and ``sessionEnd`` (UTC), ``duration`` (whole seconds); the same
        types with no row at all.
    """
    return pd.DataFrame(
        {
            "sessionId": pd.Series([r["sessionId"] for r in reports], dtype="string"),
            "sessionStart": pd.to_datetime([r["sessionStart"] for r in reports], utc=True, format="ISO8601"),
            "sessionEnd": pd.to_datetime([r["sessionEnd"] for r in reports], utc=True, format="ISO8601"),
            "duration": pd.Series([r["duration"] for r in reports], dtype="int64"),
        }
    )
