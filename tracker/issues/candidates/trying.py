"""Dry runs: what numbers, or a rule that is to be learnt, would have proposed in the past year.

The same rule as in a real look is asked at the end of each of the last twelve months; what issues
say of a cell, and what people decided, is left aside.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import sqlalchemy as sa
from flask_babel import ngettext

from tracker.accounts.models import Area
from tracker.accounts.viewer import Viewer
from tracker.core.db import db
from tracker.core.i18n import labelled, listed, named
from tracker.issues.candidates import cells as reading
from tracker.issues.candidates.cells import Cell, TownLearnt
from tracker.issues.candidates.looking import Finder
from tracker.issues.candidates.rule import Fact, Finding
from tracker.issues.candidates.words import reasons_of
from tracker.issues.evidence import months_back
from tracker.settings import policy as settings_policy
from tracker.settings.values import queries as values
from tracker.settings.values.definitions import keys_of
from tracker.settings.values.kinds import NumberGroup
from tracker.settings.values.models import Key
from tracker.settings.values.trying import Line, Trial
from tracker.taxonomy.models import ActType

MONTHS = 12


def on_tried(
    _sender: object = None,
    *,
    viewer: Viewer,
    municipality_id: int,
    numbers: Mapping[Key, int],
    today: date,
) -> Trial | None:
    """Listens to the settings: what these numbers of the rule would have proposed."""
    may_know = municipality_id in settings_policy.towns_read(viewer)
    if not may_know or not set(keys_of(NumberGroup.RULE)) <= set(numbers):
        return None
    in_force = values.values_of([municipality_id])[municipality_id]
    learnt = reading.learnt_rules(municipality_id)
    tried = Finder(reading.town_rule(numbers), learnt)
    present = Finder(reading.town_rule(in_force), learnt)
    facts = _facts(municipality_id, max(tried.months, present.months), today)
    found = proposed(tried, facts, today=today)
    now = len(proposed(present, facts, today=today))
    return Trial(_heading(len(found)), (_beside(now),), _lines(municipality_id, found))


def _heading(count: int) -> str:
    return ngettext(
        "With these numbers the past year would have made %(num)s candidate",
        "With these numbers the past year would have made %(num)s candidates",
        count,
    )


def _beside(now: int) -> str:
    return ngettext(
        "The numbers that hold now would have made %(num)s.",
        "The numbers that hold now would have made %(num)s.",
        now,
    )


def try_learnt(municipality_id: int, learnt: Sequence[TownLearnt], *, today: date) -> list[Line]:
    """What these rules alone would have proposed in the past year, the earliest first."""
    finder = Finder(None, learnt)
    facts = _facts(municipality_id, finder.months, today)
    return list(_lines(municipality_id, proposed(finder, facts, today=today)))


def _facts(municipality_id: int, months: int, today: date) -> dict[Cell, list[Fact]]:
    first = months_back(today, MONTHS - 1 + months)[0]
    return reading.facts(municipality_id, first, today)


def proposed(
    finder: Finder, facts: Mapping[Cell, Sequence[Fact]], *, today: date
) -> dict[Cell, tuple[date, Finding]]:
    """Cells the rules would have spoken of, with the first month and what they said then."""
    found: dict[Cell, tuple[date, Finding]] = {}
    for month in months_back(today, MONTHS):
        waiting = {cell: known for cell, known in facts.items() if cell not in found}
        for cell, finding in finder.find_all(waiting, today=month).items():
            found[cell] = (month, finding)
    return found


def _lines(municipality_id: int, found: Mapping[Cell, tuple[date, Finding]]) -> tuple[Line, ...]:
    if not found:
        return ()
    areas = {
        row.id: named(row)
        for row in db.session.execute(
            sa.select(Area.id, Area.name_ja, Area.name_en).where(
                Area.municipality_id == municipality_id
            )
        )
    }
    types = {
        row.code: named(row)
        for row in db.session.execute(sa.select(ActType.code, ActType.name_ja, ActType.name_en))
    }
    ordered = sorted(found.items(), key=lambda pair: (pair[1][0], pair[0]))
    return tuple(
        Line(labelled(areas[area_id], types[act_type]), listed(reasons_of(finding)), month)
        for (area_id, act_type), (month, finding) in ordered
    )
