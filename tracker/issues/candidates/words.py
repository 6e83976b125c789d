"""What a candidate says of itself, in sentences with its numbers."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol

from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.core.i18n import labelled
from tracker.issues.candidates.models import Fired, fired_of
from tracker.issues.candidates.rule import MINUTES, Finding

# The committee's own material, in our words; the place is the first opinion of its first part.
SOURCE_JA = (
    "厚生労働省「ケアマネジメントに係る諸課題に関する検討会」第3回資料（令和6年6月24日）"
    "「ケアマネジャーの専門性を更に発揮するために必要な業務の在り方や取組について」"
    "これまでの主な御意見（地域での連携の必要性について）の1つ目"
)
SOURCE_EN = (
    "Material of the 3rd meeting of the MHLW committee on issues in care management "
    "(24 June 2024), on the work care managers need to do and how; main opinions so far, "
    "on the need to work together in the region, the first one"
)


class Figures(Protocol):
    """What the sentences need; a stored candidate or a row of the list."""

    rules: str
    first_month: date
    last_month: date
    case_count: int
    office_count: int
    minutes: int


def reasons(row: Figures) -> list[str]:
    """Each part of the rule that speaks for it, with its numbers; in the rule's order."""
    months = months_between(row.first_month, row.last_month)
    return _said(fired_of(row.rules), row.case_count, row.office_count, row.minutes, months)


def reasons_of(finding: Finding) -> list[str]:
    """The same of what a trial would have found."""
    months = months_between(finding.first_month, finding.last_month)
    return _said(finding.fired, finding.cases, finding.offices, finding.minutes, months)


def months_between(first: date, last: date) -> int:
    """How many months, both included."""
    return (last.year - first.year) * 12 + last.month - first.month + 1


def _said(fired: Iterable[Fired], cases: int, offices: int, minutes: int, months: int) -> list[str]:
    many = _(
        "%(cases)s from %(offices)s in %(months)s",
        cases=ngettext("%(num)s case", "%(num)s cases", cases),
        offices=ngettext("%(num)s office", "%(num)s offices", offices),
        months=ngettext("%(num)s month", "%(num)s months", months),
    )
    hours = _(
        "%(hours)s in %(months)s",
        hours=ngettext("%(num)s hour", "%(num)s hours", minutes // MINUTES),
        months=ngettext("%(num)s month", "%(num)s months", months),
    )
    urgent = ngettext(
        "%(num)s case was needed the same day, and no resource exists",
        "%(num)s cases were needed the same day, and no resource exists",
        cases,
    )
    parts = list(fired)
    if Fired.LEARNT in parts and len(parts) > 1:
        # Its months and its cases are not those of the town's rule: the numbers are of all of them.
        return [*(str(kind.label) for kind in parts), many]
    sentences = {
        Fired.REPEATED: many,
        Fired.HOURS: hours,
        Fired.SINGLE: urgent if parts == [Fired.SINGLE] else "",
        Fired.LEARNT: many,
    }
    return [
        labelled(kind.label, sentences[kind]) if sentences[kind] else str(kind.label)
        for kind in parts
    ]
