"""A synthetic year of one town: what the rule proposes equals a list worked out by hand.

The town's rule: 3 cases in 6 months from 2 offices, 20 hours, one urgent case without resource.
Month numbers run from 1 (December 2025) to 12 (November 2026, the month of today). At the end of
month m the rule sees the months m-5 to m. The offices are a, b and c.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from tests import factories
from tests.issues.repeating import CITY, candidates, file, look
from tracker.accounts.roles import Role
from tracker.core import clock as the_clock
from tracker.issues.candidates.looking import Finder
from tracker.issues.candidates.models import Fired
from tracker.issues.candidates.rule import Fact, Learnt, Rule, find
from tracker.issues.candidates.trying import proposed
from tracker.issues.evidence import months_back

TODAY = date(2026, 11, 20)
YEAR = months_back(TODAY, 12)
RULE = Rule(cases=3, months=6, offices=2, hours=20, single=True)
EAST, WEST = 1, 2
OFFICES = {"a": 1, "b": 2, "c": 3}


@dataclass(frozen=True)
class Story:
    """Cases of one cell as `month office`, with a minus for each that was withdrawn later.

    `minutes` is of each case; `urgent` names the months of cases with gap G1 and urgency E1.
    """

    cell: tuple[int, str]
    cases: str
    expected: dict[int, tuple[Fired, ...]]  # month → what speaks at its end; others: nothing
    minutes: int = 60
    urgent: tuple[int, ...] = ()


R, H, S = Fired.REPEATED, Fired.HOURS, Fired.SINGLE

STORIES = [
    # Three cases by month 4, of two offices. The case of month 2 leaves with month 8 (window
    # 3 to 8), so months 4, 5, 6 and 7 see all three.
    Story((EAST, "HK03"), "2a 3b 4a", {4: (R,), 5: (R,), 6: (R,), 7: (R,)}),
    # Nine cases of one office in three months, an hour each: never two offices, never 20 hours.
    Story((EAST, "HK01"), "1a 1a 1a 2a 2a 2a 3a 3a 3a", {}),
    # One office again, but 5 hours a case: the fourth case, in month 6, makes 20 hours. Month 3 is
    # in the window until month 8; from month 9 on (4 to 9) only three cases, 15 hours, are left.
    Story((EAST, "FN01"), "3a 4a 5a 6a", {6: (H,), 7: (H,), 8: (H,)}, minutes=300),
    # Spread too thin: one case every third month; any six months hold two of them.
    Story((EAST, "HK04"), "1a 4b 7a 10b", {}),
    # Two cases a day apart from two offices, and the third only seven months later.
    Story((WEST, "HK03"), "1a 1b 8a", {}),
    # A single urgent case without a resource speaks for six months, 5 to 10, by itself.
    Story((WEST, "HK02"), "5c", dict.fromkeys(range(5, 11), (S,)), urgent=(5,)),
    # The case of month 7 is the third of two offices; it is also urgent. The case of month 5
    # leaves with month 11, so repetition speaks in 7 to 10 and urgency in 7 to 12.
    Story(
        (WEST, "MV01"),
        "5a 6a 7b",
        {**dict.fromkeys(range(7, 11), (R, S)), 11: (S,), 12: (S,)},
        urgent=(7,),
    ),
    # Three offices, three cases, but one was withdrawn: two are left.
    Story((WEST, "HP02"), "9a 10b 11c-", {}),
    # Two bursts: 1 to 3, and 10 to 12. The first speaks from month 3 until month 6 (window 1 to
    # 6), the second from month 12 on. In between nothing speaks.
    Story((WEST, "FN02"), "1a 2b 3a 10a 11b 12c", {**dict.fromkeys(range(3, 7), (R,)), 12: (R,)}),
    # Everything at once in the last month: three offices, 7 hours each make 21.
    Story((EAST, "EM01"), "12a 12b 12c", {12: (R, H)}, minutes=420),
    # Exactly at the border of hours: two cases of 599 minutes are not 20 hours, by two minutes.
    Story((EAST, "EM02"), "6a 6b", {}, minutes=599),
]


def facts_of(story):
    """The cases that count; what was withdrawn is nowhere counted."""
    found = []
    for number, said in enumerate(story.cases.split()):
        if said.endswith("-"):
            continue
        month = int(said[:-1])
        urgent = month in story.urgent
        found.append(
            Fact(
                case_id=STORIES.index(story) * 100 + number,
                month=YEAR[month - 1],
                organisation_id=OFFICES[said[-1]],
                client_key=None,
                minutes=story.minutes,
                gap="G1" if urgent else "G2",
                urgency="E1" if urgent else "E3",
            )
        )
    return found


def names(story):
    """How a story is called in a report."""
    return f"{story.cell}"


@pytest.mark.parametrize("story", STORIES, ids=names)
def test_each_month_speaks_as_worked_out_by_hand(story):
    facts = facts_of(story)
    said = {}
    for number, month in enumerate(YEAR, start=1):
        finding = find(facts, RULE, today=month)
        if finding is not None:
            said[number] = finding.fired
    assert said == story.expected


MADE = {  # cell → the first month in which something speaks
    (EAST, "HK03"): 4,
    (EAST, "FN01"): 6,
    (WEST, "HK02"): 5,
    (WEST, "MV01"): 7,
    (WEST, "FN02"): 3,
    (EAST, "EM01"): 12,
}


@pytest.fixture
def cells(app):
    """The cases of every story by cell; nobody has separated any."""
    return {story.cell: facts_of(story) for story in STORIES}


def first_months(cells, learnt=()):
    """What a dry run of the year proposes, and in which month."""
    found = proposed(Finder(RULE, learnt), cells, today=TODAY)
    return {cell: YEAR.index(month) + 1 for cell, (month, _finding) in found.items()}


def test_a_dry_run_of_the_year_makes_exactly_these_candidates_in_these_months(cells):
    assert first_months(cells) == MADE


def test_a_learnt_rule_adds_the_thin_cell_and_nothing_else(cells):
    # Two cases in twelve months from two offices, of type HK04: months 1 and 4.
    learnt = [("HK04", None, Learnt(1, cases=2, months=12, offices=2))]
    assert first_months(cells, learnt) == {**MADE, (EAST, "HK04"): 4}


def test_a_year_lived_month_by_month_makes_the_same_candidates(aoi, kato, sato, nishi, clock):
    """The stories are filed as they happen; the town is looked at at the end of each month."""
    third = factories.make_organisation("第三の事業所", CITY)
    cora = factories.make_person("cora", third.id)
    offices = {"a": aoi, "b": kato, "c": cora}
    places = {EAST: min(sato.area_ids(Role.CENTRE)), WEST: min(nishi.area_ids(Role.CENTRE))}
    back = {key: area for area, key in places.items()}
    proposed_in, open_in = {}, {}
    for month in range(1, 13):
        for story in STORIES:
            _live(story, month, offices, places)
        look()
        for found in candidates():
            cell = (back[found.area_id], found.act_type_code)
            proposed_in.setdefault(cell, month)
            if found.faded_on is None:
                open_in.setdefault(cell, {})[month] = found.fired
        clock.move(days=(_first_of_next(the_clock.today()) - the_clock.today()).days)
    assert proposed_in == MADE
    assert open_in == {story.cell: story.expected for story in STORIES if story.expected}


def _live(story, month, offices, places):
    """What this story's offices file in this month; one case is withdrawn at once."""
    for said in story.cases.split():
        number, office = int(said.rstrip("abc-")), offices[said.rstrip("-")[-1]]
        if number != month:
            continue
        urgent = {"gap": "G1", "urgency": "E1"} if month in story.urgent else {}
        (case,) = file(
            office,
            area_id=places[story.cell[0]],
            act_type=story.cell[1],
            minutes_each=story.minutes,
            **urgent,
        )
        if said.endswith("-"):
            factories.withdraw(case, by=office)


def _first_of_next(day):
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
