"""Reminders to look, the day of start, and watching once more after the need came back."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from tests import factories
from tracker.accounts.models import Person
from tracker.core import clock as the_clock
from tracker.core import events
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, NotAllowedError
from tracker.issues import queries, service
from tracker.issues.models import ClosedAs, IssueStatus, IssueStepKind
from tracker.issues.proof import watching
from tracker.notifications.models import Event, Notice

S = IssueStatus


@pytest.fixture
def watched(issue, road):
    """A resource is in use since today, 24 November 2026."""
    return road.lead(issue, S.WATCHING)


@pytest.fixture
def came_back(issue, road, clock, aoi, sato):
    """It was closed, and a day later a new case came."""
    events.case_accepted.connect(service.on_case_accepted)  # as create_app does
    road.lead(issue, S.CLOSED)
    clock.move(days=1)
    factories.accept(factories.make_case(by=aoi), by=sato)
    return issue


def remind():
    """The daily round has come to it; how many issues were said something of."""
    count = watching.remind_due(at=the_clock.now(), today=the_clock.today())
    db.session.commit()
    return count


def reminded(event=Event.WATCH_DUE):
    """Logins of those who were told, and the path, in order."""
    rows = sa.select(Person.login, Notice.path).join(Notice, Notice.person_id == Person.id)
    return [
        tuple(r) for r in db.session.execute(rows.where(Notice.event == event).order_by(Notice.id))
    ]


def who(person):
    return {"by": person, "at": the_clock.now()}


def test_months_after_a_long_month_end_with_the_shorter_one():
    assert watching.months_after(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert watching.months_after(date(2026, 10, 31), 6) == date(2027, 4, 30)
    assert watching.months_after(date(2026, 12, 1), 12) == date(2027, 12, 1)


@pytest.mark.both
def test_after_three_six_and_twelve_months_those_who_carry_it_are_reminded_once(watched, clock):
    clock.move(days=91)
    assert (remind(), reminded()) == (0, [])
    clock.move(days=1)
    assert (remind(), remind()) == (1, 0)
    path = f"/issues/{watched.id}/proof"
    carriers = {("sato", path), ("mori", path), ("hara", path)}  # who raised it, the officers
    assert (set(reminded()), len(reminded())) == (carriers, 3)
    for days, told in ((88, 3), (1, 6), (183, 6), (1, 9)):
        clock.move(days=days)
        remind()
        assert len(reminded()) == told


def test_of_several_days_that_are_past_only_the_last_is_said(watched, clock):
    clock.move(days=200)
    assert (remind(), remind(), len(reminded())) == (1, 0, 3)


def test_whoever_left_is_not_reminded(watched, clock):
    person = db.session.get_one(Person, factories.person_called("hara").person_id)
    person.disabled_at = the_clock.now()
    db.session.commit()
    clock.move(days=100)
    remind()
    assert {login for login, _path in reminded()} == {"sato", "mori"}


def test_what_is_closed_is_not_watched(watched, road, clock):
    road.close(watched, ClosedAs.WITHOUT_PROOF)
    clock.move(days=100)
    assert remind() == 0


def test_the_next_day_to_look_is_known(watched, clock):
    due = watching.next_due(watched, the_clock.today())
    assert (due.on, due.months) == (date(2027, 2, 24), 3)
    clock.move(days=400)
    assert watching.next_due(watched, the_clock.today()) is None


def test_mori_sets_the_day_from_which_it_can_be_used(watched, mori):
    day = date(2026, 6, 1)
    watching.set_effective_day(watched, day, "店の記録による。", **who(mori))
    db.session.commit()
    assert watched.effective_on == day
    assert queries.last_step(watched.id).kind is IssueStepKind.EFFECTIVE_SET


@pytest.mark.parametrize("days", [1, -20_000])
def test_a_day_to_come_or_long_ago_is_no_start(watched, mori, days):
    day = the_clock.today() + timedelta(days=days)
    with pytest.raises(InvalidInputError) as refused:
        watching.set_effective_day(watched, day, "記録による。", **who(mori))
    assert refused.value.field == "day"


def test_nobody_moves_the_day_while_closing_is_proposed(watched, mori):
    today = the_clock.today()
    service.propose_close(
        watched, ClosedAs.WITHOUT_PROOF, "様子を見て終えます。", today=today, **who(mori)
    )
    with pytest.raises(ConflictError):
        watching.set_effective_day(watched, today, "記録による。", **who(mori))


@pytest.mark.parametrize("login", ["sato", "yama", "tani"])
def test_only_an_officer_of_the_town_sets_the_day(watched, login, request):
    with pytest.raises(NotAllowedError):
        watching.set_effective_day(
            watched, the_clock.today(), "記録。", **who(request.getfixturevalue(login))
        )


def test_when_the_need_comes_back_those_who_carry_it_are_told(came_back):
    told = reminded(Event.ISSUE_CAME_BACK)
    assert {login for login, _path in told} == {"sato", "mori", "hara"}


def test_it_is_watched_once_more_although_its_action_stays_live(came_back, mori):
    started = came_back.effective_on
    watching.watch_again(came_back, None, "運行日を一日増やしました。", **who(mori))
    db.session.commit()
    assert (came_back.status, came_back.effective_on) == (S.WATCHING, started)


def test_a_change_of_the_resource_begins_a_new_count(came_back, mori, clock):
    today = the_clock.today()
    watching.watch_again(came_back, today, "運行日を一日増やしました。", **who(mori))
    db.session.commit()
    assert came_back.effective_on == today
    clock.move(days=100)
    assert remind() == 1


def test_what_never_came_back_or_had_no_resource_is_not_watched_again(watched, issue, mori):
    with pytest.raises(ConflictError):
        watching.watch_again(watched, None, "もう一度。", **who(mori))


def test_watching_again_needs_a_sentence(came_back, mori):
    with pytest.raises(InvalidInputError) as refused:
        watching.watch_again(came_back, None, "", **who(mori))
    assert refused.value.field == "again_sentence"
