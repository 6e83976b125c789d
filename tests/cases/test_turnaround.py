"""The centre's clock: working days, standing still with the office, put back by an undo."""

from datetime import date

import pytest

from tests import factories
from tracker.accounts.roles import Role
from tracker.cases import filing, service, turnaround
from tracker.cases.filing import CaseDraft
from tracker.cases.models import Case, CaseStatus, CaseStep, Disposition
from tracker.cases.reasons import CameAs
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.settings.values.models import Key, TownValue


def days(case):
    """What the clock of the case shows."""
    return case.due_on, case.accept_days_left, case.sort_days_left


def send_again(case, by):
    """The office has sent the case again as it was."""
    full = db.session.get_one(Case, case.id)
    db.session.refresh(full, ["ticks"])
    draft = CaseDraft.of(full)
    filing.revise_case(full, draft, by=by, at=the_clock.now(), today=the_clock.today())
    db.session.commit()
    return full


@pytest.mark.both
def test_the_days_stand_still_while_the_office_has_the_case(aoi, sato, clock):
    case = factories.make_case(by=aoi)  # Tuesday 24 November: due on 1 December
    clock.move(days=2)  # two working days are gone, three are left
    factories.send_back(case, by=sato)
    assert days(case) == (None, 3, None)
    clock.move(days=60)  # 25 January, long past the first day
    send_again(case, aoi)
    assert (case.due_on, case.came_as) == (date(2027, 1, 28), CameAs.BACK)


def test_days_that_were_over_are_over_when_it_comes_back(aoi, sato, clock):
    case = factories.make_case(by=aoi)
    clock.move(days=8)  # Wednesday 2 December: one working day over
    factories.send_back(case, by=sato)
    assert case.accept_days_left == -1
    clock.move(days=5)  # Monday 7 December
    assert send_again(case, aoi).due_on == date(2026, 12, 4)


def test_the_days_of_sorting_go_on_after_a_question(aoi, sato, clock):
    case = factories.accept(factories.make_case(by=aoi), by=sato)  # due on 22 December
    clock.move(days=7)
    factories.send_back(case, by=sato)
    assert days(case) == (None, None, 15)
    clock.move(days=1)
    send_again(case, aoi)
    assert days(case) == (date(2026, 12, 9), None, 15)  # five days to accept it again
    factories.accept(case, by=sato)
    assert days(case) == (date(2026, 12, 23), None, None)


def test_a_sorted_case_is_answered_within_the_days_of_acceptance(aoi, sato):
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    factories.sort(case, by=sato)
    assert case.due_on == date(2026, 12, 1)


@pytest.mark.parametrize("way", [Disposition.TO_ISSUE, Disposition.INDIVIDUAL_MEETING])
def test_what_waits_for_others_has_no_day(aoi, sato, way):
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    assert factories.sort(case, sato, way).due_on is None


def test_a_contested_case_has_the_days_of_sorting_anew(aoi, sato, clock):
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    factories.sort(case, by=sato, answer=factories.ANSWER)
    assert case.due_on is None
    clock.move(days=30)
    factories.contest(case, by=aoi)
    assert (case.due_on, case.came_as) == (date(2027, 1, 28), CameAs.CONTESTED)


def test_a_town_sets_its_own_days(aoi, mori, clock):
    town = min(mori.municipality_ids(Role.OFFICER))
    db.session.add(
        TownValue(
            municipality_id=town,
            key=Key.ACCEPT_DAYS,
            number=1,
            valid_from=date(2026, 4, 1),
            value=2,
            changed_by_id=mori.person_id,
            changed_at=clock.now(),
        )
    )
    db.session.commit()
    assert factories.make_case(by=aoi).due_on == date(2026, 11, 26)


@pytest.mark.both
def test_taking_a_step_back_puts_the_clock_back(aoi, sato, clock):
    case = factories.make_case(by=aoi)
    before = days(case)
    clock.move(days=1)
    factories.accept(case, by=sato)
    assert days(case) != before
    clock.move(hours=20)
    assert days(factories.undo(case, by=sato)) == before


def test_taking_a_question_back_lets_the_days_go_on(aoi, sato, clock):
    case = factories.make_case(by=aoi)
    before = days(case)
    factories.send_back(case, by=sato)
    clock.move(hours=2)
    factories.undo(case, by=sato)
    assert (days(case), case.status) == (before, CaseStatus.SUBMITTED)


def test_a_step_from_before_there_was_a_clock_begins_the_days_anew(aoi, sato):
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    for step in db.session.query(CaseStep).filter_by(case_id=case.id):
        step.changed = None
    db.session.commit()
    service.undo_last(case, by=sato, at=the_clock.now())
    assert case.due_on == date(2026, 12, 1)


def test_a_row_of_an_import_is_timed_like_a_case(aoi, sato, clock):
    case = factories.make_case(by=aoi)
    clock.move(days=2)
    row = {name: getattr(case, name) for name in ("due_on", "accept_days_left", "came_as")}
    row |= {"status": CaseStatus.SUBMITTED, "municipality_id": case.municipality_id}
    back = turnaround.of_row(row, CaseStatus.RETURNED, at=clock.now())
    assert (back["due_on"], back["accept_days_left"]) == (None, 3)
    row |= {**back, "status": CaseStatus.RETURNED}
    again = turnaround.of_row(row, CaseStatus.SUBMITTED, at=clock.now())
    assert (again["due_on"], again["came_as"]) == (date(2026, 12, 1), CameAs.BACK)
