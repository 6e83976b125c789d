"""Pure: a frozen sheet as people outside may read it; what is small cannot be computed from it.

Every list of answers divides the same cases, so each is published as a table with that total (see
`core.published`): a figure that is hidden cannot be told from those that are shown. A list that
could only be kept safe by hiding the total is left out whole. Where the cases themselves are too
few, or come from one or two offices, the sheet has no figure at all.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from tracker.core import published
from tracker.core.disclosure import Rule, to_tens
from tracker.core.published import TOTAL, Counts
from tracker.meetings import shapes
from tracker.meetings.freezing import Sheet

Pairs = Sequence[Sequence[Any]]
# Lists that divide all cases; and lists of a question that may stay open.
DIVIDING = ("gaps", "requesters", "outcomes", "urgencies")
MAYBE_ASKED = ("hour_bands", "charges")
REST = "\0rest"  # cases that a list does not speak of: a reader may know how many they are
# Said of one office, of single requests by the town, or with results too fine to be shown.
NEVER: Sheet = {
    "minutes_total": None,
    "minutes_mean": None,
    "largest_office_share": None,
    "charged_share": None,
    "asked_by_town": 0,
    "departments": [],
    "bodies_agreed": [],
    "steps_missing": [],
}
EMPTY: Sheet = {
    **NEVER,
    "cases": None,
    "offices": None,
    "clients_up_to": None,
    "clients_exact": False,
    "minutes_median": None,
    "minutes_lower_quartile": None,
    "minutes_upper_quartile": None,
    "months": [],
    "household": [],
    "tried": [],
    "steps": [],
    **{name: [] for name in (*DIVIDING, *MAYBE_ASKED)},
}


def public(sheet: Mapping[str, Any], rule: Rule) -> Sheet:
    """A sheet in today's shape, marked `public`: counts are tens, or None where they are hidden.

    Cases are left out whole; of vignettes and options stay those that staff marked as public.
    The frozen sheet itself is not changed.

    :param rule: of the town on the day
    """
    found = shapes.read(sheet)
    issues = [
        {
            **issue,
            "evidence": _figures(issue["evidence"], rule),
            "vignettes": [one for one in issue["vignettes"] if one["public"]],
            "options": [one for one in issue["options"] if one["public"]],
        }
        for issue in found.get("issues", ())
    ]
    return {"shape": found["shape"], "at": found["at"], "public": True, "issues": issues}


def _figures(evidence: Mapping[str, Any], rule: Rule) -> Sheet:
    least, cases = rule.least, evidence["cases"]
    if least is None or cases < least or evidence["offices"] < rule.offices:
        return dict(EMPTY)
    return {
        **NEVER,
        "cases": to_tens(cases),
        "offices": evidence["offices"],
        "clients_up_to": _alone(evidence["clients_up_to"], cases, least),
        "clients_exact": False,
        **_spread(evidence),
        "months": _divided(evidence["months"], cases, rule, rest=True),
        **{name: _divided(evidence[name], cases, rule) for name in DIVIDING},
        **{name: _divided(evidence[name], cases, rule, rest=True) for name in MAYBE_ASKED},
        "household": [
            [code, shown]
            for code, count in evidence["household"]
            if (shown := _alone(count, cases, least)) is not None
        ],
        "tried": _named(evidence["tried"], cases, least),
        "steps": _named(evidence["steps"], cases, least),
    }


def _divided(counts: Pairs, cases: int, rule: Rule, *, rest: bool = False) -> list[list[Any]]:
    """A list with what is small hidden, and enough others; empty when that takes the total too.

    :param rest: not every case need be in the list
    """
    values = {("all", code): count for code, count in counts}
    left = cases - sum(values.values())
    if rest and left:
        values["all", REST] = left
    codes = [code for _row, code in values]
    table = published.publish(Counts(["all"], codes, values), rule)
    if table.at("all", TOTAL).hidden:
        return []
    return [
        [code, None if table.at("all", code).hidden else to_tens(count)] for code, count in counts
    ]


def _alone(count: int, cases: int, least: int) -> int | None:
    """A count of some of the cases in tens; None when it, or what is left of them, is small."""
    small = 0 < count < least or 0 < cases - count < least
    return None if small else to_tens(count)


def _named(rows: Sequence[Mapping[str, Any]], cases: int, least: int) -> list[Sheet]:
    """Resources and steps of which enough cases speak; what came of each is not said."""
    return [
        {**row, "cases": shown, "results": []}
        for row in rows
        if (shown := _alone(row["cases"], cases, least)) is not None
    ]


def _spread(evidence: Mapping[str, Any]) -> Sheet:
    """Median and quartiles to ten minutes; they are of enough cases, and of no single one."""
    names = ("minutes_median", "minutes_lower_quartile", "minutes_upper_quartile")
    return {name: to_tens(round(evidence[name])) for name in names}
