"""Pure: the figures of an issue as a letter may say them."""

from flask_babel import gettext as _

from tracker.core.disclosure import Figure, disclosed, not_shown
from tracker.core.published import FEWEST_OFFICES
from tracker.issues.evidence import Evidence


def shown(evidence: Evidence, *, population: int | None) -> list[list[str]]:
    """Terms and figures: cases, offices, hours; hidden where few cases or offices stand behind.

    Hours say nothing more than the cases may: where those are hidden, they are too.
    """
    few = 0 < evidence.offices < FEWEST_OFFICES
    cases = not_shown() if few else disclosed(evidence.cases, population)
    hours = not_shown() if cases.hidden else disclosed(evidence.minutes_total // 60, population)
    offices = _offices(evidence.offices, hidden=few or cases.hidden)
    rows = [(_("Cases"), cases), (_("Offices"), offices), (_("Hours in all"), hours)]
    return [[term, figure.text] for term, figure in rows]


def _offices(count: int, *, hidden: bool) -> Figure:
    if hidden:
        return not_shown()
    words = _("%(least)s or more", least=FEWEST_OFFICES) if count else "0"
    return Figure(words, hidden=False)
