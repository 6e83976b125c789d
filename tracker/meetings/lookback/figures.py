"""From meetings of a year to a small chart, and to the same numbers beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.core.i18n import number
from tracker.meetings.lookback.queries import Run

WHOLE_STEPS = 12  # so few items: one step of the scale each
BLUE, ORANGE = "#0017c1", "#c16800"


@dataclass(frozen=True)
class Table:
    """The same numbers in words."""

    head: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class Chart:
    """What `components/figure.html` shows."""

    id: str
    title: str
    summary: str
    payload: dict[str, Any]
    table: Table


def outcomes(runs: Sequence[Run]) -> Chart:
    """Items with and without an outcome, a bar for each series."""
    decided, undecided = _("with an outcome"), _("without an outcome")
    longest = max(run.items for run in runs)
    items, open_ones = sum(run.items for run in runs), sum(run.undecided for run in runs)
    values = [
        (decided, BLUE, "", [run.items - run.undecided for run in runs]),
        (undecided, ORANGE, "/", [run.undecided for run in runs]),
    ]
    step = {"dtick": 1} if longest <= WHOLE_STEPS else {}
    bars = [
        {
            "type": "bar",
            "orientation": "h",
            "name": name,
            "y": [run.name for run in runs],
            "x": counts,
            "marker": {"color": colour, "pattern": {"shape": shape}},
        }
        for name, colour, shape, counts in values
    ]
    return Chart(
        id="items-by-series",
        title=_("Items and their outcomes"),
        summary=ngettext(
            "%(open)s of %(num)s item has no outcome.",
            "%(open)s of %(num)s items have no outcome.",
            items,
            open=open_ones,
        ),
        payload={
            "data": bars,
            "layout": {
                "barmode": "stack",
                "height": 140 + 40 * len(runs),
                "xaxis": {"rangemode": "tozero", "tickformat": ",d", **step},
                "yaxis": {"automargin": True},
            },
        },
        table=Table(
            [_("Meetings"), decided, undecided],
            [[run.name, number(run.items - run.undecided), number(run.undecided)] for run in runs],
        ),
    )
