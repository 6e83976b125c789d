"""From the months of an issue to a figure, and to the table that stands beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.core.i18n import month as month_name
from tracker.core.i18n import month_short
from tracker.issues.evidence import Counts

COLOUR = "#0017c1"
TICKS = 6


@dataclass(frozen=True)
class Table:
    """The same numbers in words."""

    head: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class Chart:
    """What `components/figure.html` shows; of the same shape as the charts of insights."""

    id: str
    title: str
    summary: str
    payload: dict[str, Any]
    table: Table


def trend(months: Counts) -> Chart:
    """Cases by the month they happened in, a bar for each."""
    days = [date.fromisoformat(f"{month}-01") for month, _count in months]
    counts = [count for _month, count in months]
    whole = max(1, -(-max(counts, default=0) // TICKS))  # no case is half a case
    axis = {"title": {"text": _("cases")}, "rangemode": "tozero", "dtick": whole}
    rows = [[month_name(day), str(count)] for day, count in zip(days, counts, strict=True)]
    return Chart(
        id="cases-by-month",
        title=_("Cases by month"),
        summary=_summary(counts),
        payload={
            "data": _bars([month_short(day) for day in days], counts),
            "layout": {
                "height": 260,
                "xaxis": {"type": "category"},
                "yaxis": axis if any(counts) else {"visible": False, "range": [0, 1]},
            },
        },
        table=Table([_("Month"), _("Cases")], rows),
    )


def _summary(counts: Sequence[int]) -> str:
    half = len(counts) // 2
    return ngettext(
        "%(num)s case in the last twelve months; %(latest)s of these in the last six.",
        "%(num)s cases in the last twelve months; %(latest)s of these in the last six.",
        sum(counts),
        latest=sum(counts[half:]),
    )


def _bars(names: Sequence[str], counts: Sequence[int]) -> list[dict[str, Any]]:
    import plotly.graph_objects as go  # slow to import, and only this page needs it

    figure = go.Figure()
    figure.add_bar(x=list(names), y=list(counts), marker={"color": COLOUR})
    traces: list[dict[str, Any]] = figure.to_plotly_json()["data"]
    return traces
