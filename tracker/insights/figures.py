"""From counted rows to a figure, and to the table that stands beside it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.core.i18n import month as month_name
from tracker.core.i18n import month_short, named
from tracker.insights.queries import MonthCount
from tracker.taxonomy.models import ActFamily

TICKS = 6  # lines on the axis of numbers
DRAWN_FAMILIES = 6  # more colours than that cannot be told apart; the rest is one more bar
COLOURS = ("#0017c1", "#c16800", "#197a4b", "#8843e1", "#008299", "#a32d35", "#767676")
PATTERNS = ("", "/", ".", "x", "-", "\\", "+")  # for readers without colour


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


def cases_by_month(
    rows: Sequence[MonthCount], families: Sequence[ActFamily], months: Sequence[date]
) -> Chart:
    """Stacked bars, one for each month; the six commonest families by name, then the rest.

    :param families: all, in their order
    :param months: to be shown, oldest first; rows of other months must not be among `rows`
    """
    counts = Counter[tuple[date, str]]()
    for row in rows:
        counts[row.month, row.family] += row.count
    totals = Counter[str]()
    for (_month, family), count in counts.items():
        totals[family] += count
    used = [family for family in families if totals[family.code]]
    return Chart(
        id="cases-by-month",
        title=_("Cases by month and family"),
        summary=_summary(totals, families),
        payload={
            "data": _traces(counts, totals, used, months),
            "layout": {
                "barmode": "stack",
                "height": 380,
                "xaxis": {"type": "category", "showgrid": False},
                "yaxis": _whole_cases(counts),
            },
        },
        table=_table(counts, used, months),
    )


def _whole_cases(counts: Counter[tuple[date, str]]) -> dict[str, Any]:
    """An axis with whole numbers only; none where there is nothing to measure."""
    by_month = Counter[date]()
    for (month, _family), count in counts.items():
        by_month[month] += count
    highest = max(by_month.values(), default=0)
    if not highest:
        return {"visible": False, "range": [0, 1]}
    step = max(1, -(-highest // TICKS))  # no case is half a case
    axis = {"title": {"text": _("cases")}, "rangemode": "tozero"}
    return {**axis, "tickformat": ",d", "dtick": step}


def _summary(totals: Counter[str], families: Sequence[ActFamily]) -> str:
    total = totals.total()
    if not total:
        return _("No case has been filed for these months yet.")
    names = {family.code: named(family) for family in families}
    (most, count), *_rest = totals.most_common(1)
    share = round(100 * count / total)
    return ngettext(
        "%(num)s case; most are about “%(family)s” (%(count)s, %(share)s %%).",
        "%(num)s cases; most are about “%(family)s” (%(count)s, %(share)s %%).",
        total,
        family=names[most],
        count=count,
        share=share,
    )


def _traces(
    counts: Counter[tuple[date, str]],
    totals: Counter[str],
    used: Sequence[ActFamily],
    months: Sequence[date],
) -> list[dict[str, Any]]:
    import plotly.graph_objects as go  # slow to import, and only this page needs it

    common = {code for code, _count in totals.most_common(DRAWN_FAMILIES)}
    drawn = [(named(family), {family.code}) for family in used if family.code in common]
    rest = {family.code for family in used} - common
    if rest:
        drawn.append((_("Other families"), rest))
    figure = go.Figure()
    for index, (name, codes) in enumerate(drawn):
        heights = [sum(counts[month, code] for code in codes) for month in months]
        marker = {"color": COLOURS[index], "pattern": {"shape": PATTERNS[index]}}
        figure.add_bar(
            x=[month_short(month) for month in months], y=heights, name=name, marker=marker
        )
    traces: list[dict[str, Any]] = figure.to_plotly_json()["data"]
    return traces


def _table(
    counts: Counter[tuple[date, str]],
    used: Sequence[ActFamily],
    months: Sequence[date],
) -> Table:
    head = [_("Month"), *(named(family) for family in used), _("Total")]
    rows = []
    for month in months:
        cells = [counts[month, family.code] for family in used]
        rows.append([month_name(month), *(str(cell) for cell in cells), str(sum(cells))])
    return Table(head, rows)
