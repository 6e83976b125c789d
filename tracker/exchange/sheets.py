"""Pure: the sheet of an agenda item, as blocks. What is frozen is printed as it was frozen."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.core.i18n import bracketed, in_english, listed, month, month_short, named, number
from tracker.formats.papers import Block, Facts, Heading, Paragraph, Table
from tracker.issues.evidence import LISTS
from tracker.issues.statement import in_words
from tracker.taxonomy.models import Code, CodeList

Sheet = Mapping[str, Any]
Codes = Mapping[CodeList, Mapping[str, Code]]
# The coded answers that stand in the evidence, by the name they stand under.
COUNTED = LISTS


def blocks(sheet: Sheet, codes: Codes) -> list[Block]:
    """The issues or the cases of a sheet, each under its number.

    :param codes: the lists of `COUNTED`; a code they do not hold is printed as it is
    """
    found: list[Block] = []
    for issue in sheet.get("issues", ()):
        found += _issue(issue, codes)
    for case in sheet.get("cases", ()):
        found += _case(case)
    return found


def _issue(issue: Sheet, codes: Codes) -> list[Block]:
    evidence = issue["evidence"]
    heading = _("Issue %(number)s: %(title)s", number=issue["number"], title=issue["title"])
    found: list[Block] = [
        Heading(2, heading),
        Paragraph(issue["statement"]),
        *_parts(issue, codes),
        Facts(
            [
                *_figures(evidence),
                *_answers(evidence, codes),
                *_charged(evidence),
                *_town(evidence, codes),
                _resources(issue),
            ]
        ),
        *_tried(evidence, codes),
    ]
    if evidence.get("months"):
        found += [Heading(3, _("Cases by month")), _months(evidence["months"])]
    return found


def _parts(issue: Sheet, codes: Codes) -> list[Block]:
    """What the statement says part by part; sheets frozen before there were parts lack it."""
    gaps = {code: named(row) for code, row in codes.get(CodeList.GAP, {}).items()}
    rows = in_words(issue.get("parts", {}), gaps)
    return [Facts(rows)] if rows else []


def _figures(evidence: Sheet) -> list[tuple[str, str]]:
    found = [
        (_("Cases"), _cases(evidence)),
        (_("Minutes in all"), f"{evidence['minutes_total']:,g}"),
    ]
    if evidence["minutes_median"] is not None:
        found.append((_("Minutes for one case"), _spread(evidence)))
    share = evidence["largest_office_share"]
    if share is not None:
        found.append((_("Share of the busiest office"), f"{round(100 * share)}%"))
    return found


def _cases(evidence: Sheet) -> str:
    counts = {
        "cases": number(evidence["cases"]),
        "offices": number(evidence["offices"]),
        "clients": number(evidence["clients_up_to"]),
    }
    if evidence.get("clients_exact"):  # sheets frozen before this was counted lack it
        return _("%(cases)s cases from %(offices)s offices, of %(clients)s people", **counts)
    return _("%(cases)s cases from %(offices)s offices, of at most %(clients)s people", **counts)


def _spread(evidence: Sheet) -> str:
    return _(
        "Half of them %(median)s minutes or less; the middle half %(lower)s to %(upper)s",
        median=f"{evidence['minutes_median']:,g}",
        lower=f"{evidence['minutes_lower_quartile']:,g}",
        upper=f"{evidence['minutes_upper_quartile']:,g}",
    )


def _answers(evidence: Sheet, codes: Codes) -> list[tuple[str, str]]:
    labels: dict[str, Callable[[], str]] = {
        "gaps": lambda: _("Gap"),
        "requesters": lambda: _("Requester"),
        "outcomes": lambda: _("Outcome"),
        "urgencies": lambda: _("Urgency"),
        "household": lambda: _("Circumstances of the household"),
        "hour_bands": lambda: _("At what hours"),
        "charges": lambda: _("Charge"),
    }
    return [
        (label(), listed(_counted(evidence[name], codes[COUNTED[name]])))
        for name, label in labels.items()
        if evidence.get(name)
    ]


def _counted(counts: Sequence[tuple[str, int]], names: Mapping[str, Code]) -> list[str]:
    """Each answer in words, with how many cases gave it in brackets behind."""
    return [f"{_word(names, code)}{bracketed(count)}" for code, count in counts]


def _word(names: Mapping[str, Code], code: str) -> str:
    return named(names[code]) if code in names else code


def _charged(evidence: Sheet) -> list[tuple[str, str]]:
    share = evidence.get("charged_share")
    if share is None:
        return []
    words = _("%(share)s %% of the cases that say so", share=round(100 * share))
    return [(_("A fee was charged"), words)]


def _town(evidence: Sheet, codes: Codes) -> list[tuple[str, str]]:
    """What the municipality asked for, by its departments, and whether that was agreed."""
    count = evidence.get("asked_by_town")
    if not count:
        return []
    rows = [
        (_("What the municipality asked for"), ngettext("%(num)s case", "%(num)s cases", count))
    ]
    if evidence["departments"]:
        rows.append((_("Departments"), listed(_counted(evidence["departments"], {}))))
    if evidence["bodies_agreed"]:
        agreed = _counted(evidence["bodies_agreed"], codes[CodeList.BODIES_AGREED])
        rows.append((_("Agreed with the care managers' bodies"), listed(agreed)))
    return rows


def _tried(evidence: Sheet, codes: Codes) -> list[Block]:
    """What was tried and why it failed; steps of the guidance that are not available."""
    tried, missing = evidence.get("tried"), evidence.get("steps_missing")
    found: list[Block] = []
    if tried or missing:
        found.append(Heading(3, _("What was tried, and why it failed")))
    if tried:
        results = codes[CodeList.TRIED]
        rows = [
            [_name(one, codes), listed(_counted(one["results"], results)), number(one["cases"])]
            for one in tried
        ]
        head = [_("Resource"), _("What came of it, in cases"), _("Cases")]
        found.append(Table(head, rows, numeric=frozenset({2}), weights=(8, 9, 3)))
    if missing:
        steps = [[_said(step, "text"), number(step["cases"])] for step in missing]
        head = [_("Steps of the guidance that are not available here"), _("Cases")]
        found.append(Table(head, steps, numeric=frozenset({1}), weights=(17, 3)))
    return found


def _name(tried: Sheet, codes: Codes) -> str:
    """The resource; the kind, when none stands in the directory."""
    return _said(tried, "name") or _word(codes[CodeList.RESOURCE_CATEGORY], tried["category"])


def _said(row: Sheet, name: str) -> str:
    """A text of a sheet in the page's language, else in Japanese."""
    return (row[f"{name}_en"] if in_english() else "") or row[f"{name}_ja"]


def _resources(issue: Sheet) -> tuple[str, str]:
    known = listed(issue.get("resources") or ())
    return _("Resources for this"), known or _("None is known.")


def _months(counts: Sequence[tuple[str, int]]) -> Table:
    firsts = [date.fromisoformat(f"{iso}-01") for iso, _count in counts]
    return Table(
        head=[month_short(first) for first in firsts],
        rows=[[number(count) for _iso, count in counts]],
        numeric=frozenset(range(len(counts))),
    )


def _case(case: Sheet) -> list[Block]:
    def said(name: str) -> str:
        return str((case.get(f"{name}_en") if in_english() else None) or case.get(name) or "")

    burden = _(
        "%(times)s times, about %(minutes)s minutes each: %(total)s minutes",
        times=number(case["times"]),
        minutes=number(case["minutes_each"]),
        total=number(case["minutes_total"]),
    )
    rows = [
        (_("Type"), said("act_type")),
        (_("Area"), said("area")),
        (_("Month"), month(date.fromisoformat(f"{case['month']}-01"))),
        (_("Requester"), said("requester")),
        (_("Outcome"), said("outcome")),
        (_("Gap"), said("gap")),
        (_("Urgency"), said("urgency")),
        (_("Burden"), burden),
        (_("What happened"), said("summary")),
        (_("What would have helped"), said("wanted")),
    ]
    heading = _("Case %(number)s", number=case["number"])
    return [Heading(2, heading), Facts([row for row in rows if row[1]])]
