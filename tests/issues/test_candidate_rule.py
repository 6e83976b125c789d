"""The rule by itself: when cases of one area and type are proposed, and what follows for a cell."""

from datetime import date

import pytest

from tracker.issues.candidates.deciding import Around, Held, decide
from tracker.issues.candidates.models import CandidateState, CandidateStepKind, Fired
from tracker.issues.candidates.rule import (
    Fact,
    Finding,
    Learnt,
    Rule,
    find,
    groups,
    trend,
    weight,
)
from tracker.issues.evidence import Clients

TODAY = date(2026, 11, 20)
RULE = Rule(cases=3, months=6, offices=2, hours=20, single=True)
NOVEMBER, JUNE, MAY = date(2026, 11, 1), date(2026, 6, 1), date(2026, 5, 1)
AOBA, MINATO = 1, 2


def fact(case_id, office=AOBA, month=NOVEMBER, client=None, minutes=60, gap="G2", urgency="E3"):
    """An hour of one office this month, not urgent, with a resource that is full."""
    return Fact(case_id, month, office, client, minutes, gap, urgency)


def fired(*facts, rule=RULE, learnt=()):
    """The parts of the rule that speak."""
    found = find(facts, rule, today=TODAY, learnt=learnt)
    return found.fired if found else ()


# --- (a) repeated across offices ---


def test_three_cases_from_two_offices_are_enough_and_two_are_not():
    assert fired(fact(1), fact(2), fact(3, MINATO)) == (Fired.REPEATED,)
    assert fired(fact(1), fact(3, MINATO)) == ()


def test_one_office_alone_does_not_make_one_however_many_cases():
    assert fired(*(fact(number) for number in range(9))) == ()


def test_the_sixth_month_back_counts_and_the_seventh_does_not():
    assert fired(fact(1, month=JUNE), fact(2), fact(3, MINATO)) == (Fired.REPEATED,)
    assert fired(fact(1, month=MAY), fact(2), fact(3, MINATO)) == ()


# --- (b) hours ---


def test_twenty_hours_of_one_office_about_one_client_are_enough():
    found = find([fact(1, client="a", minutes=1200)], RULE, today=TODAY)
    assert found.fired == (Fired.HOURS,)
    assert (found.offices, found.clients) == (1, Clients(1, exact=True))
    assert fired(fact(1, minutes=1199)) == ()


def test_hours_outside_the_months_do_not_count():
    assert fired(fact(1, month=MAY, minutes=6000)) == ()


# --- (c) one urgent case without a resource ---


@pytest.mark.parametrize(
    ("gap", "urgency", "speaks"),
    [("G1", "E1", True), ("G1", "E2", False), ("G2", "E1", False), ("G9", "E1", False)],
)
def test_one_case_is_enough_only_when_urgent_and_without_resource(gap, urgency, speaks):
    assert fired(fact(1, gap=gap, urgency=urgency)) == ((Fired.SINGLE,) if speaks else ())


def test_beside_the_urgent_case_others_do_not_speak_for_it():
    found = find([fact(1), fact(2, gap="G1", urgency="E1")], RULE, today=TODAY)
    assert found.case_ids == (2,)


def test_a_town_may_switch_it_off():
    off = Rule(cases=3, months=6, offices=2, hours=20, single=False)
    assert fired(fact(1, gap="G1", urgency="E1"), rule=off) == ()


# --- what it says ---


def test_a_finding_counts_offices_and_people_once_and_says_up_to_when_somebody_is_unknown():
    found = find(
        [fact(1, client="a"), fact(2, client="a"), fact(3, MINATO, client="b"), fact(4, MINATO)],
        RULE,
        today=TODAY,
    )
    assert (found.cases, found.offices) == (4, 2)
    assert found.clients == Clients(3, exact=False)
    assert (found.first_month, found.last_month) == (JUNE, NOVEMBER)


def test_all_parts_that_speak_are_named():
    three = [fact(1, minutes=1200), fact(2, MINATO), fact(3, gap="G1", urgency="E1")]
    assert fired(*three) == (Fired.REPEATED, Fired.HOURS, Fired.SINGLE)


@pytest.mark.parametrize("name", ["cases", "months", "offices", "hours"])
def test_a_rule_of_nothing_cannot_be_made(name):
    numbers = {"cases": 3, "months": 6, "offices": 2, "hours": 20, "single": True, name: 0}
    with pytest.raises(ValueError, match="propose everything"):
        Rule(**numbers)


# --- learnt rules ---


def test_a_learnt_rule_counts_its_own_gap_in_its_own_months():
    learnt = [Learnt(7, cases=2, months=12, offices=1, gap="G2")]
    old = [fact(1, month=MAY), fact(2, month=date(2025, 12, 1))]
    found = find([*old, fact(3, gap="G4")], RULE, today=TODAY, learnt=learnt)
    assert (found.fired, found.case_ids, found.learnt_rule_id) == ((Fired.LEARNT,), (1, 2), 7)
    assert find(old[:1], RULE, today=TODAY, learnt=learnt) is None


def test_of_two_learnt_rules_the_first_that_speaks_is_named():
    learnt = [Learnt(7, 9, 6, 1), Learnt(8, 1, 6, 1), Learnt(9, 1, 6, 1)]
    assert find([fact(1)], RULE, today=TODAY, learnt=learnt).learnt_rule_id == 8


# --- cases kept apart ---


def test_cases_kept_apart_stand_in_different_groups_the_largest_first():
    facts = [fact(number) for number in (1, 2, 3, 4)]
    assert [[f.case_id for f in g] for g in groups(facts, {frozenset((1, 2))})] == [[1, 3, 4], [2]]
    assert [[f.case_id for f in g] for g in groups(facts, set())] == [[1, 2, 3, 4]]
    assert groups([], {frozenset((1, 2))}) == []


# --- order and trend ---


def found(*, fired=(Fired.REPEATED,), offices=2, cases=3, minutes=180):
    """A finding with these figures."""
    ids = tuple(range(cases))
    return Finding(fired, ids, offices, Clients(cases, exact=True), minutes, JUNE, NOVEMBER)


def test_urgent_ones_come_first_then_offices_then_cases_then_hours():
    in_order = [
        found(fired=(Fired.SINGLE,), offices=1, cases=1),
        found(offices=3, cases=3),
        found(offices=2, cases=5),
        found(offices=2, cases=4, minutes=600),
        found(offices=2, cases=4, minutes=240),
    ]
    weights = [weight(one) for one in in_order]
    assert weights == sorted(weights, reverse=True)
    assert len(set(weights)) == 5


def test_the_largest_weight_fits_the_column():
    huge = found(fired=tuple(Fired), offices=500, cases=5000, minutes=10**9)
    assert weight(huge) < 2**31


def test_the_trend_compares_the_same_months_a_year_before():
    months = [NOVEMBER, date(2026, 9, 1), date(2026, 8, 1), date(2025, 10, 1), date(2025, 8, 1)]
    counted = trend(months, today=TODAY)
    assert (counted.now, counted.before, counted.rises) == (2, 1, True)


def test_the_trend_of_january_reaches_into_the_years_before():
    months = [date(2026, 12, 1), date(2025, 11, 1), date(2025, 12, 1)]
    counted = trend(months, today=date(2027, 1, 5))
    assert (counted.now, counted.before, counted.rises) == (1, 2, False)


# --- what follows for a cell ---

OPEN = Held(CandidateState.OPEN, frozenset({0, 1, 2}))
FADED = Held(CandidateState.OPEN, frozenset({0, 1, 2}), faded=True)
REJECTED = Held(CandidateState.REJECTED, frozenset({0, 1, 2}))
ACCEPTED = Held(CandidateState.ACCEPTED, frozenset({0, 1, 2}))
ISSUE, NONE = Around(covered_by=5), Around()


def parked(until=None, more=None):
    """Parked with three cases."""
    return Held(CandidateState.PARKED, frozenset({0, 1, 2}), False, until, more)


@pytest.mark.parametrize(
    ("held", "finding", "around", "follows"),
    [
        (None, None, NONE, None),
        (None, found(), NONE, "proposed"),
        (None, found(), ISSUE, "covered"),
        (None, None, ISSUE, None),
        (None, found(cases=5), Around(declined_cases=3), None),
        (None, found(cases=6), Around(declined_cases=3), "proposed"),
        (OPEN, found(), NONE, None),
        (OPEN, None, NONE, "faded"),
        (OPEN, found(), ISSUE, "covered"),
        (FADED, None, NONE, None),
        (FADED, found(), NONE, "fires_again"),
        (REJECTED, found(cases=5), NONE, None),
        (REJECTED, found(cases=6), NONE, "doubled"),
        (REJECTED, None, NONE, None),
        (REJECTED, found(cases=6), ISSUE, "covered"),
        (ACCEPTED, found(cases=9), ISSUE, None),
        (ACCEPTED, found(cases=5), Around(declined_cases=3), None),
        (ACCEPTED, found(cases=6), Around(declined_cases=3), "uncovered"),
        (parked(until=date(2026, 11, 21)), found(), NONE, None),
        (parked(until=TODAY), None, NONE, "woken"),
        (parked(more=2), found(cases=4), NONE, None),
        (parked(more=2), found(cases=5), NONE, "woken"),
        (parked(until=TODAY, more=2), found(), ISSUE, "covered"),
    ],
)
def test_what_follows_for_a_cell(held, finding, around, follows):
    step = decide(held, finding, around, today=TODAY)
    assert step == (CandidateStepKind(follows) if follows else None)
