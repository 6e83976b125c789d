"""Pure: the figures of an issue as a letter may say them."""

from flask_babel import gettext as _

from tracker.core.disclosure import Figure, Rule, disclosed, not_shown
from tracker.issues.evidence import Evidence


def shown(evidence: Evidence, *, rule: Rule) -> list[list[str]]:
    """Terms and figures: cases, offices, hours; hidden where few cases or offices stand behind.

    Hours say nothing more than the cases may: where those are hidden, they are too.
    """
    few = 0 < evidence.offices < rule.offices
    cases = not_shown() if few else disclosed(evidence.cases, rule)
    hours = not_shown() if cases.hidden else disclosed(evidence.minutes_total // 60, rule)
    offices = _offices(evidence.offices, rule, hidden=few or cases.hidden)
    rows = [(_("Cases"), cases), (_("Offices"), offices), (_("Hours in all"), hours)]
    return [[term, figure.text] for term, figure in rows]


def _offices(count: int, rule: Rule, *, hidden: bool) -> Figure:
    if hidden:
        return not_shown()
    words = _("%(least)s or more", least=rule.offices) if count else "0"
    return Figure(words, hidden=False)
