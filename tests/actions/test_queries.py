"""Lists and counts of actions: whose they are, what is late, what has gone silent."""

from datetime import timedelta

import pytest

from tests import factories
from tracker.actions import delays, queries
from tracker.actions.models import Action, Stage
from tracker.actions.queries import ActionFilter
from tracker.core import clock as the_clock
from tracker.core.db import db

pytestmark = pytest.mark.both


def numbers(viewer, **wanted):
    """Numbers of the actions the viewer's list shows, first to last."""
    statement = queries.actions(viewer, ActionFilter(**wanted)).order_by(Action.id)
    return [row.number for row in db.session.execute(statement)]


@pytest.fixture
def three(action, issue, mori, yama):
    """One of Sato's centre, at study; one of the office; one of the council, on hold."""
    factories.move_action(action, Stage.STUDY, by=mori)
    factories.make_action(issue, by=mori)
    held = factories.make_action(issue, by=mori, owner_id=min(yama.organisation_ids()))
    factories.hold_action(held, by=yama)
    return [action.number, "R8-02", "R8-03"]


WORKERS = ("sato", "nishi", "mori", "hara", "yama")
OTHERS = ("aoi", "kato", "iin", "ono", "tani", "ken", "kanri", "kansa")


def test_everybody_lists_the_actions_that_are_theirs_to_know(three, request):
    for login in (*WORKERS, *OTHERS):
        viewer, seen = request.getfixturevalue(login), three if login in WORKERS else []
        assert numbers(viewer) == seen, login
        found = queries.waiting(viewer, the_clock.today(), the_clock.now())
        assert found.total == len(queries.actions_of_issue(viewer, 1)) == len(seen), login


def test_mine_are_those_of_my_organisation(three, sato, mori, yama, nishi):
    for viewer, own in ((sato, three[:1]), (mori, three[1:2]), (yama, three[2:]), (nishi, [])):
        assert numbers(viewer, mine=True) == own
        counted = queries.waiting(viewer, the_clock.today(), the_clock.now(), mine=True)
        assert counted.total == len(own)


def test_a_list_narrows_to_a_stage(three, mori):
    assert numbers(mori, stage=Stage.STUDY) == [three[0]]
    assert numbers(mori, stage=Stage.ON_HOLD) == [three[2]]
    assert numbers(mori, stage=Stage.STOPPED) == []


def test_a_list_narrows_to_an_issue(three, issue, mori):
    assert numbers(mori, issue_id=issue.id) == three
    assert numbers(mori, issue_id=999_999) == []


def test_the_centre_of_another_area_reads_the_issue_by_its_number_alone(
    three, issue, sato, nishi, mori
):
    for viewer, title in ((sato, issue.title), (mori, issue.title), (nishi, None)):
        row = db.session.execute(queries.actions(viewer, ActionFilter()).limit(1)).one()
        assert (row.issue_number, row.issue_title) == (issue.number, title)
    assert queries.action_page(nishi, 1).issue is None
    assert queries.action_page(sato, 1).issue is issue


def test_counts_by_stage_name_every_stage(three, mori):
    found = queries.waiting(mori, the_clock.today(), the_clock.now()).by_stage
    assert found.keys() == set(Stage)
    assert {stage: n for stage, n in found.items() if n} == {
        Stage.PROPOSED: 1,
        Stage.STUDY: 1,
        Stage.ON_HOLD: 1,
    }


def test_owners_are_bodies_of_the_town_that_can_take_one_on(mori, yama, sato, nishi, tani, aoi):
    bodies = {key for key, _name in queries.owners(mori)}
    assert bodies == {min(person.organisation_ids()) for person in (mori, yama, sato, nishi)}
    assert {key for key, _name in queries.owners(tani)}.isdisjoint(bodies)
    assert queries.owners(aoi) == []


# --- late and silent ---


def late_and_silent(action):
    """(days overdue, days silent, in the list of overdue ones, in that of stalled ones)."""
    today, now = the_clock.today(), the_clock.now()
    mori = factories.person_called("mori")
    waiting = queries.waiting(mori, today, now)
    overdue = numbers(mori, overdue_on=today) == [action.number]
    stalled = numbers(mori, stalled_at=now) == [action.number]
    assert (waiting.overdue, waiting.stalled) == (int(overdue), int(stalled))
    assert action.is_overdue(today) is overdue is bool(delays.days_overdue(action, today))
    assert action.is_stalled(today, now) is stalled is bool(delays.days_silent(action, now))
    return delays.days_overdue(action, today), delays.days_silent(action, now)


def test_it_is_overdue_from_the_day_after(action, clock):
    clock.move(days=119)
    for overdue in (0, 0, 1, 2, 3):
        assert late_and_silent(action)[0] == overdue
        clock.move(days=1)


@pytest.mark.parametrize(("stages", "days"), [((), 90), ((Stage.STUDY,), 60)])
def test_it_is_stalled_after_90_days_without_an_entry_and_sooner_in_study(
    stages, days, action, sato, clock
):
    factories.move_action(action, *stages, by=sato)
    clock.move(days=days - 1)
    assert late_and_silent(action) == (0, 0)
    clock.move(days=1)
    assert late_and_silent(action) == (0, 0)
    clock.move(seconds=1)
    assert late_and_silent(action) == (0, days)
    clock.move(days=15)
    assert late_and_silent(action) == (0, days + 15)


def test_on_hold_it_is_not_stalled_but_may_be_overdue(action, sato, clock):
    factories.hold_action(action, by=sato)
    clock.move(days=130)
    assert late_and_silent(action) == (10, 0)


@pytest.mark.parametrize("end", ["stopped", "settled"])
def test_what_has_ended_is_neither(end, action, sato, clock):
    if end == "stopped":
        factories.end_action(action, by=sato)
    else:
        way = (Stage.STUDY, Stage.TRIAL, Stage.LIVE, Stage.REVIEW, Stage.SETTLED)
        factories.move_action(action, *way, by=sato)
    clock.move(days=400)
    assert late_and_silent(action) == (0, 0)


# --- one action ---


def bar(action):
    """Places of the bar: reached (✓), current (●) or to come (.)."""
    places = queries.action_page(factories.person_called("mori"), action.id).stages
    assert len(places) == 6
    return "".join("●" if p.current else "✓" if p.done else "." for p in places)


def test_the_bar_shows_how_far_it_has_come(action, sato):
    assert bar(action) == "●....."
    way = (Stage.STUDY, Stage.TRIAL, Stage.LIVE, Stage.REVIEW, Stage.REDESIGNED, Stage.STUDY)
    shown = ("✓●....", "✓✓●...", "✓✓✓●..", "✓✓✓✓●.", "✓✓✓✓●.", "✓●....")
    for stage, places in zip(way, shown, strict=True):
        assert bar(factories.move_action(action, stage, by=sato)) == places


@pytest.mark.parametrize("end", [Stage.SETTLED, Stage.EXPANDED])
def test_at_its_end_the_bar_is_full(end, action, sato):
    way = (Stage.STUDY, Stage.TRIAL, Stage.LIVE, Stage.REVIEW, end)
    assert bar(factories.move_action(action, *way, by=sato)) == "✓✓✓✓✓●"


def test_on_hold_and_stopped_the_bar_stays_where_it_was(action, sato):
    factories.move_action(action, Stage.STUDY, Stage.TRIAL, by=sato)
    factories.hold_action(action, by=sato)
    assert bar(action) == "✓✓●..."
    factories.end_action(action, by=sato)
    assert bar(action) == "✓✓●..."


def test_the_log_begins_with_the_proposal_and_names_who_wrote(action, sato):
    factories.move_action(action, Stage.STUDY, by=sato)
    entries = queries.action_page(sato, action.id).entries
    assert [entry.sentence for entry in entries] == ["", "次の段階に進める。"]
    assert "包括" in entries[1].who or "Centre" in entries[1].who
    assert entries[0].when <= entries[1].when <= the_clock.now() + timedelta(0)
