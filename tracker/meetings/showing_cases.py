"""Pure: one case of a sheet in words: what was filed and ticked, without its office."""

from flask_babel import gettext as _

from tracker.core.i18n import listed, month, number
from tracker.meetings.shown import (
    Codes,
    Sheet,
    Shown,
    at_most,
    first_of,
    resource_name,
    said,
    word_of,
)
from tracker.taxonomy.models import CodeList


def case_shown(case: Sheet, codes: Codes, area: str) -> Shown:
    """The case in words; what nobody said has no row."""
    burden = _(
        "%(times)s times, about %(minutes)s minutes each: %(total)s minutes",
        times=number(case["times"]),
        minutes=number(case["minutes_each"]),
        total=number(case["minutes_total"]),
    )
    rows = [
        (_("Type"), said(case, "act_type")),
        (area, said(case, "area")),
        (_("Month"), month(first_of(case["month"]))),
        (_("Requester"), said(case, "requester")),
        (_("Outcome"), said(case, "outcome")),
        (_("Gap"), said(case, "gap")),
        (_("Urgency"), said(case, "urgency")),
        (_("At what hours"), said(case, "hour_band")),
        (_("Ability to pay"), said(case, "ability_to_pay")),
        (_("Age"), said(case, "age_band")),
        (_("Care level"), said(case, "care_level")),
        (_("Circumstances of the household"), _household(case, codes)),
        (_("Burden"), burden),
        (_("What happened"), said(case, "summary")),
        (_("What would have helped"), said(case, "wanted")),
    ]
    tried, steps = codes.get(CodeList.TRIED, {}), codes.get(CodeList.STEP_RESULT, {})
    return Shown(
        heading=_("Case %(number)s", number=case["number"]),
        figures=[row for row in rows if row[1]],
        tried=at_most(
            len(case["tried"]),
            _("What was tried"),
            [_("Resource"), _("What came of it")],
            [[resource_name(one, codes), word_of(tried, one["result"])] for one in case["tried"]],
        ),
        steps=at_most(
            len(case["steps"]),
            _("Steps of the guidance"),
            [_("Step of the guidance"), _("What came of it")],
            [[said(one, "text", "_ja"), word_of(steps, one["result"])] for one in case["steps"]],
        ),
    )


def _household(case: Sheet, codes: Codes) -> str:
    return listed(word_of(codes.get(CodeList.HOUSEHOLD, {}), code) for code in case["household"])
