"""Dry run: how many figures of the town would be told or hidden with another rule."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

from flask_babel import gettext as _

from tracker.accounts.viewer import Viewer
from tracker.core import wareki
from tracker.core.disclosure import Rule, national
from tracker.core.i18n import in_english
from tracker.core.published import TOTAL, Counts, publish
from tracker.issues import releases
from tracker.settings import policy as settings_policy
from tracker.settings.values import small_cells
from tracker.settings.values.kinds import NumberGroup
from tracker.settings.values.models import Key, Value
from tracker.settings.values.trying import Trial, speaks_of


def on_tried(
    _sender: object = None,
    *,
    viewer: Viewer,
    municipality_id: int,
    numbers: Mapping[Key, Value],
    today: date,
) -> Trial | None:
    """Listens to the settings: what the rule would make of the town's table of two fiscal years.

    The town's own row is looked at alone: with the counts of its neighbours a rule could be tried
    until it told something of them.
    """
    may_know = municipality_id in settings_policy.towns_edited(viewer)
    if not may_know or not speaks_of(NumberGroup.FIGURES, numbers):
        return None
    rule, present = small_cells.made_of(numbers), small_cells.rule_of(municipality_id, today=today)
    this_year = wareki.fiscal_year(today)
    told = []
    for year in (this_year, this_year - 1):
        counts = releases.counted([municipality_id], year)
        told.append(_of_year(year, _shown(counts, rule), _shown(counts, present)))
    return Trial(_in_words(rule), (*told, _("What was released or sent stays as it is.")))


def _in_words(rule: Rule) -> str:
    if rule.least is None:
        return _("With these numbers no figure of the town would be told")
    return _(
        "With these numbers counts under %(least)s would be hidden, and figures of fewer than"
        " %(offices)s offices",
        least=rule.least,
        offices=rule.offices,
    )


def _of_year(year: int, would: Counter[bool], does: Counter[bool]) -> str:
    if not would.total():
        return _("%(year)s: no case is counted.", year=_name_of(year))
    return _(
        "%(year)s: of %(all)s figures %(shown)s would be shown and %(hidden)s hidden; by the"
        " numbers that hold now %(now_shown)s are shown and %(now_hidden)s hidden.",
        year=_name_of(year),
        all=would.total(),
        shown=would[True],
        hidden=would[False],
        now_shown=does[True],
        now_hidden=does[False],
    )


def _name_of(year: int) -> str:
    return _("Fiscal year %(year)s", year=year) if in_english() else wareki.fiscal_year_name(year)


def _shown(counts: Counts, rule: Rule) -> Counter[bool]:
    """How many figures of the town's row would be shown, and how many hidden; zeros left out."""
    (town,) = counts.rows
    table = publish(counts, {town: rule, TOTAL: national(releases.MANY)})
    spoken = [place for place in counts.places() if place[0] == town and counts.of(place)]
    return Counter(not table.at(*place).hidden for place in spoken)
