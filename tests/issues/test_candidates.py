"""Candidates as the looks and people's decisions make them: proposed, parked, rejected, raised."""

import pytest
import sqlalchemy as sa

from tests import factories
from tests.issues.repeating import (
    CITY,
    TOWN,
    accept,
    candidate,
    candidates,
    file,
    look,
    park,
    reject,
)
from tracker.core import clock as the_clock
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, NotAllowedError
from tracker.issues import queries as issue_queries
from tracker.issues import service as issues
from tracker.issues.candidates import looking, queries, service
from tracker.issues.candidates.models import (
    EDGES,
    CandidateState,
    CandidateStep,
    CandidateStepKind,
    Fired,
)
from tracker.issues.models import RegionalIssue
from tracker.issues.relating import service as relating
from tracker.settings.values import service as values
from tracker.settings.values.kinds import NumberGroup
from tracker.settings.values.models import Key

S = CandidateState


@pytest.fixture
def repeated(aoi, kato):
    """Three cases of two offices for Aoi's area, looked at: the candidate."""
    file(aoi, aoi, kato)
    look()
    return candidate()


def steps(found):
    """What happened to it, in order; what was taken back too."""
    rows = sa.select(CandidateStep.kind).where(CandidateStep.candidate_id == found.id)
    return [str(kind) for kind in db.session.scalars(rows.order_by(CandidateStep.id))]


def undo(found, by):
    """The last decision is taken back."""
    service.undo_last(found, by=by, at=the_clock.now())
    db.session.commit()


# --- proposing ---


@pytest.mark.both
def test_what_repeats_across_offices_is_proposed_with_its_cases(aoi, kato):
    cases = file(aoi, aoi, kato)
    assert look().proposed == 1
    found = candidate()
    assert found.fired == (Fired.REPEATED,)
    assert (found.case_count, found.office_count, found.minutes) == (3, 2, 180)
    assert (found.client_count, found.clients_exact) == (3, False)
    assert queries.case_ids(found.id) == [case.id for case in cases]
    assert steps(found) == ["proposed"]


@pytest.mark.both
def test_looking_twice_changes_nothing(repeated):
    before = (repeated.version, repeated.updated_at)
    for how in ({}, {"everything": True}):
        assert look(**how).steps == {}
    assert (candidate().version, candidate().updated_at) == before
    entries = sa.select(sa.func.count()).where(AuditEntry.subject == "candidates")
    assert db.session.scalar(entries) == 1


def test_a_look_takes_only_the_cells_something_came_to(repeated, aoi, clock):
    clock.move(days=1)
    look()
    clock.move(days=1)
    assert look().cells == 0
    file(aoi, act_type="FN01")
    assert look().cells == 1
    assert look(everything=True).cells == 2


def test_another_case_is_added_to_the_figures_without_a_step(repeated, aoi):
    file(aoi)
    look()
    assert candidate().case_count == 4
    assert steps(candidate()) == ["proposed"]


def test_withdrawn_cases_never_count(aoi, kato):
    first, *_rest = file(aoi, aoi, kato)
    factories.withdraw(first, by=aoi)
    assert look().proposed == 0
    assert candidates() == []


@pytest.mark.both
def test_when_a_case_is_withdrawn_the_candidate_stays_and_says_that_it_no_longer_repeats(
    aoi, kato, clock
):
    first, *_rest = file(aoi, aoi, kato)
    look()
    clock.move(days=3)
    factories.withdraw(first, by=aoi)
    assert look().faded == 1
    found = candidate()
    assert (found.state, found.faded_on) == (S.OPEN, the_clock.today())
    file(kato, area_id=found.area_id)
    look()
    assert candidate().faded_on is None
    assert steps(found) == ["proposed", "faded", "fires_again"]


def test_a_cell_nobody_touched_fades_when_its_months_are_over(repeated, clock):
    clock.move(days=150)  # April: November is the last of its six months
    look()
    assert candidate().faded_on is None
    clock.move(days=31)
    assert look().faded == 1


def test_what_people_separate_is_looked_at_again_and_when_they_take_that_back(
    repeated, sato, clock
):
    first, *others = queries.case_ids(repeated.id)
    clock.move(days=1)
    act = relating.keep_apart([[first], others], by=sato, at=the_clock.now())
    db.session.commit()
    assert look().faded == 1
    clock.move(hours=12)
    look()
    relating.undo(act, by=sato, at=the_clock.now())
    db.session.commit()
    look()
    assert steps(candidate()) == ["proposed", "faded", "fires_again"]


def test_the_other_town_has_its_own_candidates_and_none_of_these(repeated, ono):
    file(ono)
    assert look(TOWN).proposed == 0
    assert look().cells == 1


def test_one_office_with_many_hours_is_proposed_and_marked(aoi):
    file(aoi, times_handled=20, minutes_each=60, office_ref="A-1")
    look()
    found = candidate()
    assert found.fired == (Fired.HOURS,)
    assert found.of_one_office


def test_one_urgent_case_without_a_resource_is_proposed_at_once(aoi):
    file(aoi, gap="G1", urgency="E1")
    look()
    assert candidate().fired == (Fired.SINGLE,)


def test_the_numbers_of_the_town_are_its_rule_from_the_next_look_on(repeated, mori, aoi, clock):
    clock.move(days=2)
    numbers = {Key.RULE_CASES: 4}
    values.set_values(CITY, NumberGroup.RULE, numbers, by=mori, at=the_clock.now(), after=0)
    db.session.commit()
    assert look().faded == 1  # although nobody touched the cell
    file(aoi)
    look()
    assert candidate().faded_on is None


def test_each_step_of_a_look_is_in_the_audit_log_of_the_town_without_a_person(repeated):
    entry = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.subject == "candidates")
    ).one()
    assert (entry.chain, entry.verb, entry.actor_id) == (CITY, "candidate.proposed", None)
    assert entry.facts["now"]["case_count"] == 3


# --- parking ---


@pytest.mark.both
def test_a_parked_one_wakes_on_its_day(repeated, sato, clock):
    park(repeated, sato, days=10)
    clock.move(days=9)
    look()
    assert candidate().state is S.PARKED
    clock.move(days=1)
    assert look().proposed == 1
    assert candidate().state is S.OPEN
    assert steps(repeated) == ["proposed", "parked", "woken"]


def test_a_parked_one_wakes_when_so_many_more_cases_have_come(repeated, sato, aoi):
    park(repeated, sato, more_cases=2)
    file(aoi)
    look()
    assert candidate().state is S.PARKED
    assert candidate().case_count == 3  # as it was when it was parked
    file(aoi)
    look()
    assert (candidate().state, candidate().case_count) == (S.OPEN, 5)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"days": None, "more_cases": None}, "until"),
        ({"days": -1}, "until"),
        ({"more_cases": 0}, "more_cases"),
    ],
)
def test_parking_needs_something_that_wakes_it(changes, field, repeated, sato):
    with pytest.raises(InvalidInputError) as refused:
        park(repeated, sato, **changes)
    assert refused.value.field == field


# --- rejecting ---


@pytest.mark.both
def test_a_rejected_one_is_silent_until_twice_as_many_cases_speak_for_it(
    repeated, sato, aoi, clock
):
    reject(repeated, sato)
    file(aoi, aoi)
    clock.move(days=1)
    look()
    assert candidate().state is S.REJECTED
    file(aoi)
    assert look().proposed == 1
    assert (candidate().state, candidate().case_count) == (S.OPEN, 6)
    assert steps(repeated) == ["proposed", "rejected", "doubled"]


def test_rejecting_needs_a_reason(repeated, sato):
    with pytest.raises(InvalidInputError):
        service.reject(repeated, "", by=sato, at=the_clock.now())


# --- taking back ---


@pytest.mark.parametrize("decide", [reject, lambda found, by: park(found, by, days=9)])
def test_a_decision_is_taken_back_within_a_day_and_the_figures_are_of_today(
    decide, repeated, sato, aoi, clock
):
    decide(repeated, sato)
    file(aoi)
    look()
    clock.move(hours=23)
    undo(candidate(), sato)
    found = candidate()
    assert (found.state, found.parked_until, found.case_count) == (S.OPEN, None, 4)


def test_nobody_else_and_nobody_later_takes_it_back(repeated, sato, mori, clock):
    reject(repeated, sato)
    with pytest.raises(ConflictError):
        undo(candidate(), mori)
    clock.move(hours=25)
    with pytest.raises(ConflictError):
        undo(candidate(), sato)


# --- accepting ---


@pytest.mark.both
def test_accepting_raises_an_issue_with_the_cases_and_the_cell_is_not_proposed_again(
    repeated, sato, aoi, clock
):
    issue = accept(repeated, sato)
    assert candidate().state is S.ACCEPTED
    assert candidate().issue_id == issue.id
    assert issue_queries.case_ids(issue.id) == queries.case_ids(repeated.id)
    clock.move(minutes=1)
    file(*[aoi] * 9)
    assert look(everything=True).proposed == 0
    beside = queries.beside_issue(sato, issue)
    assert (beside.since, beside.teachable) == (9, False)


def test_a_case_may_be_left_out_and_no_other_may_be_put_in(repeated, sato, aoi):
    first, *others = queries.case_ids(repeated.id)
    (foreign,) = file(aoi, act_type="FN01")
    with pytest.raises(InvalidInputError):
        accept(repeated, sato, first, foreign.id)
    issue = accept(candidate(), sato, *others)
    assert issue_queries.case_ids(issue.id) == others


def test_what_was_decided_cannot_be_decided_again(repeated, sato):
    reject(repeated, sato)
    for decide in (reject, accept, lambda found, by: park(found, by, days=9)):
        with pytest.raises(ConflictError):
            decide(candidate(), sato)
        db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(RegionalIssue)) == 0


@pytest.mark.parametrize("login", ["nishi", "yama", "aoi", "tani"])
def test_only_its_centre_and_officers_of_the_town_decide(login, repeated, request):
    person = request.getfixturevalue(login)
    for decide in (reject, accept, lambda found, by: park(found, by, days=9)):
        with pytest.raises(NotAllowedError):
            decide(candidate(), person)


# --- issues of the cell ---


def test_an_issue_raised_by_hand_covers_the_cell(repeated, sato, aoi):
    (case,) = file(aoi)
    issue = factories.make_issue(sato, case)
    look()
    assert (candidate().state, candidate().issue_id) == (S.COVERED, issue.id)
    assert steps(repeated) == ["proposed", "covered"]


def test_an_issue_of_the_whole_town_covers_every_area(aoi, kato, mori):
    case, *_rest = file(aoi, aoi, kato)
    factories.make_issue(mori, case, area_id=None)
    look()
    assert candidate().state is S.COVERED


@pytest.mark.both
def test_when_the_issue_is_turned_down_the_cell_waits_until_it_has_doubled(
    repeated, sato, aoi, clock
):
    issue = accept(repeated, sato)
    issues.decline(issue, "今は取り上げない。", by=sato, at=clock.move(days=1))
    db.session.commit()
    file(aoi, aoi)
    assert look().proposed == 0
    file(aoi)
    assert look().proposed == 1
    assert steps(repeated)[-1] == "uncovered"


# --- the table of edges ---


def test_looks_and_people_walk_only_these_edges():
    people = {(S.OPEN, S.PARKED), (S.OPEN, S.REJECTED), (S.OPEN, S.ACCEPTED)}
    undone = {(S.PARKED, S.OPEN), (S.REJECTED, S.OPEN)}
    looks = {(state, S.COVERED) for state in (S.OPEN, S.PARKED, S.REJECTED)}
    again = {(S.ACCEPTED, S.OPEN), (S.COVERED, S.OPEN)}
    assert people | undone | looks | again == EDGES


def test_every_step_a_look_takes_has_a_state():
    machine = set(CandidateStepKind) - {
        CandidateStepKind.PARKED,
        CandidateStepKind.REJECTED,
        CandidateStepKind.ACCEPTED,
        CandidateStepKind.UNDONE,
    }
    assert set(looking.BECOMES) == machine
